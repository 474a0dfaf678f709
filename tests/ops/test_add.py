"""ADD against the reference, and how operands are broadcast."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Access, Elementwise, Whole
from microflow.graph.call import Array as Table
from microflow.importer.tflite import import_model
from microflow.ops import _broadcast, add
from tests.assemble import N, T, assemble
from tests.ops.broadcasting import (
    ACTIVATIONS,
    QUANTISED,
    TYPES,
    ZEROS,
    Case,
    cases,
    check_precision,
    every_pair,
    model,
    operands,
    part,
    shapes,
)
from tests.ops.same import assert_outputs, assert_same, findings, joined, values
from tests.oracle import litert
from tests.run_model import compiled


@settings(deadline=None, max_examples=12)
@given(st.lists(cases(zeros=ZEROS), min_size=1, max_size=6), st.integers(0, 99))
def test_adds_as_the_reference_does(drawn: list[Case], seed: int) -> None:
    assert_same(model("ADD", drawn), [operands(drawn, seed), operands(drawn, seed + 100)])


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
    assert_same(model("ADD", pairs), [every_pair() * len(pairs)])


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_sums_beyond_the_largest_float(activation: str) -> None:
    a = np.array([3e38, -3e38, np.inf, np.nan, -0.0, 1e-40], np.float32)
    b = np.array([3e38, -3e38, 1, 1, -0.0, 1e-45], np.float32)
    assert_same(model("ADD", [Case("float32", (6,), (6,), activation)]), [[a, b]])


def test_factors_have_double_precision() -> None:
    check_precision("ADD", 0.9)


def test_int16_at_its_limits() -> None:
    ends = np.array([-32768, -1, 0, 32767], np.int16)
    pairs = [
        Case("int16", (4, 1), (1, 4), a, s, z)
        for a, s, z in (
            ("NONE", (1.0, 1.0, 1.0), (0, 0, 0)),
            ("NONE", (0.5, 0.3, 0.4), (-32768, 32767, 7)),
            ("RELU6", (0.001, 0.003, 0.0004), (5, -3, 32767)),
        )
    ]
    given_ = [ends.reshape(4, 1), ends.reshape(1, 4)] * len(pairs)
    assert_same(model("ADD", pairs), [given_], sanitize=True)


@pytest.mark.parametrize("dtype", TYPES)
def test_constant_operands(dtype: str) -> None:
    made = [
        part("ADD", Case(dtype, (2, 3, 4), shape), np.nan_to_num(values(dtype, shape, 1)))
        for shape in ((), (4,), (3, 1), (2, 3, 4), (1, 1, 1, 1))
    ]
    assert_same(joined(*made), [[values(dtype, (2, 3, 4), i) for i in range(len(made))]])


def _of_constants(dtype: str) -> bytes:
    """Returns a model of two constants' sum, clamped, plus an input."""
    scale = 0.5 if dtype in QUANTISED else None
    tensors = [
        T("a", dtype, (2, 2), scale, data=np.array([[-9, 9], [4, 100]], dtype)),
        T("b", dtype, (2,), scale, data=np.array([1, 2], dtype)),
        T("c", dtype, (2, 2), scale),
        T("x", dtype, (2, 2), scale),
        T("y", dtype, (2, 2), scale),
    ]
    nodes = [
        N("ADD", ["a", "b"], ["c"], {"fusedActivationFunction": "RELU6"}),
        N("ADD", ["c", "x"], ["y"]),
    ]
    return assemble(tensors, nodes, ["x"], ["y"])


@pytest.mark.parametrize(
    ("dtype", "left"), [("int8", 2), ("int16", 2), ("int32", 1), ("float32", 1)]
)
def test_sums_of_constants(dtype: str, left: int) -> None:
    built = _of_constants(dtype)
    assert len(compiled(built).graph.nodes) == left
    assert_same(built, [[values(dtype, (2, 2), 5)]])


def test_a_tensor_plus_itself() -> None:
    tensors = [T("x", "int8", (5,), 0.5, 3), T("y", "int8", (5,), 0.7, -4)]
    built = assemble(tensors, [N("ADD", ["x", "x"], ["y"])], ["x"], ["y"])
    assert_same(built, [[values("int8", (5,), 2)]])


