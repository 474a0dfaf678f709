"""STRIDED_SLICE against the reference: begins, ends, steps both ways, masks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from microflow.graph.access import Elementwise, Rowwise, Whole
from tests.assemble import N, T
from tests.ops.moved import assert_folds, constant
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import site
from tests.oracle import litert
from tests.run_model import compiled

Indices = list[tuple[int, int, int]]  # begin, end, stride of each dimension


def part(
    dtype: str, shape: tuple[int, ...], indices: Indices, new: tuple[int, ...], **options: Any
) -> Part:
    scale = 0.5 if dtype in ("int8", "int16", "uint8") else None
    begin, end, strides = zip(*indices, strict=True)
    return Part(
        [
            T("x", dtype, shape, scale=scale),
            T("b", "int32", (len(indices),), data=begin),
            T("e", "int32", (len(indices),), data=end),
            T("s", "int32", (len(indices),), data=strides),
            T("y", dtype, new, scale=scale),
        ],
        [N("STRIDED_SLICE", ["x", "b", "e", "s"], ["y"], options)],
    )


def sliced(x: NDArray[Any], indices: Indices, masks: dict[str, int]) -> NDArray[Any]:
    """Returns what numpy takes of `x`: an independent statement of the masks."""
    picked: list[Any] = []
    for axis, (begin, end, stride) in enumerate(indices):
        first = None if masks["beginMask"] >> axis & 1 else begin
        last = None if masks["endMask"] >> axis & 1 else end
        single = masks["shrinkAxisMask"] >> axis & 1
        picked.append((first or 0) if single else slice(first, last, stride))
    found: NDArray[Any] = x[tuple(picked)]
    return found


@st.composite
def cases(draw: st.DrawFn, most: int = 4) -> tuple[tuple[int, ...], Indices, dict[str, int]]:
    shape = tuple(draw(st.lists(st.integers(1, 5), min_size=1, max_size=most)))
    masks = {m: draw(st.integers(0, 31)) for m in ("beginMask", "endMask", "shrinkAxisMask")}
    masks["shrinkAxisMask"] &= draw(st.integers(0, 31)) & draw(st.integers(0, 31))
    indices = []
    for axis, size in enumerate(shape):
        if masks["shrinkAxisMask"] >> axis & 1:
            indices.append((draw(st.integers(-size, size - 1)), draw(st.integers(-9, 9)), 1))
            continue
        stride = draw(st.sampled_from([1, 1, 2, 3, -1, -2]))
        # Mostly the whole dimension, else slices come out empty; beyond both ends, too.
        edges = (0, size) if stride > 0 else (size - 1, -size - 1)
        begin, end = (draw(st.just(edge) | st.integers(-7, 7)) for edge in edges)
        indices.append((begin, end, stride))
    assume(sliced(np.zeros(shape), indices, masks).size > 0)
    return shape, indices, masks


def drawn_part(dtype: str, case: Any) -> Part:
    shape, indices, masks = case
    return part(dtype, shape, indices, sliced(np.zeros(shape), indices, masks).shape, **masks)


types = st.sampled_from(["int8", "float32", "int16", "int32", "bool"])


@settings(deadline=None, max_examples=15)
@given(st.lists(st.tuples(types, cases()), min_size=1, max_size=6), st.integers(0, 99))
def test_slices_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    built = joined(*(drawn_part(*pair) for pair in drawn))
    assert_same(built, [[values(dtype, case[0], seed) for dtype, case in drawn]])


@settings(deadline=None, max_examples=8)
@given(
    st.lists(st.tuples(st.sampled_from(["uint8", "int64"]), cases(5)), min_size=1, max_size=6),
    st.integers(0, 99),
)
def test_five_dimensions_and_other_types(drawn: list[Any], seed: int) -> None:
    """The reference stops at four dimensions."""
    inputs = [values(dtype, case[0], seed) for dtype, case in drawn]
    wanted = [sliced(x, *case[1:]) for x, (_, case) in zip(inputs, drawn, strict=True)]
    assert_outputs(joined(*(drawn_part(*pair) for pair in drawn)), [inputs], [wanted])


@settings(deadline=None, max_examples=8)
@given(st.lists(cases(), min_size=1, max_size=4), st.integers(0, 99))
def test_constants_fold(drawn: list[Any], seed: int) -> None:
    parts, wanted = [Part([T("x", "int16", (1,))], [], ["x"], ["x"])], []
    for case in drawn:
        x = values("int16", case[0], seed)
        tensors = list(drawn_part("int16", case).tensors)
        known = [T("x", "int16", case[0], scale=0.5, data=x), *tensors[1:]]
        parts.append(Part(known, [N("STRIDED_SLICE", ["x", "b", "e", "s"], ["y"], case[2])], []))
        wanted.append(sliced(x, *case[1:]))
    given_ = values("int16", (1,), 0)
    assert_outputs(joined(*parts), [[given_]], [[given_, *wanted]])


@pytest.mark.parametrize(
    ("indices", "kernel"),
    [
        ([(0, 2, 1), (1, 2, 1), (0, 4, 1)], "copy_strided"),  # rows
        ([(0, 2, 1), (0, 3, 1), (2, 4, 1)], "copy_strided"),  # a range of channels
        ([(1, -3, -1), (0, 3, 1), (0, 4, 1)], "copy_strided"),  # images in reverse
        ([(0, 2, 1), (0, 3, 1), (0, 4, 2)], "copy_strided"),  # every other element
        ([(0, 2, 1), (0, 3, 2), (0, 4, 2)], "strided_slice"),
    ],
)
def test_two_levels_of_copying_suffice_for_most(indices: Indices, kernel: str) -> None:
    masks = {"beginMask": 0, "endMask": 0, "shrinkAxisMask": 0}
    built = joined(drawn_part("int8", ((2, 3, 4), indices, masks)))
    assert [call.kernel for call in compiled(built).calls[0]] == [kernel]
    assert_same(built, [[values("int8", (2, 3, 4), 1)]])


def test_fewer_and_more_indices_than_dimensions() -> None:
    """Of the rest, everything is taken; what is too much, the reference does not look at."""
    x = values("int8", (3, 2), 1)
    few = part("int8", (3, 2), [(1, 3, 1)], (2, 2))
    more = part("int8", (3, 2), [(1, 3, 1), (0, 2, 1), (0, 0, 1)], (2, 2))
    assert_outputs(joined(few, more), [[x, x]], [[x[1:], x[1:]]])
    assert_same(joined(more), [[x]])


WHOLE = (0, 0, 1)  # under an ellipsis or a new axis, numbers don't matter


@pytest.mark.parametrize(
    ("shape", "indices", "masks"),
    [
        ((4, 3), [WHOLE, (1, 3, 1), (0, 2, 1)], {"newAxisMask": 1}),
        ((4, 3), [(1, 3, 1), (0, 2, 1), WHOLE], {"newAxisMask": 4}),
        ((4, 3), [WHOLE], {"newAxisMask": 1, "shrinkAxisMask": 1}),
        ((4, 3, 2), [WHOLE, (1, 2, 1)], {"ellipsisMask": 1}),
        ((4, 3, 2), [(1, 2, 1), WHOLE, (1, 2, 1)], {"ellipsisMask": 2}),
        ((4, 3, 2), [(3, -9, -2), WHOLE], {"ellipsisMask": 2}),
        ((4, 3), [WHOLE, WHOLE], {"ellipsisMask": 1, "newAxisMask": 2}),
        ((4, 3), [WHOLE, WHOLE, (0, 2, 1)], {"ellipsisMask": 2, "newAxisMask": 1}),
        ((4, 3, 2), [WHOLE, (-1, 0, 1)], {"ellipsisMask": 1, "shrinkAxisMask": 2}),
        ((4, 3, 2), [WHOLE, (1, 2, 1)], {"ellipsisMask": 1, "beginMask": 2}),
        ((6, 3), [(1, 2, 1), (0, 2, 1)], {"offset": True}),
        ((6, 3), [(-4, 2, 1), (0, 2, 1)], {"offset": True, "endMask": 1}),
    ],
)
def test_forms_that_litert_alone_takes(shape: Any, indices: Indices, masks: Any) -> None:
    made = part("int8", shape, indices, inferred(shape, indices, masks), **masks)
    x = values("int8", shape, 1)
    wanted = litert(joined(made), [[x]])
    assert_outputs(joined(made), [[x]], wanted)
    assert_folds([constant(made, x=x)], wanted[0])


def inferred(shape: Any, indices: Indices, masks: Any) -> tuple[int, ...]:
    """Returns the output's shape, which LiteRT compares with its own."""
    found = site(part("int8", shape, indices, (), **masks))
    return found.node.op.infer(found)[0]


