"""DIV against the reference; how operands are broadcast is tested with ADD."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.broadcasting import (
    ACTIVATIONS,
    Case,
    cases,
    every_pair,
    model,
    of_constants,
    operands,
    part,
)
from tests.ops.same import Array, assert_outputs, assert_same, findings, joined, values
from tests.run_model import compiled

TYPES = ("int8", "int32", "float32")


def without_zero(given_: list[Array]) -> list[Array]:
    """Returns operands among which no integer divisor is 0, where the reference gives up."""
    return [np.where(x == 0, 3, x) if x.dtype == np.int32 else x for x in given_]


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(TYPES), min_size=1, max_size=6), st.integers(0, 99))
def test_divides_as_the_reference_does(drawn: list[Case], seed: int) -> None:
    given_ = [without_zero(operands(drawn, s)) for s in (seed, seed + 100)]
    assert_same(model("DIV", drawn), given_)


def test_every_pair_of_int8_values() -> None:
    """Divisors of zero and quotients below every step included."""
    quantised = [
        ((0.5, 0.5, 0.5), (0, 0, 0)),
        ((0.05, 0.05, 1 / 128), (-128, 127, 3)),
        ((1.0, 1.0, 1.0), (5, -7, 0)),
        ((0.013, 0.0271, 0.0005), (-1, 1, -128)),
        ((30.0, 0.001, 0.001), (127, 127, 127)),
        ((0.01, 0.5, 0.5), (-128, -128, 0)),
    ]
    pairs = [
        Case("int8", (256, 1), (1, 256), a, s, z)
        for (s, z), a in zip(quantised, ("NONE", "NONE", *ACTIVATIONS), strict=True)
    ]
    assert_same(model("DIV", pairs), [every_pair() * len(pairs)], sanitize=True)


def test_factors_have_double_precision() -> None:
    """Quotients so close to the middle between two outputs that a factor's last bits show."""
    rng = np.random.default_rng(11)
    drawn, given_ = [], []
    for a, b in rng.uniform(0.001, 1, (40, 2)).astype(np.float32).tolist():
        x, y, k = rng.integers((40, 1, 20), (127, 127, 120)).tolist()
        output = a / (b * (k + 0.5) * y / x)
        drawn.append(Case("int8", (1,), (1,), "NONE", (a, b, output)))
        given_ += [np.array([x], np.int8), np.array([y], np.int8)]
    assert_same(model("DIV", drawn), [given_])


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_quotients_at_the_limits(activation: str) -> None:
    drawn = [Case("float32", (7,), (7,), activation), Case("int32", (5,), (5,), activation)]
    floats = [
        np.array([3e38, -3e38, np.inf, np.nan, -0.0, 1, -1], np.float32),
        np.array([1e-3, 1e-3, -1, 1, 1e-40, 0, 0], np.float32),
    ]
    integers = [
        np.array([2**31 - 1, -(2**31), -7, 7, -7], np.int32),
        np.array([-1, 2, 2, -2, -2], np.int32),
    ]
    assert_same(model("DIV", drawn), [[*floats, *integers]], sanitize=True)


def test_integer_quotients_that_the_reference_does_not_have() -> None:
    a = np.array([5, -5, 0, -(2**31), -(2**31)], np.int32)
    b = np.array([0, 0, 0, 0, -1], np.int32)
    wanted = np.array([0, 0, 0, 0, -(2**31)], np.int32)
    case = Case("int32", (5,), (5,))
    assert_outputs(model("DIV", [case]), [[a, b]], [[wanted]], sanitize=True)
    constant = joined(part("DIV", case, b))
    assert_outputs(constant, [[a]], [[wanted]])


@pytest.mark.parametrize("dtype", TYPES)
def test_constant_operands(dtype: str) -> None:
    made = [
        part("DIV", Case(dtype, (2, 3, 4), shape), np.full(shape, 7, dtype))
        for shape in ((), (4,), (3, 1))
    ]
    assert_same(joined(*made), [[values(dtype, (2, 3, 4), i) for i in range(len(made))]])


@pytest.mark.parametrize(("dtype", "left"), [("int8", 2), ("int32", 1), ("float32", 1)])
def test_quotients_of_constants(dtype: str, left: int) -> None:
    case = Case(dtype, (2, 3), (3,))
    built = of_constants("DIV", case, {"fusedActivationFunction": "RELU6"})
    assert len(compiled(built).graph.nodes) == left
    assert_same(built, [without_zero([values(dtype, (2, 3), 5)])])


def test_unsupported_forms() -> None:
    assert "type int16" in findings(model("DIV", [Case("int16")]))
    assert "no scale" in findings(model("DIV", [Case(scales=(0.5, 0.0, 0.5))]))