def test_above_rank_six_where_nothing_is_broadcast() -> None:
    case = Case("int32", (1, 2, 1, 2, 1, 2, 3), (1, 2, 1, 2, 1, 2, 3))
    a, b = operands([case], 0)
    assert_outputs(model("ADD", [case]), [[a, b]], [[a + b]])


@given(shapes())
def test_layout_walks_both_operands_as_numpy_does(drawn: Any) -> None:
    layout = _broadcast.layout(*drawn)
    for shape, operand in zip(drawn, "ab", strict=True):
        source = np.arange(int(np.prod(shape))).reshape(shape)
        wanted = np.broadcast_to(source, np.broadcast_shapes(*drawn)).ravel()
        assert _walk(layout, operand) == wanted.tolist()


def _walk(layout: dict[str, Any], operand: str) -> list[int]:
    """Returns the operand's element that each of the output's elements is made of."""
    extents, strides = _numbers(layout["extents"]), _numbers(layout[f"{operand}_strides"])
    starts = [0]
    for extent, stride in zip(extents, strides, strict=True):
        starts = [start + i * stride for i in range(extent) for start in starts]
    assert len(starts) == layout["runs"]
    step = layout[f"{operand}_step"]
    return [start + i * step for start in starts for i in range(layout["count"])]


def _numbers(table: Table | None) -> list[int]:
    return [] if table is None else np.frombuffer(table.data, "<i4").tolist()


def test_common_broadcasts_are_one_loop_or_two() -> None:
    def size(a: Any, b: Any) -> tuple[Any, Any]:
        layout = _broadcast.layout(a, b)
        return layout["runs"], layout["count"]

    assert size((1, 4, 5, 6), (1, 4, 5, 6)) == (1, 120)
    assert size((1, 4, 5, 6), ()) == (1, 120)
    assert size((1, 1, 1, 1), (1, 4, 5, 6)) == (1, 120)
    assert size((1, 4, 5, 6), (6,)) == (20, 6)
    assert size((1, 4, 5, 6), (1, 4, 5, 1)) == (20, 6)
    assert size((1, 4, 5, 6), (1, 4, 1, 6)) == (20, 6)


def test_operands_of_the_outputs_size_are_read_by_element() -> None:
    def access(a: Any, b: Any) -> Access:
        graph, _ = import_model(model("ADD", [Case("int8", a, b)]), "model")
        assert graph is not None
        return add.OPERATOR.access(graph.sites()[0])

    assert access((2, 3), (1, 2, 3)) == Access((Elementwise(), Elementwise()))
    assert access((2, 3), (3,)) == Access((Elementwise(), Whole()))
    assert access((2, 1), (2, 3)) == Access((Whole(), Elementwise()))


def test_as_many_dimensions_as_there_can_be() -> None:
    """TensorFlow Lite Micro has room for seven, and gives out other elements from eight on."""
    drawn = [
        Case(dtype, (1, 2, 1, 2, 1, 2, 3, 1), (2, 1, 1, 2, 3, 1, 3, 2), scales=scales)
        for dtype, scales in (("int8", (0.5, 0.25, 0.75)), ("float32", (0.5, 0.5, 0.5)))
    ]
    built, given_ = model("ADD", drawn), operands(drawn, 1)
    assert_outputs(built, [given_], litert(built, [given_]))


def test_unsupported_forms() -> None:
    assert "type int64" in findings(model("ADD", [Case("int64")]))
    assert "no scale" in findings(model("ADD", [Case(scales=(0.5, 0.0, 0.5))]))
    assert "output scale far below" in findings(model("ADD", [Case(scales=(1.0, 1.0, 1e-6))]))


def test_operands_that_do_not_fit() -> None:
    def made(a: T, b: T, y: T) -> str:
        return findings(assemble([a, b, y], [N("ADD", ["a", "b"], ["y"])], ["a", "b"], ["y"]))

    wide = made(T("a", "float32", (2, 3)), T("b", "float32", (2,)), T("y", "float32", (2, 3)))
    assert "broadcasting [2, 3] against [2]" in wide
    mixed = made(T("a", "float32", (2,)), T("b", "int32", (2,)), T("y", "float32", (2,)))
    assert "input of type int32 with output of type float32" in mixed
    small = made(T("a", "float32", (2, 3)), T("b", "float32", (3,)), T("y", "float32", (3,)))
    assert "should have shape [2, 3]" in small
