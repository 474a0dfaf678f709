"""Counts and sizes are exact: what is added to a model shows, to the instruction and byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from microflow.codegen.lower import lower_model
from microflow.targets import load_core, load_target
from microflow.toolchain.board import Block, Count, run_image
from microflow.toolchain.cross import call_compiler, find_toolchain
from microflow.toolchain.cycles import model_cycles
from microflow.toolchain.elf import Elf, read_elf
from microflow.toolchain.image import Image
from microflow.toolchain.measure import ImageSizes, Measurement, measure, measure_sizes
from tests.need import need_core
from tests.oracle import tflm_steps
from tests.toolchain.small import (
    CORES,
    as_bytes,
    built,
    compiled_for,
    draw,
    int8_model,
    layer_model,
)

INPUTS = as_bytes([[draw("int8", (1, 8))]])
LAYERS = 2
BREAK = "\\n "  # a new line for the assembler
FAMILIES = ("cortex-m4", "rv32imc", "lx106", "avr5")


def counted(image: Image) -> Count:
    """Returns what one step took."""
    run, failed = run_image(image, INPUTS, counted=True)
    assert run is not None, [(d.message, d.notes) for d in failed]
    return run.counts[0]


def sized(image: Image) -> ImageSizes:
    """Returns what the model takes of the image."""
    sizes, failed = measure_sizes(image)
    assert sizes is not None, [(d.message, d.notes) for d in failed]
    return sizes


def repeated(instructions: str, count: int, touched: str = "memory") -> str:
    """Returns assembly of `count` copies, one a line: compilers estimate sizes by lines."""
    clobbered = ", ".join(f'"{name}"' for name in touched.split())
    return f'__asm__ volatile("{(instructions + BREAK) * count}" ::: {clobbered})'


@pytest.mark.parametrize("core", CORES)
def test_added_instructions_are_counted_and_sized(core: str, tmp_path: Path) -> None:
    need_core(core)
    few = built(layer_model(), core, tmp_path / "few", hook=repeated("nop", 8))
    more = built(layer_model(), core, tmp_path / "more", hook=repeated("nop", 32))
    added = 24 * LAYERS  # of two bytes each
    assert counted(more).instructions - counted(few).instructions == added
    assert abs(sized(more).code_bytes - sized(few).code_bytes - 2 * added) <= 2  # alignment


@pytest.mark.parametrize(("instruction", "cycles"), [("nop", 1), ("rjmp .+0", 2), ("lpm", 3)])
def test_cycles_of_avr_are_those_of_the_chip(instruction: str, cycles: int, tmp_path: Path) -> None:
    """As the ATmega328P's instruction set summary has them."""
    need_core("avr5")
    few, more = (
        counted(built(layer_model(), "avr5", tmp_path / str(n), hook=repeated(instruction, n)))
        for n in (10, 60)
    )
    assert few.cycles is not None and more.cycles is not None
    assert more.cycles - few.cycles == 50 * LAYERS * cycles
    assert more.instructions - few.instructions == 50 * LAYERS


@pytest.mark.parametrize("core", FAMILIES)
def test_the_stack_is_measured_to_the_byte(core: str, tmp_path: Path) -> None:
    need_core(core)

    def peak(size: int) -> int:
        hook = f"do {{ volatile char big[{size}]; big[0] = 1; }} while (0)"
        return counted(built(layer_model(), core, tmp_path / str(size), hook=hook)).stack_bytes

    assert peak(192) - peak(64) == 128 * LAYERS


@pytest.mark.parametrize("core", FAMILIES)
def test_layers_add_up(core: str, tmp_path: Path) -> None:
    need_core(core)
    count = counted(built(layer_model(), core, tmp_path, marks=True))
    layers = sum(layer.instructions for layer in count.layers)
    assert len(count.layers) == LAYERS
    assert all(layer.instructions > 20 for layer in count.layers)
    assert 0 <= count.instructions - layers < 40  # the way out of model_run


def test_an_empty_image_has_nothing_of_the_model(tmp_path: Path) -> None:
    need_core("cortex-m4")
    sizes = sized(built(layer_model(), "cortex-m4", tmp_path))
    assert (sizes.data_bytes, sizes.static_bytes) == (0, 0)
    assert 0 < sizes.code_bytes < 1000


def measured(core: str, folder: Path) -> Measurement:
    steps = [[draw("int8", (1, 6, 6, 2), seed)] for seed in range(2)]
    compiled = compiled_for(int8_model(), load_target(core).core)
    found, failed = measure(compiled, load_target(core), as_bytes(steps), folder)
    assert found is not None, [(d.message, d.notes) for d in failed]
    assert [list(step) for step in found.outputs] == as_bytes(tflm_steps(int8_model(), steps))
    return found


@pytest.mark.parametrize("core", ["cortex-m4", "rv32imc", "lx106", "avr5"])
def test_a_measurement_repeats_to_the_digit(core: str, tmp_path: Path) -> None:
    need_core(core)
    assert measured(core, tmp_path / "a") == measured(core, tmp_path / "b")


