"""The static bound of the stack: chains, what has no bound, and that no measurement is above it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from attrs import evolve

from microflow.codegen.lower import lower_unit
from microflow.codegen.render import render_unit
from microflow.targets import Core, load_core, load_target
from microflow.toolchain.board import run_image
from microflow.toolchain.callgraph import Function, call_graph, join_loops, read_usage
from microflow.toolchain.cross import Toolchain, find_toolchain
from microflow.toolchain.elf import read_elf
from microflow.toolchain.image import Build, Image, build_image
from microflow.toolchain.stack import (
    Program,
    StackBound,
    link_program,
    stack_bound,
    stack_bounds,
    written_stack,
)
from tests.need import need_core, need_module
from tests.toolchain.small import (
    CORES,
    as_bytes,
    built,
    compiled_for,
    draw,
    float_model,
    int8_model,
    layer_model,
)

FAMILIES = ("avr5", "cortex-m0", "cortex-m4", "lx106", "rv32imc")
KEEP = "__attribute__((noinline)) "


def program(**functions: Function) -> Program:
    return Program(functions, "cc 1")


# ---- Chains ----


def test_the_deepest_chain_is_named() -> None:
    found = stack_bound(
        program(
            run=Function(16, calls=("wide", "deep")),
            wide=Function(100),
            deep=Function(40, calls=("leaf",), jumps=("leaf",)),
            leaf=Function(64, untouched=12),
        ),
        "run",
    )
    assert found == StackBound(120, ("run", "deep", "leaf"), "cc 1")
    assert str(found) == "at most 120 bytes (run > deep > leaf)"


def test_what_is_never_written_counts_for_the_bound_alone() -> None:
    functions = program(
        run=Function(16, calls=("leaf", "other")),
        leaf=Function(64, untouched=12),
        other=Function(56),
    )
    assert stack_bound(functions, "run").bytes == 80
    assert written_stack(functions, "run") == StackBound(72, ("run", "other"), "cc 1")


def test_recursion_has_no_bound() -> None:
    functions = program(
        run=Function(16, calls=("a",)), a=Function(8, calls=("b",)), b=Function(8, calls=("a",))
    )
    found = stack_bound(functions, "run")
    assert found.bytes is None
    assert found.chain == ("run", "a", "b", "a")
    assert str(found) == "unknown: a is called again before it returns (run > a > b > a)"


def test_a_problem_far_down_has_no_bound() -> None:
    functions = program(
        run=Function(16, calls=("big", "a")),
        big=Function(1000),
        a=Function(8, jumps=("b",)),
        b=Function(8, problem="calls where a register points"),
    )
    found = stack_bound(functions, "run")
    assert (found.bytes, found.chain) == (None, ("run", "a", "b"))
    assert found.reason == "calls where a register points"


def test_parts_that_jump_to_each_other_are_one() -> None:
    """As in hand-written libraries; a call between them is recursion all the same."""
    loop = {"a": Function(4, jumps=("b",)), "b": Function(6, calls=("c",), jumps=("a",))}
    joined = join_loops({**loop, "c": Function(10)})
    assert joined["a"].frame == joined["b"].frame == 10
    assert stack_bound(Program(joined, ""), "a").bytes == 20
    back = join_loops({**loop, "c": Function(10, calls=("b",))})
    assert stack_bound(Program(back, ""), "a").bytes is None


def test_the_compilers_word() -> None:
    text = (
        "a.c:1:5:f\t24\tstatic\nk.h:2:1:g.constprop\t40\tdynamic,bounded\na.c:9:1:h\t16\tdynamic\n"
    )
    assert read_usage(text) == {"f": 24, "g.constprop": 40, "h": None}
    clang = "a.c:1:f\t24\tstatic\na.c:8:f.1\t32\tstatic\n"
    assert read_usage(clang) == {"f": 32}


# ---- Code ----


def toolchain(core: str) -> Toolchain:
    found, _ = find_toolchain(need_core(core))
    assert found is not None
    return found


def bound(core: str, text: str, folder: Path, root: str = "run") -> StackBound:
    """Returns the bound of a function of a C file."""
    (folder / "own.c").write_text(text, "utf-8")
    found = link_program(toolchain(core), "own.c", (root,), folder)
    assert found is not None
    return stack_bound(found, root)


@pytest.mark.parametrize("core", FAMILIES)
def test_the_chain_of_code(core: str, tmp_path: Path) -> None:
    text = (
        "volatile int sink;\n"
        f"static {KEEP} int leaf(int n) {{ volatile char big[100]; big[n] = 1; return big[0]; }}\n"
        f"static {KEEP} int small(int n) {{ return sink + n; }}\n"
        f"static {KEEP} int middle(int n) {{ return leaf(n) + leaf(n + 1); }}\n"
        "int run(int n) { return middle(n) + small(n); }\n"
    )
    found = bound(core, text, tmp_path)
    assert found.chain == ("run", "middle", "leaf")
    assert found.bytes is not None and 100 < found.bytes < 200
    assert found.compiler.startswith(toolchain(core).name)


RECURSIVE = f"{KEEP} int run(int n) {{ return n < 2 ? n : run(n - 1) + run(n - 2); }}\n"
MUTUAL = (
    f"int run(int); static {KEEP} int odd(int n) {{ return n ? 3 * run(n - 1) + 1 : 0; }}\n"
    f"{KEEP} int run(int n) {{ return n ? 5 * odd(n - 1) + 2 : 1; }}\n"
)
POINTER = "int (*hook)(int); int run(int n) { return hook(n) + 1; }\n"
TAIL = "int (*hook)(int); int run(int n) { return hook(n + 1); }\n"
ARRAY = (
    "void fill(volatile char *p, int n) { p[n] = 1; }\n"
    "int run(int n) { volatile char a[n]; fill(a, n - 1); return a[0]; }\n"
)


def test_functions_of_assembler_alone_have_the_frames_of_their_code(tmp_path: Path) -> None:
    text = """
    __attribute__((naked, noinline)) static int deep(int x) {
      __asm__("push {r4-r11, lr}\\nsub sp, sp, #64\\nadd sp, sp, #64\\npop {r4-r11, pc}\\n");
    }
    int run(int x) { return deep(x) + 1; }
    """
    found = bound("cortex-m4", text, tmp_path)
    assert found.chain == ("run", "deep")
    assert found.bytes == 8 + 36 + 64


@pytest.mark.parametrize("core", FAMILIES)
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (RECURSIVE, "is called again before it returns"),
        (MUTUAL, "is called again before it returns"),
        (POINTER, "calls where a register points"),
        (TAIL, "jumps where a register points|calls where a register points"),
        (ARRAY, "has a frame of variable size"),
    ],
    ids=["recursive", "mutual", "pointer", "tail", "array"],
)
def test_what_has_no_bound(core: str, text: str, reason: str, tmp_path: Path) -> None:
    found = bound(core, text, tmp_path)
    assert found.bytes is None
    assert found.chain[-1] == "run"
    assert found.reason in reason.split("|")  # not every compiler turns the last call into a jump


@pytest.mark.parametrize("core", CORES)
def test_machine_code_is_read_as_its_compiler_counts(core: str, tmp_path: Path) -> None:
    """The frames of all functions of a model, but for those that it cannot be read from."""
    image = built(int8_model(), core, tmp_path)
    found = link_program(image.toolchain, "model.c", ("model_run",), tmp_path)
    assert found is not None
    usage = read_usage((tmp_path / "model.su").read_text("utf-8"))
    read = call_graph(read_elf(tmp_path / "stack.elf"), {}, frozenset(usage))
    told = [n for n in usage if usage[n] != 0]  # it says 0 of what is all assembler
    compared = [n for n in told if n in read and not read[n].problem]
    assert len(compared) >= 3
    assert {n: read[n].frame for n in compared} == {n: usage[n] for n in compared}


# ---- Measurements ----


def measured(image: Image, inputs: list[list[bytes]]) -> int:
    run, failed = run_image(image, inputs, counted=True)
    assert run is not None, [(d.message, d.notes) for d in failed]
    return max(count.stack_bytes for count in run.counts)


@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize(
    ("model", "dtype", "shape"),
    [(int8_model(), "int8", (1, 6, 6, 2)), (float_model(), "float32", (1, 9))],
    ids=["int8", "float32"],
)
def test_no_measurement_is_above_the_bound(
    core: str, model: bytes, dtype: str, shape: tuple[int, ...], tmp_path: Path
) -> None:
    need_core(core)
    image = built(model, core, tmp_path)
    peak = measured(image, as_bytes([[draw(dtype, shape, seed)] for seed in range(2)]))
    found = link_program(image.toolchain, "model.c", ("model_run",), tmp_path)
    assert found is not None
    limit = stack_bound(found, "model_run").bytes
    assert limit is not None and peak <= limit <= peak + 128  # other values take other ways


@pytest.mark.parametrize("core", ["cortex-m4", "rv32imc"])
def test_the_bound_of_what_zig_compiles(core: str, tmp_path: Path) -> None:
    described = need_core(core).compiler
    assert described is not None
    need_module("ziglang", "mflowc[zig]")
    command = (sys.executable, "-m", "ziglang", "cc", *described.zig)
    zig = Toolchain(command, described, libc=False, zig=True)
    compiled = compiled_for(layer_model(), load_target(core).core)
    image, failed = build_image(compiled, load_target(core), tmp_path, Build(toolchain=zig))
    assert image is not None, failed
    found = link_program(zig, "model.c", ("model_run",), tmp_path)
    assert found is not None
    limit = stack_bound(found, "model_run")
    assert limit.bytes is not None and limit.chain[0] == "model_run"
    assert limit.chain[1].startswith("mf_fully_connected_")
    assert measured(image, as_bytes([[draw("int8", (1, 8))]])) <= limit.bytes


# ---- Without a compiler ----


def files(core: Core) -> dict[str, str]:
    return render_unit(lower_unit("m", [compiled_for(layer_model(), core)], core))


def test_bounds_of_generated_files() -> None:
    core = need_core("cortex-m4")
    found = stack_bounds(files(core), "m.c", ("m_run", "m_push_x"), core)
    assert list(found) == ["m_run"]
    assert found["m_run"].chain[0] == "m_run" and found["m_run"].bytes


def test_no_compiler_no_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    host, core = load_core("x86-64"), load_core("lx106")
    assert stack_bounds(files(host), "m.c", ("m_run",), host) == {}
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert stack_bounds(files(core), "m.c", ("m_run",), core) == {}


def test_code_that_does_not_compile_has_no_bound() -> None:
    core = need_core("cortex-m4")
    broken = {**files(core), "m.c": "this is no C"}
    assert stack_bounds(broken, "m.c", ("m_run",), core) == {}
    lacking = {"m.c": "int lacking(int); int m_run(void) { return lacking(1); }\n"}
    assert stack_bounds(lacking, "m.c", ("m_run",), core) == {}
    assert core.compiler is not None
    absent = evolve(core, compiler=evolve(core.compiler, flags=("-mcpu=no-such-core",)))
    assert stack_bounds(files(core), "m.c", ("m_run",), absent) == {}
