"""The stack and code that are predicted, from tables that are made up."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from microflow.plan.sizes import deepest, frame_bytes, sizes
from microflow.targets import Core, FrameRule, KernelSize, SizeTable, load_core
from tests.toolchain.small import compiled_for, float_model, int8_model, layer_model

ARM = FrameRule(register=4, registers=8, arguments=4, align=8, saved_align=4)
RISCV = FrameRule(register=4, registers=12, arguments=8, align=16, saved_align=16)
AVR = FrameRule(local=2, arguments=9)


def core(rule: FrameRule, link: int, pointer: int = 4, **kernels: int) -> Core:
    table = SizeTable(
        base=KernelSize(64, link),
        frame=rule,
        kernels={name: KernelSize(0, stack) for name, stack in kernels.items()},
    )
    return evolve(load_core("cortex-m4"), sizes=table, pointer_bytes=pointer)


@pytest.mark.parametrize(
    ("rule", "link", "pointer", "kept", "rows", "arguments", "frame"),
    [
        (ARM, 4, 4, 2, 0, 3, 16),  # three registers, to a multiple of 8
        (ARM, 4, 4, 3, 3, 4, 32),  # 12 bytes of pointers make 16
        (ARM, 4, 4, 4, 3, 4, 40),
        (ARM, 4, 4, 20, 0, 4, 40),  # no more than eight are saved
        (ARM, 4, 4, 2, 0, 9, 40),  # five arguments lie on the stack
        (RISCV, 4, 4, 2, 10, 4, 64),  # saved registers have 16 bytes of their own
        (RISCV, 4, 4, 4, 3, 4, 48),
        (AVR, 2, 2, 7, 0, 3, 2),  # addresses are constants
        (AVR, 2, 2, 7, 10, 4, 24),  # a pointer to local variables is saved
    ],
)
def test_the_frame_of_a_generated_function(
    rule: FrameRule, link: int, pointer: int, kept: int, rows: int, arguments: int, frame: int
) -> None:
    assert frame_bytes(core(rule, link, pointer), kept, rows, arguments) == frame


@given(st.integers(0, 12), st.integers(0, 40), st.integers(0, 12))
def test_frames_never_shrink(kept: int, rows: int, arguments: int) -> None:
    board = core(ARM, 4)
    frame = frame_bytes(board, kept, rows, arguments)
    assert frame % 8 == 0 and frame >= 4 + 4 * rows
    more = ((kept + 1, rows, arguments), (kept, rows + 1, arguments), (kept, rows, arguments + 1))
    assert all(frame_bytes(board, *each) >= frame for each in more)


def test_chains_of_frames_and_the_deepest_kernel() -> None:
    board = core(ARM, 4, conv=200, pool=70)
    assert deepest((32,), ["pool"], board) == 102
    assert deepest((32, 80, 40), ["pool", "conv"], board) == 352
    assert deepest((32,), [], board) == 32


@pytest.mark.parametrize("model", [int8_model(), float_model(), layer_model()])
def test_what_a_model_takes_grows_with_the_tables(model: bytes) -> None:
    plain = load_core("cortex-m4")
    compiled = compiled_for(model, plain)

    def with_table(table: SizeTable) -> tuple[int, int]:
        found = sizes(compiled.graph, compiled.plan, compiled.calls, 0, evolve(plain, sizes=table))
        assert found.ram_bytes == found.arena_bytes + found.stack_bytes
        assert found.flash_bytes == found.code_bytes
        return found.code_bytes, found.stack_bytes

    table = plain.sizes
    code, stack = with_table(table)
    deeper = {n: evolve(k, stack=k.stack + 100) for n, k in table.kernels.items()}
    assert with_table(evolve(table, kernels=deeper)) == (code, stack + 100)
    larger = evolve(table, base=evolve(table.base, code=table.base.code + 10))
    assert with_table(larger) == (code + 10, stack)
    used = [n for n in table.code if with_table(evolve(table, code={**table.code, n: 0}))[0] < code]
    assert any(name.startswith("mf_") for name in used)  # each counts, and counts once
    assert code >= table.base.code + sum(table.code[name] for name in used)
