"""MUL against the reference; how operands are broadcast is tested with ADD."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, T, assemble
from tests.ops.broadcasting import (
    ACTIVATIONS,
    QUANTISED,
    TYPES,
    Case,
    cases,
    check_precision,
    every_pair,
    model,
    operands,
    part,
)
from tests.ops.same import assert_same, findings, joined, values
from tests.run_model import compiled


@settings(deadline=None, max_examples=12)
@given(st.lists(cases(), min_size=1, max_size=6), st.integers(0, 99))
def test_multiplies_as_the_reference_does(drawn: list[Case], seed: int) -> None:
    assert_same(model("MUL", drawn), [operands(drawn, seed), operands(drawn, seed + 100)])


def test_every_pair_of_int8_values() -> None:
    quantised = [
        ((0.5, 0.5, 0.25), (0, 0, 0)),
        ((0.5, 0.25, 9.1), (-128, 127, 3)),
        ((1e-6, 1.0, 0.9), (5, -7, 0)),
        ((0.13, 0.271, 0.0005), (-1, 1, -128)),
        ((3.0, 5.0, 1000.0), (127, 127, 127)),
        ((1e4, 1e3, 1e-2), (2, 3, 4)),
    ]
    pairs = [
        Case("int8", (256, 1), (1, 256), a, s, z)
        for (s, z), a in zip(quantised, (*ACTIVATIONS, "NONE", "RELU"), strict=True)
    ]
    assert_same(model("MUL", pairs), [every_pair() * len(pairs)])


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_products_beyond_the_range(activation: str) -> None:
    drawn = [Case("float32", (6,), (6,), activation), Case("int32", (6,), (6,), activation)]
    floats = [
        np.array([3e38, -3e38, np.inf, np.nan, -0.0, 1e-40], np.float32),
        np.array([3, 3, -1, 1, 1, 0.3], np.float32),
    ]
    integers = [
        np.array([2**31 - 1, -(2**31), -(2**31), 2**16, -5, 7], np.int32),
        np.array([2, 2, -1, 2**16, 1, 1], np.int32),
    ]
    assert_same(model("MUL", drawn), [[*floats, *integers]])


def test_factors_have_double_precision() -> None:
    check_precision("MUL", 1e5)


def test_operands_on_a_scale_of_zero() -> None:
    drawn = [
        Case("int16", (3,), (3,), "NONE", (0.5, 0.0, 1e-42)),
        Case("int8", (3,), (3,), "NONE", (0.0, 0.5, 0.5), (3, -5, 7)),
    ]
    assert_same(model("MUL", drawn), [operands(drawn, 1)])


def test_int16_at_its_limits() -> None:
    ends = np.array([-32768, -181, 0, 32767], np.int16)
    scales = [(1.0, 1.0, 1.0), (0.5, 0.3, 3000.0), (1e-5, 1e-5, 0.01), (2.0, 3.0, 1e-4)]
    pairs = [Case("int16", (4, 1), (1, 4), a, s) for a, s in zip(ACTIVATIONS, scales, strict=True)]
    given_ = [ends.reshape(4, 1), ends.reshape(1, 4)] * len(pairs)
    assert_same(model("MUL", pairs), [given_], sanitize=True)


@pytest.mark.parametrize("dtype", TYPES)
def test_constant_operands(dtype: str) -> None:
    made = [
        part("MUL", Case(dtype, (2, 3, 4), shape), np.nan_to_num(values(dtype, shape, 1)))
        for shape in ((), (4,), (3, 1), (2, 3, 4), (1, 1, 1, 1))
    ]
    assert_same(joined(*made), [[values(dtype, (2, 3, 4), i) for i in range(len(made))]])


@pytest.mark.parametrize(
    ("dtype", "left"), [("int8", 2), ("int16", 2), ("int32", 1), ("float32", 1)]
)
def test_products_of_constants(dtype: str, left: int) -> None:
    scale = 0.5 if dtype in QUANTISED else None
    tensors = [
        T("a", dtype, (2, 2), scale, data=np.array([[-9, 9], [4, 100]], dtype)),
        T("b", dtype, (2,), scale, data=np.array([1, 2], dtype)),
        T("c", dtype, (2, 2), scale),
        T("x", dtype, (2, 2), scale),
        T("y", dtype, (2, 2), scale),
    ]
    nodes = [
        N("MUL", ["a", "b"], ["c"], {"fusedActivationFunction": "RELU_N1_TO_1"}),
        N("MUL", ["c", "x"], ["y"]),
    ]
    built = assemble(tensors, nodes, ["x"], ["y"])
    assert len(compiled(built).graph.nodes) == left
    assert_same(built, [[values(dtype, (2, 2), 5)]])


def test_unsupported_forms() -> None:
    assert "type int64" in findings(model("MUL", [Case("int64")]))
    assert "zero point of 3" in findings(model("MUL", [Case("int16", zeros=(0, 3, 0))]))
    assert "no scale" in findings(model("MUL", [Case(scales=(0.5, 0.5, 0.0))]))
