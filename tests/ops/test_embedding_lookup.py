"""EMBEDDING_LOOKUP against the reference: rows as they are, and int8 rows as floats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, T
from tests.ops.moved import Shape, assert_folds, constant, tensor
from tests.ops.same import Array, Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed


def part(dtype: str, shape: Shape, indices: Array) -> Part:
    """Returns a lookup in a table that comes at run time, as the indices do."""
    return Part(
        [
            T("i", str(indices.dtype), indices.shape),
            tensor("x", dtype, shape),
            tensor("y", dtype, (*indices.shape, *shape[1:])),
        ],
        [N("EMBEDDING_LOOKUP", ["i", "x"], ["y"])],
        ["i", "x"],
    )


def hybrid(table: Array, scale: float, indices: Array) -> Part:
    """Returns a lookup in a constant int8 `table` that gives floats."""
    made = changed(part("int8", table.shape, indices), "x", scale=scale, data=table)
    return evolve(changed(made, "y", dtype="float32", scale=None), inputs=["i"])


@st.composite
def cases(draw: st.DrawFn) -> tuple[Shape, Array]:
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=2, max_size=4)))
    rows = draw(st.lists(st.integers(0, shape[0] - 1), min_size=1, max_size=4))
    return shape, np.array(rows, np.int32)


@settings(deadline=None, max_examples=10)
@given(
    st.lists(st.tuples(st.sampled_from(["int8", "float32"]), cases()), min_size=1, max_size=5),
    st.integers(0, 99),
)
def test_looks_up_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    built = joined(*(part(dtype, *case) for dtype, case in drawn))
    pairs = [(indices, values(dtype, shape, seed)) for dtype, (shape, indices) in drawn]
    assert_same(built, [[a for pair in pairs for a in pair]])


@settings(deadline=None, max_examples=8)
@given(
    st.lists(st.tuples(cases(), st.sampled_from([1.0, 0.3, 0.007, 1e-9])), min_size=1, max_size=5),
    st.integers(0, 99),
)
def test_makes_floats_of_int8(drawn: list[Any], seed: int) -> None:
    tables = [values("int8", shape, seed) for (shape, _), _ in drawn]
    indices = [rows for (_, rows), _ in drawn]
    scales = [scale for _, scale in drawn]
    parts = [hybrid(*each) for each in zip(tables, scales, indices, strict=True)]
    assert_same(joined(*parts), [indices])


@pytest.mark.parametrize("index", ["int32", "int64"])
def test_indices_stay_inside(index: str) -> None:
    """The reference fails where an index is no row: here it takes the nearest."""
    info = np.iinfo(index)
    indices = np.array([-1, 3, info.min, info.max, 1], index)
    table = values("int8", (3, 4), 1)
    built = joined(part("int8", (3, 4), indices), hybrid(table, 0.5, indices))
    wanted = table[[0, 2, 0, 2, 1]]
    outputs = [wanted, wanted.astype(np.float32) * np.float32(0.5)]
    assert_outputs(built, [[indices, table, indices]], [outputs], sanitize=True)


def test_types_that_the_reference_lacks() -> None:
    types = ("uint8", "int16", "int32", "int64", "bool")
    rows = np.array([2, 0], np.int64)
    tables = [values(dtype, (3,), 7) for dtype in types]
    built = joined(*(part(dtype, (3,), rows) for dtype in types))
    assert_outputs(built, [[a for x in tables for a in (rows, x)]], [[x[rows] for x in tables]])


def test_constants_fold() -> None:
    rows, table = np.array([2, 0], np.int32), values("int8", (3, 4), 1)
    floats = hybrid(table, 0.3, rows)
    parts = [constant(part("int8", (3, 4), rows), x=table, i=rows), constant(floats, i=rows)]
    assert_folds(parts, [table[rows], table[rows].astype(np.float32) * np.float32(0.3)])


def test_unsupported_forms() -> None:
    rows, table = np.array([2, 0], np.int32), values("int8", (3, 4), 1)

    def said(made: Part, name: str = "x", **fields: Any) -> str:
        return findings(joined(changed(made, name, **fields)))

    plain, floats = part("int8", (3, 4), rows), hybrid(table, 0.3, rows)
    assert said(plain) == said(floats) == ""
    empty = constant(part("int8", (0, 4), rows), x=[])
    assert "a tensor with no elements" in said(empty, "y", shape=(2, 4))
    assert "zero point 3 of int8 rows" in said(floats, zero_point=3)
    assert "an int8 tensor with no scale" in said(floats, scale=None)
    assert "input of type int16 with output of type float32" in said(floats, dtype="int16")
    assert "a table that is a single number" in said(plain, shape=())
    assert "a tensor of rank 2" in said(plain, "i", shape=(2, 1))
    assert "index 3 of 3 elements" in findings(joined(constant(plain, i=[3, 0])))
    assert "type float32" in said(plain, "i", dtype="float32")