def test_access() -> None:
    def read(indices: Indices, new: tuple[int, ...], **masks: int) -> Any:
        found = site(part("int8", (1, 3, 4, 5), indices, new, **masks))
        return found.node.op.access(found).reads[0]

    still = [(0, 1, 1), (0, 3, 1)]
    assert read([*still, (0, 4, 1)], (1, 3, 4, 5)) == Elementwise()
    assert read([*still, (1, 4, 2), (2, 5, 1)], (1, 3, 2, 3)) == Rowwise()
    assert read([*still, (1, 2, 1)], (1, 3, 5), shrinkAxisMask=4) == Whole()
    assert read([(0, 1, 1), (2, -4, -1)], (1, 3, 4, 5)) == Whole()
    assert read([(0, 1, 1), (0, 3, 2)], (1, 2, 4, 5)) == Whole()


def test_unsupported_forms() -> None:
    def said(
        indices: Indices, new: tuple[int, ...] = (2,), shape: tuple[int, ...] = (4,), **options: Any
    ) -> str:
        return findings(joined(part("float32", shape, indices, new, **options)))

    assert said([(0, 2, 1)]) == ""
    assert "stride of 0" in said([(0, 2, 0)])
    two = [(0, 0, 1), (0, 0, 1)]
    assert "more than one ellipsis" in said(two, (2,), (2, 3), ellipsisMask=3)
    assert "stands for no dimension" in said(two, (2,), (2,), ellipsisMask=1)
    assert "index outside dimension 0" in said([(4, 5, 1)], (), shrinkAxisMask=1)
    assert "negative stride of a single index" in said([(1, 0, -1)], (), shrinkAxisMask=1)
    assert "should have shape [3]" in said([(0, 3, 1)])
    ragged = Part(
        [
            T("x", "float32", (4,)),
            T("b", "int32", (1,), data=[0]),
            T("e", "int32", (2,), data=[1, 1]),
            T("s", "int32", (1,), data=[1]),
            T("y", "float32", (1,)),
        ],
        [N("STRIDED_SLICE", ["x", "b", "e", "s"], ["y"])],
    )
    assert "different lengths" in findings(joined(ragged))
    at_run_time = Part(
        [
            T("x", "float32", (4,)),
            *[T(name, "int32", (1,)) for name in "bes"],
            T("y", "float32", (1,)),
        ],
        [N("STRIDED_SLICE", ["x", "b", "e", "s"], ["y"])],
        ["x", "b", "e", "s"],
    )
    assert "begin computed at run time" in findings(joined(at_run_time))
