"""Compilers and emulators are found where they are; where not, their packages are named."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import Any

import pytest

from microflow.targets import core_names, load_core, load_target
from microflow.toolchain import cross, helper, qemu
from microflow.toolchain.board import run_image
from microflow.toolchain.cross import NO_CROSS_COMPILER, NOT_EMULATED, find_toolchain
from microflow.toolchain.emulator import NO_EMULATOR
from microflow.toolchain.helper import NO_HELPER
from microflow.toolchain.image import Build, build_image
from tests.need import need_core, need_module
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


def absent(_: str) -> Any:
    """Nothing is installed."""
    return None


def test_every_core_is_tested() -> None:
    assert sorted(CORES) == sorted(core_names())


@pytest.mark.parametrize("name", CORES)
def test_a_compiler_that_is_absent(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    core = load_core(name)
    monkeypatch.setattr(shutil, "which", absent)
    monkeypatch.setattr(importlib.util, "find_spec", absent)
    toolchain, failed = find_toolchain(core)
    assert toolchain is None and [d.rule for d in failed] == [NO_CROSS_COMPILER]
    assert core.compiler is not None
    assert core.compiler.gcc in failed[0].message
    assert all(package in failed[0].help for package in core.compiler.packages)
    assert ("pip install 'mflowc[zig]'" in failed[0].help) == bool(core.compiler.zig)


def test_the_host_has_no_cross_compiler() -> None:
    toolchain, failed = find_toolchain(load_core("x86-64"))
    assert toolchain is None and [d.rule for d in failed] == [NOT_EMULATED]


def test_gcc_comes_first_and_zig_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    core = need_core("cortex-m4")
    assert core.compiler is not None
    found, _ = find_toolchain(core)
    assert found is not None and found.name == core.compiler.gcc
    need_module("ziglang", "mflowc[zig]")
    monkeypatch.setattr(shutil, "which", absent)
    found, _ = find_toolchain(core)
    assert found is not None and found.zig and not found.libc


@pytest.mark.parametrize("core", ["cortex-m4", "rv32imc"])
def test_what_zig_compiles_gives_the_same_bytes(
    core: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    need_core(core)
    board = load_target(core)
    need_module("ziglang", "mflowc[zig]")
    with monkeypatch.context() as patched:
        patched.setattr(cross.shutil, "which", absent)
        zig, _ = find_toolchain(board.core)
    image, failed = build_image(
        compiled_for(int8_model(), board.core), board, tmp_path, Build(toolchain=zig)
    )
    assert image is not None, [(d.message, d.notes) for d in failed]
    steps = [[draw("int8", (1, 6, 6, 2), seed)] for seed in range(2)]
    run, failed = run_image(image, as_bytes(steps))
    assert run is not None, [(d.message, d.notes) for d in failed]
    assert [list(step) for step in run.outputs] == as_bytes(tflm_steps(int8_model(), steps))


def test_qemu_that_is_absent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    need_core("rv32imc")
    image = built(layer_model(), "rv32imc", tmp_path)
    monkeypatch.setattr(qemu.shutil, "which", absent)
    run, failed = run_image(image, INPUTS)
    assert run is None and [d.rule for d in failed] == [NO_EMULATOR]
    assert "qemu-system-riscv32" in failed[0].message and "qemu-system-misc" in failed[0].help


@pytest.mark.parametrize(("core", "package"), [("cortex-m3", "gcc"), ("avr5", "libsimavr-dev")])
def test_a_helper_that_cannot_be_built(
    core: str, package: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    need_core(core)
    image = built(layer_model(), core, tmp_path)
    monkeypatch.setenv("CC", "false")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    run, failed = run_image(image, INPUTS, counted=True)
    assert run is None and [d.rule for d in failed] == [NO_HELPER]
    assert package in failed[0].help


def test_a_cache_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    need_core("cortex-m3")
    image = built(layer_model(), "cortex-m3", tmp_path)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    run, failed = run_image(image, INPUTS, counted=True)
    assert run is None and [d.rule for d in failed] == [NO_HELPER]
    assert "XDG_CACHE_HOME" in failed[0].help


def test_a_helper_is_built_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    need_core("cortex-m3")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    image = built(layer_model(), "cortex-m3", tmp_path)
    assert run_image(image, INPUTS, counted=True)[0] is not None
    (kept,) = (tmp_path / "cache" / "microflow").rglob("*.so")
    monkeypatch.setattr(helper, "compile_c", absent)  # would fail if it were called
    assert run_image(image, INPUTS, counted=True)[0] is not None
    assert list((tmp_path / "cache").rglob("*.*")) == [kept]
