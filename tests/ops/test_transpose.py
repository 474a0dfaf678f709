"""TRANSPOSE against the reference: every order of up to five dimensions."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Elementwise, Rowwise, Whole
from tests.assemble import N, T
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed, site
from tests.run_model import compiled

Shape = tuple[int, ...]


def part(dtype: str, shape: Shape, order: Any, data: Any = None) -> Part:
    scale = 0.5 if dtype in ("int8", "int16", "uint8") else None
    made = tuple(shape[axis] if 0 <= axis < len(shape) else 1 for axis in order)
    return Part(
        [
            T("x", dtype, shape, scale, data=data),
            T("p", "int32", (len(order),), data=order),
            T("y", dtype, made, scale),
        ],
        [N("TRANSPOSE", ["x", "p"], ["y"])],
        ["x"] if data is None else [],
    )


@st.composite
def cases(draw: st.DrawFn, most: int = 5) -> tuple[Shape, Any]:
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=most)))
    return shape, draw(st.permutations(range(len(shape))))


types = st.sampled_from(["int8", "float32", "int16"])


@settings(deadline=None, max_examples=12)
@given(st.lists(st.tuples(types, cases()), min_size=1, max_size=6), st.integers(0, 99))
def test_transposes_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    built = joined(*(part(dtype, *case) for dtype, case in drawn))
    assert_same(built, [[values(dtype, case[0], seed) for dtype, case in drawn]])


others = st.sampled_from(["uint8", "int32", "int64", "bool"])


@settings(deadline=None, max_examples=8)
@given(st.lists(st.tuples(others, cases(7)), min_size=1, max_size=6), st.integers(0, 99))
def test_more_dimensions_and_other_types(drawn: list[Any], seed: int) -> None:
    """The reference stops at five dimensions and knows three types."""
    inputs = [values(dtype, case[0], seed) for dtype, case in drawn]
    wanted = [x.transpose(case[1]) for x, (_, case) in zip(inputs, drawn, strict=True)]
    built = joined(*(part(dtype, *case) for dtype, case in drawn))
    assert_outputs(built, [inputs], [wanted], sanitize=True)


@pytest.mark.parametrize(
    ("shape", "order", "kernel"),
    [
        ((2, 3, 4), (0, 1, 2), None),
        ((1, 6, 1, 4), (0, 2, 1, 3), None),  # dimensions of one element
        ((6, 1), (1, 0), None),
        ((5, 6), (1, 0), "strided_slice"),
        ((2, 3, 4), (1, 0, 2), "strided_slice"),
        ((4, 1, 1), (1, 0, 2), None),
    ],
)
def test_what_stays_in_place_takes_no_code(shape: Shape, order: Shape, kernel: str | None) -> None:
    built = joined(part("int8", shape, order))
    kernels = [call.kernel for calls in compiled(built).calls for call in calls]
    assert kernels == ([] if kernel is None else [kernel])
    assert_same(built, [[values("int8", shape, 1)]])


def test_access() -> None:
    def read(shape: Shape, order: Shape) -> Any:
        found = site(part("int8", shape, order))
        return found.node.op.access(found).reads[0]

    assert read((1, 4, 1, 3), (0, 2, 1, 3)) == Elementwise()
    assert read((1, 4, 2, 3), (0, 1, 3, 2)) == Rowwise()
    assert read((1, 4, 2, 3), (0, 3, 1, 2)) == Whole()


@settings(deadline=None, max_examples=6)
@given(st.lists(cases(6), min_size=1, max_size=4), st.integers(0, 99))
def test_constants_fold(drawn: list[Any], seed: int) -> None:
    constants = [values("int32", shape, seed) for shape, _ in drawn]
    pairs = zip(drawn, constants, strict=True)
    parts = [part("int32", shape, order, x) for (shape, order), x in pairs]
    wanted = [x.transpose(order) for x, (_, order) in zip(constants, drawn, strict=True)]
    given_ = values("int16", (1,), 0)
    still = Part([T("x", "int16", (1,))], [], ["x"], ["x"])
    assert_outputs(joined(still, *parts), [[given_]], [[given_, *wanted]])


def test_unsupported_forms() -> None:
    def said(size: Shape, order: Any, name: str = "p", **fields: Any) -> str:
        return findings(joined(changed(part("int8", size, order), name, **fields)))

    assert said((2, 3), (1, 0)) == ""
    assert "each of the dimensions 0 to 1 once" in said((2, 3), (0, 0))
    assert "the order [-1, 0] of 2 dimensions" in said((2, 3), (-1, 0))
    assert "the order [0] of 2 dimensions" in said((2, 3), (0,))
    assert "type int64" in said((2, 3), (1, 0), dtype="int64")
    assert "input and output of one type" in said((2, 3), (1, 0), "y", dtype="int16")
    assert "should have shape [3, 2]" in said((2, 3), (1, 0), "y", shape=(2, 3))
    dynamic = changed(part("int8", (2, 3), (1, 0)), "p", data=None)
    told = findings(joined(evolve(dynamic, inputs=["x", "p"])))
    assert "order of dimensions computed at run time" in told
