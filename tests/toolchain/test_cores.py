"""On every core the generated code gives the reference's bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from attrs import evolve

from microflow.targets import load_target
from microflow.toolchain.board import run_image
from microflow.toolchain.cross import find_toolchain
from microflow.toolchain.image import Build, build_image
from microflow.verify.rounding import kernel_bound
from tests.need import need_core
from tests.oracle import tflm_steps
from tests.toolchain.small import (
    CORES,
    Array,
    as_bytes,
    built,
    compiled_for,
    draw,
    float_model,
    int8_model,
    logistic_model,
)


def check(model: bytes, steps: list[list[Array]], core: str, folder: Path) -> None:
    """Compares every byte of every step."""
    need_core(core)
    image = built(model, core, folder)
    run, failed = run_image(image, as_bytes(steps))
    assert run is not None, [(d.message, d.notes) for d in failed]
    assert [list(step) for step in run.outputs] == as_bytes(tflm_steps(model, steps))


@pytest.mark.parametrize("core", CORES)
def test_int8(core: str, tmp_path: Path) -> None:
    steps = [[draw("int8", (1, 6, 6, 2), seed)] for seed in range(4)]
    check(int8_model(), steps, core, tmp_path)


@pytest.mark.parametrize("level", ["-O0", "-Os"])
@pytest.mark.parametrize("core", ["avr5", "cortex-m0", "cortex-m3", "cortex-m4", "cortex-m55"])
def test_code_for_debuggers_and_for_size(core: str, level: str, tmp_path: Path) -> None:
    """Assembly finds registers without the optimiser, and functions at odd halves of words."""
    toolchain, _ = find_toolchain(need_core(core))
    assert toolchain is not None
    other = evolve(toolchain, description=evolve(toolchain.description, model_flags=(level,)))
    model, target = int8_model(), load_target(core)
    compiled = compiled_for(model, target.core)
    image, failed = build_image(compiled, target, tmp_path, Build(toolchain=other))
    assert image is not None, [(d.message, d.notes) for d in failed]
    steps = [[draw("int8", (1, 6, 6, 2))]]
    run, failed = run_image(image, as_bytes(steps))
    assert run is not None, [(d.message, d.notes) for d in failed]
    assert [list(step) for step in run.outputs] == as_bytes(tflm_steps(model, steps))


@pytest.mark.parametrize("core", CORES)
def test_floats(core: str, tmp_path: Path) -> None:
    steps = [[draw("float32", (1, 9), seed)] for seed in range(4)]
    check(float_model(), steps, core, tmp_path)


@pytest.mark.parametrize("core", ["cortex-m0", "lx106", "rv32ec"])  # avr-libc's is less exact
def test_the_exponential_function(core: str, tmp_path: Path) -> None:
    need_core(core)
    values = np.concatenate([np.linspace(-30, 30, 61), [-90, -104, 88.5, 100, 0, 1e-9]])
    x = values.astype(np.float32)[np.newaxis]
    model = logistic_model(x.size)
    run, failed = run_image(built(model, core, tmp_path), as_bytes([[x]]))
    assert run is not None, [(d.message, d.notes) for d in failed]
    (wanted,) = tflm_steps(model, [[x]])[0]
    found = np.frombuffer(run.outputs[0][0], np.float32)
    np.testing.assert_array_max_ulp(found, wanted.ravel(), kernel_bound("logistic_f32"))


def test_rv32ec_is_the_embedded_base(tmp_path: Path) -> None:
    """The emulated core has registers and instructions that this one has not: none are used."""
    need_core("rv32ec")
    image = built(int8_model(), "rv32ec", tmp_path)
    flags = int.from_bytes(image.elf.data[36:40], "little")  # e_flags
    assert flags & 0x8, "EF_RISCV_RVE: every object was made for 16 registers"
    assert "__mulsi3" in image.elf.addresses
