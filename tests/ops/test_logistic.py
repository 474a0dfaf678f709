"""LOGISTIC against the reference: int8 in every entry of the table, float32 within its bound."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.ir import DType, Quantization, Tensor
from microflow.ops import logistic
from tests.assemble import N, T
from tests.ops.same import Part, assert_same, findings, joined
from tests.ops.units import units_apart
from tests.oracle import tflm
from tests.run_model import run_model

BYTES = np.arange(-128, 128).astype(np.int8)
SHARE = (1 / 256, -128)
FLOAT_BOUND = 4  # units in the last place, as the kernel's contract states


def part(x: tuple[float | None, int], y: tuple[float | None, int] = SHARE) -> Part:
    return Part(
        [T("x", "int8", (256,), *x), T("y", "int8", (256,), *y)], [N("LOGISTIC", ["x"], ["y"])]
    )


def table(scale: float, zero_point: int) -> Any:
    quantization = Quantization((float(np.float32(scale)),), (zero_point,))
    return logistic.table(Tensor(0, "x", DType.INT8, (256,), quantization))


scales = st.floats(-27, 8).map(lambda exponent: 2.0**exponent)
quantised = st.tuples(scales, st.integers(-128, 127))


@settings(deadline=None, max_examples=20)
@given(st.lists(quantised, min_size=1, max_size=20))
def test_every_entry_of_the_table(drawn: list[tuple[float, int]]) -> None:
    wanted = tflm(joined(*map(part, drawn)), [BYTES] * len(drawn))
    for (scale, zero_point), entries in zip(drawn, wanted, strict=True):
        assert np.array_equal(table(scale, zero_point), entries), (scale, zero_point)


def test_scales_at_the_ends() -> None:
    for scale in (1e-38, 1e-45, 2.0**-28):
        assert set(table(scale, 3)) == {0}
    assert table(3e38, 3).tolist() == [-128] * 132 + [127] * 124


def test_the_table_is_looked_up() -> None:
    drawn = [(0.1, 5), (0.03, -128), (1.0, 127), (0.0471, 0)]
    assert_same(joined(*map(part, drawn)), [[BYTES] * len(drawn), [BYTES[::-1]] * len(drawn)])


def test_the_outputs_scale_is_left_aside() -> None:
    assert_same(joined(part((0.1, 5), (1 / 100, -128))), [[BYTES]])


def test_floats() -> None:
    rng = np.random.default_rng(0)
    odd = [np.nan, np.inf, -np.inf, 0, -0.0, -9, -9.000001, 16.619047, 16.61905, 88.8, -104, 1e-45]
    x = np.concatenate([odd, rng.uniform(-110, 20, 2000), rng.normal(size=2000)])
    x = x.astype(np.float32)
    tensors = [T("x", "float32", x.shape), T("y", "float32", x.shape)]
    model = joined(Part(tensors, [N("LOGISTIC", ["x"], ["y"])]))
    (made,), (wanted,) = run_model(model, [x]), tflm(model, [x])
    assert units_apart(made, wanted) <= FLOAT_BOUND


def test_unsupported_forms() -> None:
    assert "an output zero point of 0" in findings(joined(part((0.1, 5), (1 / 256, 0))))
    assert "no scale" in findings(joined(part((None, 0))))
    tensors = [T("x", "int16", (2,), 0.1), T("y", "int16", (2,), 0.1)]
    assert "type int16" in findings(joined(Part(tensors, [N("LOGISTIC", ["x"], ["y"])])))
