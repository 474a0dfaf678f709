"""What goes wrong on a board ends in a diagnostic that says how to go on, never in a hang."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from attrs import evolve

from microflow.diag import Diagnostic, Rule
from microflow.targets import load_target
from microflow.toolchain.board import EMULATOR_FAILED, TARGET_FAULT, TARGET_STACK, run_image
from microflow.toolchain.compiler import TIMED_OUT
from microflow.toolchain.cross import CROSS_COMPILER_FAILED, NOT_EMULATED
from microflow.toolchain.image import IMAGE_TOO_LARGE, Build, Image, build_image
from tests.need import need_core
from tests.toolchain.small import as_bytes, built, compiled_for, draw, int8_model, layer_model

FAULTS = {
    "cortex-m0": "__builtin_trap()",
    "cortex-m55": "(*(volatile int *)0xF0000000 = index)",
    "rv32imc": "__builtin_trap()",
    "lx106": '__asm__ volatile("ill")',
    "avr5": "(*(volatile char *)0x4000 = index)",
}
LAYERS = 2
FAMILIES = ("cortex-m3", "rv32imc", "lx106", "avr5")


def failure(image: Image, rule: Rule, seconds: float = 60) -> Diagnostic:
    """Runs one step, which has to fail by `rule`."""
    run, failed = run_image(image, as_bytes([[draw("int8", (1, 8))]]), seconds=seconds)
    assert run is None
    (found,) = failed
    assert found.rule is rule, (found.message, found.notes)
    assert found.help
    return found


@pytest.mark.parametrize("core", FAULTS)
def test_a_fault(core: str, tmp_path: Path) -> None:
    need_core(core)
    image = built(layer_model(), core, tmp_path, hook=FAULTS[core])
    assert core in failure(image, TARGET_FAULT).message


@pytest.mark.parametrize("core", ["cortex-m3", "avr5"])
def test_a_hang(core: str, tmp_path: Path) -> None:
    need_core(core)
    image = built(layer_model(), core, tmp_path, hook="for (;;) {}")
    begun = time.monotonic()
    assert "2 seconds" in failure(image, TIMED_OUT, seconds=2).message
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize("core", FAMILIES)
def test_a_stack_that_grows_into_the_variables(core: str, tmp_path: Path) -> None:
    need_core(core)
    small = evolve(load_target(core), ram=2048)

    def image(size: int) -> Image:
        variables = "static volatile char low[128]; low[0] = 1"
        stack = f"volatile char big[{size}]; for (int k = 0; k < {size}; k++) big[k] = 1"
        return built(
            layer_model(), small, tmp_path, hook=f"do {{ {variables}; {stack}; }} while (0)"
        )

    at = image(1).elf.addresses
    stack = at["mf_stack_high"] - at["mf_stack_low"]
    found = failure(image(stack // LAYERS + 8), TARGET_STACK)
    assert f"{stack:,} bytes" in found.message


@pytest.mark.parametrize("core", ["cortex-m0", "cortex-m3", "lx106", "avr5"])
def test_a_stack_that_leaves_the_memory(core: str, tmp_path: Path) -> None:
    need_core(core)
    hook = "do { volatile char big[1800]; big[0] = 1; } while (0)"
    small = evolve(load_target(core), ram=2048)
    failure(built(layer_model(), small, tmp_path, hook=hook), TARGET_STACK)


def test_outputs_that_do_not_come(tmp_path: Path) -> None:
    need_core("cortex-m3")
    image = built(layer_model(), "cortex-m3", tmp_path, hook="return model_E_ARENA")
    assert "code 1" in failure(image, EMULATOR_FAILED).message


def test_an_emulator_that_does_not_start(tmp_path: Path) -> None:
    core = need_core("cortex-m3")
    assert core.emulator is not None
    lame = evolve(core.emulator, arguments=("-M", "no-such-board"))
    image = built(layer_model(), evolve(load_target("cortex-m3"), emulator=lame), tmp_path)
    assert "machine" in failure(image, EMULATOR_FAILED).notes[0]


@pytest.mark.parametrize(
    ("core", "flash", "ram", "message"),
    [
        ("cortex-m3", 900, None, "bytes of flash"),
        ("cortex-m3", None, 520, "bytes of RAM"),
        ("rv32imc", 1000, 300, "bytes of RAM"),
        ("avr5", 1500, None, "bytes of flash"),
        ("avr5", None, 136, "bytes of RAM"),
    ],
)
def test_a_memory_that_is_too_small(
    core: str, flash: int | None, ram: int | None, message: str, tmp_path: Path
) -> None:
    need_core(core)
    board = load_target(core)
    small = evolve(board, flash=flash or board.flash, ram=ram or board.ram)
    image, failed = build_image(compiled_for(layer_model(), board.core), small, tmp_path)
    (found,) = failed
    assert image is None and found.rule is IMAGE_TOO_LARGE, (found.message, found.notes)
    assert message in found.message and core in found.message
    assert "nrf51822" in found.help


def test_the_bytes_that_are_missing_are_exact(tmp_path: Path) -> None:
    need_core("cortex-m3")
    board = load_target("cortex-m3")
    compiled = compiled_for(layer_model(), board.core)
    _, failed = build_image(compiled, evolve(board, flash=700), tmp_path)
    needed = int(failed[0].message.split(" needs ")[1].split(" bytes")[0].replace(",", ""))
    assert build_image(compiled, evolve(board, flash=needed), tmp_path)[0] is not None
    assert build_image(compiled, evolve(board, flash=needed - 1), tmp_path)[0] is None


def test_a_model_that_no_compiler_takes_for_the_chip(tmp_path: Path) -> None:
    board = load_target("avr5")
    image, failed = build_image(
        compiled_for(int8_model(), board.core), evolve(board, ram=100), tmp_path
    )
    assert image is None and failed[0].rule is IMAGE_TOO_LARGE
    assert failed[0].notes == ("constants and arena alone",)


def test_code_that_does_not_compile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need_core("cortex-m3")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "image"
    folder.mkdir()
    board = load_target("cortex-m3")
    odd = Build(defines=("MF_ON_LAYER(index)=this is no C",))
    image, failed = build_image(compiled_for(layer_model(), board.core), board, folder, odd)
    assert image is None and failed[0].rule is CROSS_COMPILER_FAILED
    said, command, place = failed[0].notes
    assert "model.c" in said and "this is no C" in command
    kept = Path(place.rpartition(" ")[2])
    assert kept.is_relative_to(tmp_path / "cache") and (kept / "model.c").is_file()
    again = subprocess.run(
        command.partition(": ")[2],
        shell=True,
        cwd=kept,
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 1 and again.stderr.strip().startswith(said.strip()[:80])


def test_a_linker_that_fails_for_another_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_core("cortex-m3")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    board = load_target("cortex-m3")
    calls = Build(defines=("MF_ON_LAYER(index)=do { void nowhere(void); nowhere(); } while (0)",))
    image, failed = build_image(compiled_for(layer_model(), board.core), board, tmp_path, calls)
    assert image is None and [d.rule for d in failed] == [CROSS_COMPILER_FAILED]
    assert "nowhere" in failed[0].notes[0]


def test_a_target_without_an_emulator(tmp_path: Path) -> None:
    host = load_target("host")
    image, failed = build_image(compiled_for(layer_model(), host.core), host, tmp_path)
    assert image is None and [d.rule for d in failed] == [NOT_EMULATED]
    assert "--on" in failed[0].help