@pytest.mark.parametrize("core", ["cortex-m4", "avr5"])
def test_a_measurement_agrees_with_the_plan(core: str, tmp_path: Path) -> None:
    need_core(core)
    compiled = compiled_for(int8_model(), load_target(core).core)
    model = lower_model(compiled, load_target(core).core, "m")
    found = measured(core, tmp_path)
    assert found.sizes.arena_bytes == model.arena_bytes
    assert found.sizes.constant_bytes == model.constant_bytes
    assert found.sizes.flash_bytes > found.sizes.constant_bytes + 500
    assert [layer.index for layer in found.layers] == [0, 1, 2, 3, 4]
    layers = sum(layer.instructions for layer in found.layers)  # of another image
    assert abs(layers - found.instructions) < 0.02 * found.instructions
    assert 40 < found.stack_bytes < 600
    assert found.ram_bytes == found.sizes.arena_bytes + found.stack_bytes
    assert "gcc" in found.compiler
    assert str(load_target(core).emulated_as).startswith(core)


def test_jumps_refill_the_pipeline(tmp_path: Path) -> None:
    need_core("cortex-m4")

    def modelled(instructions: str) -> int:
        folder = tmp_path / str(len(instructions))
        hook = repeated(instructions, 20)
        image = built(layer_model(), "cortex-m4", folder, hook=hook)
        run, failed = run_image(image, INPUTS, counted=True)
        assert run is not None, [(d.message, d.notes) for d in failed]
        cycles = model_cycles(image.target.core, image.elf, run.blocks)
        assert cycles is not None
        return cycles

    jump_over = f"b 1f{BREAK}nop{BREAK}1:"  # 1 cycle and a refill of 2
    jump_nowhere = f"b 1f{BREAK}1:"  # goes on with the next instruction
    assert modelled(jump_over) - modelled(jump_nowhere) == 20 * LAYERS * 2


CYCLES = {
    "nop": 1,
    "mul r0, r0, r0": 1,
    "smlad r0, r0, r0, r0": 1,
    "ldr r0, [sp]": 2,
    "ldrb r0, [r1]": 2,
    "ldrh.w r0, [r1, #200]": 2,
    "ldr r0, [sp]\n ldrsb r1, [r2, r3]\n str r2, [r3]": 4,
    "ldr r0, [sp]\n nop\n str r0, [sp]": 5,
    "ldr r0, =0x12345678": 2,
    "ldrd r0, r1, [sp]": 3,
    "strd r0, r1, [sp]": 3,
    "ldm r4, {r0-r3}": 5,
    "ldmia.w r4!, {r0-r3, r5, r6}": 7,
    "push {r4, lr}": 3,
    "pop {r4-r6, pc}": 5,
    "push.w {r4-r11, lr}": 10,
    "udiv r0, r0, r0": 7,
    "sdiv r0, r1, r2": 7,
    "tbb [r0, r1]": 2,
    "vldr s0, [sp]": 2,
    "vmul.f32 s0, s0, s0": 1,
    "vadd.f32 s0, s1, s2": 1,
    "vmla.f32 s0, s1, s2": 3,
    "vfma.f32 s0, s1, s2": 3,
    "vfnma.f32 s0, s1, s2": 3,
    "vdiv.f32 s0, s1, s2": 14,
    "vsqrt.f32 s0, s1": 14,
    "vcvt.f32.s32 s0, s1": 1,
    "vmov r0, r1, s0, s1": 2,
    "vpush {s0-s3}": 5,
}


@pytest.fixture(scope="module")
def snippets(tmp_path_factory: pytest.TempPathFactory) -> Elf:
    """One file of assembly with each of the instructions behind a label."""
    toolchain, _ = find_toolchain(need_core("cortex-m4"))
    assert toolchain is not None
    folder = tmp_path_factory.mktemp("snippets")
    lines = [".syntax unified", ".thumb"]
    for position, instructions in enumerate(CYCLES):
        lines += [f"case_{position}:", instructions]
    (folder / "snippets.s").write_text("\n".join(lines) + "\n", "ascii")
    assert not call_compiler(toolchain, ("-c", "snippets.s"), folder)
    return read_elf(folder / "snippets.o")


@pytest.mark.parametrize("instructions", CYCLES)
def test_the_cycle_model(instructions: str, snippets: Elf) -> None:
    address = snippets.addresses[f"case_{list(CYCLES).index(instructions)}"]
    block = Block(address, instructions.count("\n") + 1, executions=10, jumps=0)
    wanted = 10 * CYCLES[instructions]
    assert model_cycles(load_core("cortex-m4"), snippets, [block]) == wanted


def test_other_cores_have_no_cycle_model(snippets: Elf) -> None:
    assert model_cycles(load_core("cortex-m0"), snippets, []) is None
