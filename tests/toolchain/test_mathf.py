"""The mathematics of boards, without a C library and with one, against this computer's."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from microflow.resources import resource
from microflow.toolchain.board import run_image
from microflow.toolchain.stack import link_program, stack_bound
from microflow.verify.rounding import kernel_bound
from tests.need import need, need_core
from tests.ops.same import joined
from tests.ops.unary import part
from tests.ops.units import units_apart
from tests.ops.windows import call
from tests.oracle import tflm_steps
from tests.toolchain.small import as_bytes, built

ONE = {
    "cosf": np.cos,
    "expf": np.exp,
    "expm1f": np.expm1,
    "floorf": np.floor,
    "logf": np.log,
    "sinf": np.sin,
    "sqrtf": np.sqrt,
    "tanhf": np.tanh,
}
EXACT = ("floorf", "sqrtf")
NAMES = (*ONE, "exp", "floor", "fmodf")
ODD = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-45, -1e-45, 1e-38, 3.4e38, -3.4e38, 1.0, -1.0]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """The functions under names of their own: this computer's library has them too."""
    folder = resource("runtime_c/boards/libc")
    made = tmp_path_factory.mktemp("libc") / "mathf.so"
    renamed = [f"-D{name}=own_{name}" for name in NAMES]
    strict = ("-std=c99", "-O2", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror")
    flags = (*strict, "-ffreestanding", "-ffp-contract=off", "-shared", "-fPIC", "-I", folder)
    sources = (folder / "mathf.c", folder / "expf.c")
    subprocess.run([need("gcc"), *flags, *renamed, *sources, "-o", made], check=True)
    return ctypes.CDLL(str(made))


def function(library: ctypes.CDLL, name: str, operands: int = 1) -> Callable[..., Any]:
    found = getattr(library, f"own_{name}")
    found.argtypes, found.restype = [ctypes.c_float] * operands, ctypes.c_float
    return lambda *values: np.float32(found(*map(float, values)))


def numbers() -> Any:
    """Returns floats of every size, many of them moderate."""
    rng = np.random.default_rng(0)
    patterns = rng.integers(0, 2**32, 4000, np.uint64).astype(np.uint32).view(np.float32)
    drawn = [rng.normal(0, spread, 1500) for spread in (0.01, 1, 30, 1e4, 1e8)]
    near = 1 + rng.normal(0, 1e-4, 1000)
    turns = np.arange(-1000, 1000) * (np.pi / 4)
    with np.errstate(invalid="ignore"):
        return np.concatenate([ODD, patterns, *drawn, near, turns]).astype(np.float32)


@pytest.mark.parametrize("name", sorted(ONE))
def test_functions_of_one_number(library: ctypes.CDLL, name: str) -> None:
    x = numbers()
    made = np.array([function(library, name)(value) for value in x], np.float32)
    with np.errstate(all="ignore"):
        wanted = ONE[name](x.astype(np.float64)).astype(np.float32)
    assert units_apart(made, wanted) <= (0 if name in EXACT else 1)


def test_the_sign_of_zero(library: ctypes.CDLL) -> None:
    for name in set(ONE) - {"cosf", "expf", "logf"}:
        assert np.signbit(function(library, name)(-0.0)), name


def test_remainders(library: ctypes.CDLL) -> None:
    x = numbers()
    y = np.random.default_rng(1).permutation(x)
    made = np.array([function(library, "fmodf", 2)(a, b) for a, b in zip(x, y, strict=True)])
    with np.errstate(all="ignore"):
        wanted = np.fmod(x, y)
    assert units_apart(made.astype(np.float32), wanted) == 0


def test_whole_numbers_of_double_precision(library: ctypes.CDLL) -> None:
    library.own_floor.argtypes, library.own_floor.restype = [ctypes.c_double], ctypes.c_double
    x = np.concatenate([numbers().astype(np.float64), np.arange(-9, 9) / 4 + 1e-15])
    made = np.array([library.own_floor(value) for value in x])
    assert np.array_equal(made, np.floor(x), equal_nan=True)
    assert np.signbit(library.own_floor(-0.0))


def test_the_exponential_in_double_precision(library: ctypes.CDLL) -> None:
    library.own_exp.argtypes, library.own_exp.restype = [ctypes.c_double], ctypes.c_double
    x = np.concatenate([np.random.default_rng(3).uniform(-708, 709, 2000), [0.0, -0.0, 1.0, 1e-20]])
    made = np.array([library.own_exp(value) for value in x])
    assert np.max(np.abs(made / np.exp(x) - 1)) < 1e-13
    odd = [library.own_exp(value) for value in (np.inf, -np.inf, 710.0, -750.0)]
    assert odd == [np.inf, 0.0, np.inf, 0.0] and np.isnan(library.own_exp(np.nan))


def ranges() -> dict[str, Any]:
    """Returns an operator that calls each function, with numbers that it is asked for."""
    rng = np.random.default_rng(2)
    wide = np.concatenate([ODD[3:], [3.1415927, 1e5, 1e30], rng.normal(0, 10, 30)])
    near = np.concatenate([ODD[3:], [-1e-8, -1e-4, 20, -20, -100], rng.normal(0, 1, 30)])
    positive = np.concatenate([[1, 0.999999, 1e-40, 3e38], np.abs(rng.normal(0, 10, 30))])
    drawn = {"TANH": near, "ELU": near, "EXP": near * 9, "LOG": positive, "SIN": wide, "COS": wide}
    with np.errstate(over="ignore"):
        return {op: x.astype(np.float32) for op, x in {**drawn, "RSQRT": positive}.items()}


@pytest.mark.parametrize("core", ["cortex-m0", "lx106", "rv32ec"])  # avr-libc's is less exact
def test_boards(core: str, tmp_path: Path) -> None:
    need_core(core)
    parts = {op: part(op, "float32", shape=x.shape) for op, x in ranges().items()}
    model, steps = joined(*parts.values()), [[*ranges().values()]]
    run, failed = run_image(built(model, core, tmp_path), as_bytes(steps))
    assert run is not None, [(d.message, d.notes) for d in failed]
    (wanted,) = tflm_steps(model, steps)
    for made, want, op in zip(run.outputs[0], wanted, parts.values(), strict=True):
        apart = units_apart(np.frombuffer(made, np.float32), want)
        assert apart <= kernel_bound(call(op).kernel), op


@pytest.mark.parametrize("core", ["avr5", "cortex-m0", "lx106"])
def test_no_measurement_is_above_the_bound_of_the_stack(core: str, tmp_path: Path) -> None:
    """Code of avr-libc stands in front of its functions, and counts in their sizes."""
    need_core(core)
    drawn = {op: x[-3:] for op, x in ranges().items()}
    model = joined(*(part(op, "float32", shape=x.shape) for op, x in drawn.items()))
    image = built(model, core, tmp_path)
    run, failed = run_image(image, as_bytes([[*drawn.values()]]), counted=True)
    assert run is not None, [(d.message, d.notes) for d in failed]
    found = link_program(image.toolchain, "model.c", ("model_run",), tmp_path)
    assert found is not None
    limit = stack_bound(found, "model_run")
    assert limit.bytes is not None, str(limit)
    assert max(count.stack_bytes for count in run.counts) <= limit.bytes
