"""GATHER against the reference: indices known at compile time and at run time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Rowwise, Whole
from tests.assemble import N, T
from tests.ops.moved import Shape, assert_folds, constant, tensor
from tests.ops.same import Array, Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed, site
from tests.run_model import compiled


def part(dtype: str, shape: Shape, indices: Array, axis: int = 0, batch: int = 0) -> Part:
    """Returns a GATHER whose indices come at run time, of the type and shape of `indices`."""
    at = axis % len(shape)
    made = (*shape[:at], *indices.shape[batch + indices.ndim * (batch < 0) :], *shape[at + 1 :])
    return Part(
        [
            tensor("x", dtype, shape),
            T("i", str(indices.dtype), indices.shape),
            tensor("y", dtype, made),
        ],
        [N("GATHER", ["x", "i"], ["y"], {"axis": axis, "batchDims": batch})],
        ["x", "i"],
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Shape, Array, int, int]:
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=5)))
    axis = draw(st.integers(0, len(shape) - 1))
    batch = draw(st.integers(0, min(axis, 2)))
    more = draw(st.lists(st.integers(1, 3), max_size=2))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    indices = rng.integers(0, shape[axis], (*shape[:batch], *more)).astype(np.int32)
    back = len(shape) * draw(st.booleans())
    return shape, indices, axis - back, batch


@settings(deadline=None, max_examples=12)
@given(
    st.lists(st.tuples(st.sampled_from(["int8", "float32"]), cases()), min_size=1, max_size=5),
    st.integers(0, 99),
)
def test_gathers_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    parts, given_ = [], []
    for number, (dtype, case) in enumerate(drawn):
        x, made = values(dtype, case[0], seed), part(dtype, *case)
        known = {"i": case[1]} if number % 2 else {}
        parts.append(constant(made, **known))
        given_ += [x] if known else [x, case[1]]
    assert_same(joined(*parts), [given_])


def test_batches_counted_from_the_back() -> None:
    indices = np.array([[2, 1], [0, 3]], np.int32)
    made = part("int8", (2, 4, 3), indices, 1, -1)
    assert_same(joined(made), [[values("int8", (2, 4, 3), 1), indices]])


@pytest.mark.parametrize(
    ("indices", "axis", "kernel"),
    [
        ([2], 2, "copy_strided"),
        ([3, 1], 2, "strided_slice"),
        ([1, 1, 1], 1, "copy_strided"),
        ([0, 1, 3], 2, "gather"),
        ([0, 1, 2, 3], 2, None),
    ],
)
def test_constant_indices_at_regular_steps(indices: Any, axis: int, kernel: str | None) -> None:
    made = constant(part("int8", (1, 2, 4, 3), np.array(indices, np.int32), axis), i=indices)
    assert_same(joined(made), [[values("int8", (1, 2, 4, 3), 1)]])
    calls = [call.kernel for calls in compiled(joined(made)).calls for call in calls]
    assert calls == ([] if kernel is None else [kernel])


def test_access() -> None:
    def read(indices: Any, axis: int) -> Any:
        made = part("int8", (1, 2, 4, 3), np.array(indices, np.int32), axis)
        known = site(constant(made, i=indices))
        assert site(made).node.op.access(site(made)).reads == (Whole(), Whole())
        return known.node.op.access(known).reads[0]

    assert read([3, 1], 2) == Rowwise()
    assert read([1, 0], 1) == Whole()
    assert read([0, 1, 3], 2) == Whole()
    assert read(2, 3) == Whole()


@pytest.mark.parametrize("index", ["int32", "int64"])
def test_indices_stay_inside(index: str) -> None:
    """The reference fails where an index is none of the dimension: here it takes the nearest."""
    info = np.iinfo(index)
    indices = np.array([-1, 4, info.min, info.max, 2], index)
    made = part("int16", (2, 4, 3), indices, 1)
    x = values("int16", (2, 4, 3), 1)
    assert_outputs(joined(made), [[x, indices]], [[x[:, [0, 3, 0, 3, 2]]]], sanitize=True)


def test_types_that_the_reference_lacks() -> None:
    types = ("uint8", "int16", "int32", "int64", "bool")
    indices = np.array([[2, 0]], np.int64)
    inputs = [values(dtype, (3, 2), 7) for dtype in types]
    built = joined(*(part(dtype, (3, 2), indices) for dtype in types))
    given_ = [a for x in inputs for a in (x, indices)]
    assert_outputs(built, [given_], [[x[indices] for x in inputs]])


@settings(deadline=None, max_examples=6)
@given(st.lists(cases(), min_size=1, max_size=4), st.integers(0, 99))
def test_constants_fold(drawn: list[Any], seed: int) -> None:
    parts, wanted = [], []
    for shape, indices, axis, batch in drawn:
        x = values("int32", shape, seed)
        parts.append(constant(part("int32", shape, indices, axis, batch), x=x, i=indices))
        wanted.append(gathered(x, indices, axis, batch))
    assert_folds(parts, wanted)


def gathered(x: Array, indices: Array, axis: int, batch: int) -> Array:
    """Returns what numpy takes of `x`."""
    if batch == 0:
        return np.take(x, indices, axis)
    at = axis % x.ndim - 1
    return np.stack([gathered(a, i, at, batch - 1) for a, i in zip(x, indices, strict=True)])


def test_unsupported_forms() -> None:
    def said(
        shape: Shape = (2, 4), name: str = "x", axis: int = 1, batch: int = 0, **f: Any
    ) -> str:
        made = part("int8", shape, np.array([[0, 1], [2, 3]], np.int32), axis, batch)
        return findings(joined(changed(made, name, **f)))

    def wrong(indices: Any) -> str:
        made = part("int8", (2, 4), np.array(indices, np.int32), 1)
        return findings(joined(constant(made, i=indices)))

    assert said() == wrong([0, 3]) == ""
    empty = part("int8", (0, 4), np.array([0], np.int32))
    assert "a tensor with no elements" in findings(joined(constant(empty, x=[])))
    assert "axis 2 in 2 dimensions" in said(axis=2)
    assert "2 batch dimensions with axis 1" in said(batch=2)
    assert "indices for another number of batches" in said((3, 4), batch=1)
    assert "index 4 of 4 elements" in wrong([[0, 1], [2, 4]])
    assert "index -1 of 4 elements" in wrong([[0, 1], [-1, 0]])
    assert "type float32" in said(name="i", dtype="float32")
    assert "input and output of one type" in said(name="y", dtype="int16")
