"""SUB against the reference; how operands are broadcast is tested with ADD."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.broadcasting import (
    ACTIVATIONS,
    TYPES,
    ZEROS,
    Case,
    cases,
    check_precision,
    every_pair,
    model,
    of_constants,
    operands,
    part,
)
from tests.ops.same import assert_same, findings, joined, values
from tests.run_model import compiled


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(zeros=ZEROS), min_size=1, max_size=6), st.integers(0, 99))
def test_subtracts_as_the_reference_does(drawn: list[Case], seed: int) -> None:
    assert_same(model("SUB", drawn), [operands(drawn, seed), operands(drawn, seed + 100)])


def test_every_pair_of_int8_values() -> None:
    quantised = [
        ((0.5, 0.5, 0.5), (0, 0, 0)),
        ((0.5, 0.25, 0.61), (-128, 127, 3)),
        ((1e-6, 1.0, 0.9), (5, -7, 0)),
        ((0.013, 0.0271, 0.0005), (-1, 1, -128)),
        ((3.0, 5.0, 100.0), (127, 127, 127)),
    ]
    pairs = [
        Case("int8", (256, 1), (1, 256), a, s, z)
        for (s, z), a in zip(quantised, ("NONE", *ACTIVATIONS), strict=True)
    ]
    assert_same(model("SUB", pairs), [every_pair() * len(pairs)], sanitize=True)


def test_every_type_at_its_limits() -> None:
    pairs = [
        Case("int16", (4, 1), (1, 4), "NONE", (0.5, 0.3, 0.4), (-32768, 32767, 7)),
        Case("int16", (4, 1), (1, 4), "RELU6", (0.001, 0.003, 0.0004)),
        Case("int32", (4, 1), (1, 4), "RELU_N1_TO_1"),
        Case("int32", (4, 1), (1, 4)),
        Case("float32", (4, 1), (1, 4)),
    ]
    ends = {
        "int16": [-32768, -1, 0, 32767],
        "int32": [-(2**31), -1, 0, 2**31 - 1],
        "float32": [-np.inf, np.nan, -0.0, 3e38],
    }
    given_ = [np.array(ends[c.dtype], c.dtype).reshape(s) for c in pairs for s in (c.a, c.b)]
    assert_same(model("SUB", pairs), [given_], sanitize=True)


def test_factors_have_double_precision() -> None:
    check_precision("SUB", 0.9)


@pytest.mark.parametrize("dtype", TYPES)
def test_constant_operands(dtype: str) -> None:
    made = [
        part("SUB", Case(dtype, (2, 3, 4), shape), np.nan_to_num(values(dtype, shape, 1)))
        for shape in ((), (4,), (3, 1))
    ]
    assert_same(joined(*made), [[values(dtype, (2, 3, 4), i) for i in range(len(made))]])


@pytest.mark.parametrize(("dtype", "left"), [("int8", 2), ("int16", 2), ("int32", 1)])
def test_differences_of_constants(dtype: str, left: int) -> None:
    case = Case(dtype, (2, 2), (2,))
    built = of_constants("SUB", case, {"fusedActivationFunction": "RELU6"})
    assert len(compiled(built).graph.nodes) == left
    assert_same(built, [[values(dtype, (2, 2), 5)]])


def test_unsupported_forms() -> None:
    assert "type int64" in findings(model("SUB", [Case("int64")]))
    assert "no scale" in findings(model("SUB", [Case("int16", scales=(0.5, 0.0, 0.5))]))
    low = Case("int16", scales=(1.0, 1.0, 2.0**-14))
    assert "above 2^-14 of" in findings(model("SUB", [low]))
