"""RSQRT against the reference, for the values that it takes: none below zero."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.numerics import fixed_point
from tests.ops.same import Array, Part, assert_outputs, assert_same, findings, joined
from tests.ops.unary import (
    BYTES,
    WORDS,
    Quantised,
    floats,
    part,
    plus_constant,
    scales,
    table,
)
from tests.oracle import tflm
from tests.run_model import compiled

zeros = st.sampled_from([-128, -17, 0, 5, 126])
quantised = st.tuples(scales, zeros)


def from_zero(zero_point: int) -> Array:
    """Returns the int8 values from the zero point on; its own in place of those below it."""
    return np.maximum(BYTES, np.int8(zero_point))


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(quantised, quantised), min_size=1, max_size=20))
def test_every_entry_of_the_table(drawn: list[tuple[Quantised, Quantised]]) -> None:
    parts = [part("RSQRT", "int8", *d) for d in drawn]
    inputs = [from_zero(x[1]) for x, _ in drawn]
    for made, x, wanted in zip(parts, inputs, tflm(joined(*parts), inputs), strict=True):
        assert np.array_equal(table(made)[x.astype(int) + 128], wanted)


def test_below_zero_it_is_as_at_zero() -> None:
    made: Part = part("RSQRT", "int8", (0.1, 5), (0.1, 9))
    assert set(table(made)[: 128 + 6]) == {127}
    low = np.array([-32768, -1, 0], np.int16)
    words = part("RSQRT", "int16", (0.1, 0), (0.1, 0), shape=(3,))
    assert_outputs(joined(words), [[low]], [[np.full(3, 32767, np.int16)]])


@settings(deadline=None, max_examples=3)
@given(st.lists(st.tuples(scales, scales), min_size=1, max_size=6))
def test_every_int16_value(drawn: list[tuple[float, float]]) -> None:
    made = (part("RSQRT", "int16", (x, 0), (y, 0), shape=(32768,)) for x, y in drawn)
    assert_same(joined(*made), [[WORDS[32768:]] * len(drawn)], sanitize=True)


def test_scales_at_the_ends() -> None:
    """A factor of less than 2^-11 leaves nothing; the reference shifts by more than 31 bits."""
    assert set(table(part("RSQRT", "int8", (3e38, 0), (1e6, 7)))) == {127, 7}


@pytest.mark.parametrize("op", ["RSQRT", "SQRT"])
def test_floats(op: str) -> None:
    x = floats(0, 300, 1e3)
    assert_same(joined(part(op, "float32", shape=x.shape)), [[x]])


@pytest.mark.parametrize("op", ["RSQRT", "SQRT"])
def test_constants_are_computed_at_compile_time(op: str) -> None:
    x = np.abs(np.nan_to_num(floats(1, 40)))
    model = plus_constant(part(op, "float32", shape=x.shape), x)
    assert len(compiled(model).graph.nodes) == 1
    assert_same(model, [[np.full_like(x, -0.0)]])


@given(st.integers(0, 2**31 - 1))
def test_the_inverse_square_root_is_one(x: int) -> None:
    multiplier, shift = fixed_point.inverse_sqrt(x)
    assert multiplier * 2.0 ** (shift - 31) == pytest.approx(max(x, 1) ** -0.5, rel=2e-6)


def test_unsupported_forms() -> None:
    assert "type int32" in findings(joined(part("RSQRT", "int32")))
    assert "an int8 tensor with no scale" in findings(joined(part("RSQRT", "int8")))
    assert "an int16 tensor with no scale" in findings(joined(part("RSQRT", "int16")))
    assert "a zero point of 3" in findings(joined(part("RSQRT", "int16", (0.1, 3), (0.1, 0))))
