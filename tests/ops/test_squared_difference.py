"""SQUARED_DIFFERENCE against the reference; how operands are broadcast is tested with ADD."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.broadcasting import (
    TYPES,
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

OP = "SQUARED_DIFFERENCE"


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(TYPES, (None,)), min_size=1, max_size=6), st.integers(0, 99))
def test_squares_differences_as_the_reference_does(drawn: list[Case], seed: int) -> None:
    assert_same(model(OP, drawn), [operands(drawn, seed), operands(drawn, seed + 100)])


def test_every_pair_of_int8_values() -> None:
    quantised = [
        ((0.5, 0.5, 0.5), (0, 0, 0)),
        ((0.5, 0.25, 61.0), (-128, 127, 3)),
        ((1e-6, 1.0, 0.9), (5, -7, 0)),
        ((0.013, 0.0271, 0.0005), (-1, 1, -128)),
        ((3.0, 5.0, 1e5), (127, 127, 127)),
    ]
    pairs = [Case("int8", (256, 1), (1, 256), None, s, z) for s, z in quantised]
    assert_same(model(OP, pairs), [every_pair() * len(pairs)], sanitize=True)


def test_every_type_at_its_limits() -> None:
    pairs = [
        Case("int16", (4, 1), (1, 4), None, (0.5, 0.3, 0.4)),
        Case("int16", (4, 1), (1, 4), None, (0.5, 0.5, 5000.0)),
        Case("int32", (4, 1), (1, 4), None),
        Case("float32", (4, 1), (1, 4), None),
    ]
    ends = {
        "int16": [-32768, -1, 0, 32767],
        "int32": [-(2**31), -1, 0, 2**31 - 1],
        "float32": [-np.inf, np.nan, -0.0, 3e38],
    }
    given_ = [np.array(ends[c.dtype], c.dtype).reshape(s) for c in pairs for s in (c.a, c.b)]
    assert_same(model(OP, pairs), [given_], sanitize=True)


def test_factors_have_double_precision() -> None:
    check_precision(OP, 4e4, None)


@pytest.mark.parametrize("dtype", TYPES)
def test_constant_operands(dtype: str) -> None:
    made = [
        part(OP, Case(dtype, (2, 3, 4), shape, None), np.nan_to_num(values(dtype, shape, 1)))
        for shape in ((), (4,), (3, 1))
    ]
    assert_same(joined(*made), [[values(dtype, (2, 3, 4), i) for i in range(len(made))]])


@pytest.mark.parametrize(("dtype", "left"), [("int16", 2), ("int32", 1), ("float32", 1)])
def test_of_constants(dtype: str, left: int) -> None:
    built = of_constants(OP, Case(dtype, (2, 3), (3,)))
    assert len(compiled(built).graph.nodes) == left
    assert_same(built, [[values(dtype, (2, 3), 5)]])


def test_unsupported_forms() -> None:
    assert "type int64" in findings(model(OP, [Case("int64", activation=None)]))
    odd = Case("int16", activation=None, zeros=(0, 0, 3))
    assert "zero point of 3" in findings(model(OP, [odd]))
    bare = Case(activation=None, scales=(0.5, 0.5, 0.0))
    assert "no scale" in findings(model(OP, [bare]))
