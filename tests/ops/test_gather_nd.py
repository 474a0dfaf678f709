"""GATHER_ND against the reference: places known at compile time and at run time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, T
from tests.ops.moved import Shape, assert_folds, constant, tensor
from tests.ops.same import Array, Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed


def part(dtype: str, shape: Shape, places: Array) -> Part:
    """Returns a GATHER_ND whose indices come at run time, of the type and shape of `places`."""
    made = (*places.shape[:-1], *shape[places.shape[-1] :])
    return Part(
        [
            tensor("x", dtype, shape),
            T("i", str(places.dtype), places.shape),
            tensor("y", dtype, made),
        ],
        [N("GATHER_ND", ["x", "i"], ["y"])],
        ["x", "i"],
    )


def picked(x: Array, places: Array) -> Array:
    """Returns what numpy takes of `x`."""
    found: Array = x[tuple(np.moveaxis(places, -1, 0))]
    return found


@st.composite
def cases(draw: st.DrawFn) -> tuple[Shape, Array]:
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=5)))
    numbers = draw(st.integers(1, len(shape)))
    outer = draw(st.lists(st.integers(1, 3), max_size=2))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    return shape, rng.integers(0, shape[:numbers], (*outer, numbers)).astype(np.int32)


@settings(deadline=None, max_examples=12)
@given(
    st.lists(st.tuples(st.sampled_from(["int8", "float32"]), cases()), min_size=1, max_size=5),
    st.integers(0, 99),
)
def test_gathers_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    built = joined(*(part(dtype, *case) for dtype, case in drawn))
    pairs = [(values(dtype, shape, seed), places) for dtype, (shape, places) in drawn]
    assert_same(built, [[a for pair in pairs for a in pair]])


@pytest.mark.parametrize("index", ["int32", "int64"])
def test_indices_stay_inside(index: str) -> None:
    """The reference fails where an index is none of its dimension: here it takes the nearest."""
    info = np.iinfo(index)
    places = np.array([[-1, 1], [3, 4], [info.min, info.max], [1, -4]], index)
    x = values("int16", (3, 2, 2), 1)
    wanted = picked(x, np.array([[0, 1], [2, 1], [0, 1], [1, 0]]))
    assert_outputs(joined(part("int16", x.shape, places)), [[x, places]], [[wanted]], sanitize=True)


def test_types_that_the_reference_lacks() -> None:
    types = ("uint8", "int16", "int32", "int64", "bool")
    places = np.array([[2, 0], [1, 1]], np.int64)
    inputs = [values(dtype, (3, 2, 2), 7) for dtype in types]
    built = joined(*(part(dtype, (3, 2, 2), places) for dtype in types))
    given_ = [a for x in inputs for a in (x, places)]
    assert_outputs(built, [given_], [[picked(x, places) for x in inputs]])


@settings(deadline=None, max_examples=6)
@given(st.lists(cases(), min_size=1, max_size=4), st.integers(0, 99))
def test_constants_fold(drawn: list[Any], seed: int) -> None:
    parts, wanted = [], []
    for shape, places in drawn:
        x = values("int32", shape, seed)
        parts.append(constant(part("int32", shape, places), x=x, i=places))
        wanted.append(picked(x, places))
    assert_folds(parts, wanted)


def test_unsupported_forms() -> None:
    def said(name: str = "x", **fields: Any) -> str:
        made = part("int8", (2, 4), np.zeros((3, 2), np.int32))
        return findings(joined(changed(made, name, **fields)))

    def wrong(places: Any) -> str:
        made = part("int8", (2, 4), np.array(places, np.int32))
        return findings(joined(constant(made, i=places)))

    assert said() == wrong([[1, 3]]) == ""
    empty = part("int8", (0, 4), np.zeros((3, 1), np.int32))
    assert "a tensor with no elements" in findings(joined(constant(empty, x=[])))
    assert "2 indices a place in 1 dimensions" in said(shape=(4,))
    assert "0 indices a place in 2 dimensions" in said("i", shape=())
    assert "index 4 of 4 elements" in wrong([[0, 1], [1, 4]])
    assert "index -1 of 2 elements" in wrong([[0, 1], [-1, 0]])
    assert "type float32" in said("i", dtype="float32")
    assert "input and output of one type" in said("y", dtype="int16")
    assert "should have shape [3]" in said("y", shape=(1,))
