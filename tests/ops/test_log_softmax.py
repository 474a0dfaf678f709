"""LOG_SOFTMAX against the reference: int8 exactly, float32 within its bound."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.verify.rounding import kernel_bound
from tests.assemble import N, T
from tests.ops.same import Array, Part, assert_same, findings, joined, values
from tests.ops.unary import Quantised
from tests.ops.units import units_apart
from tests.oracle import tflm
from tests.run_model import run_model

Shape = tuple[int, ...]
OUT = (1 / 16, 127)


def part(
    dtype: str, shape: Sequence[int], x: Quantised = (None, 0), y: Quantised = (None, 0)
) -> Part:
    tensors = [T("x", dtype, shape, *x), T("y", dtype, shape, *y)]
    return Part(tensors, [N("LOG_SOFTMAX", ["x"], ["y"])])


def int8(shape: Sequence[int], scale: float, zero_point: int = 0) -> Part:
    return part("int8", shape, (scale, zero_point), OUT)


shapes = st.lists(st.integers(1, 3), max_size=3).flatmap(
    lambda outer: st.integers(1, 40).map(lambda depth: (*outer, depth))
)
parts = st.tuples(
    shapes, st.floats(-25, 7).map(lambda exponent: 2.0**exponent), st.sampled_from([-128, 0, 127])
)


@settings(deadline=None, max_examples=15)
@given(st.lists(parts, min_size=1, max_size=6), st.integers(0, 99))
def test_int8(drawn: list[tuple[Shape, float, int]], seed: int) -> None:
    sets = [[values("int8", p[0], seed + i) for p in drawn] for i in range(3)]
    assert_same(joined(*(int8(*p) for p in drawn)), sets, sanitize=seed % 3 == 0)


def test_every_difference() -> None:
    """In each vector of two, one element runs through all values."""
    line = np.arange(-128, 128).astype(np.int8)
    x = np.stack([line, np.full(256, 127, np.int8)], axis=1)
    scales = (0.004, 0.02, 0.0471, 0.0625, 0.1, 0.125, 0.5, 3.0, 31.0, 40.0, 1e5)
    assert_same(joined(*(int8((256, 2), scale) for scale in scales)), [[x] * len(scales)])


def test_every_length() -> None:
    """The sums of equal elements are whole numbers, and close to those with one less."""
    lengths = [*range(1, 70), 127, 128, 1000, 2047, 2048, 4000, 4095]
    x: list[Array] = [np.full(length, 5, np.int8) for length in lengths]
    less = [np.where(np.arange(length) == 0, 4, 5).astype(np.int8) for length in lengths]
    assert_same(joined(*(int8((length,), 0.05) for length in lengths)), [x, less])


def test_floats() -> None:
    """Near 0, where the reference's terms cancel, as close as the terms are."""
    shapes_ = [(1,), (2, 2), (3, 1, 10), (2, 1000)]
    rng = np.random.default_rng(0)
    x = [rng.normal(0, 5, shape).astype(np.float32) for shape in shapes_]
    odd = np.array([[np.nan, 1, 2], [np.inf, 1, 2], [-np.inf] * 3, [-np.inf, 0, 1]], np.float32)
    model = joined(*(part("float32", value.shape) for value in (*x, odd)))
    for made, wanted in zip(run_model(model, [*x, odd]), tflm(model, [*x, odd]), strict=True):
        assert units_apart(made, wanted) <= kernel_bound("log_softmax_f32")


def test_unsupported_forms() -> None:
    said = findings(joined(part("int8", (4,), (0.1, 0), (1 / 256, -128))))
    assert "an output scale of 0.00390625 with zero point -128" in said
    assert "a scale of 1/16 with zero point 127" in said
    assert "type int16" in findings(joined(part("int16", (4,), (0.1, 0), OUT)))
    assert "an input scale of 1e-08" in findings(joined(int8((4,), 1e-8)))
    assert "at most 4095" in findings(joined(int8((4096,), 0.1)))
    assert "no vector" in findings(joined(part("float32", ())))
    assert "no scale" in findings(joined(part("int8", (4,), (None, 0), OUT)))
