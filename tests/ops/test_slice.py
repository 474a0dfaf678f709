"""SLICE against the reference: windows at constant places, and at places known at run time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Elementwise, Rowwise, Whole
from tests.assemble import N
from tests.ops.moved import Shape, assert_folds, numbers, tensor
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed, site
from tests.run_model import compiled

Window = list[tuple[int, int]]  # begin and size of each dimension


def part(dtype: str, shape: Shape, window: Window, data: Any = None, index: str = "int32") -> Part:
    """Returns a SLICE; a size of -1 is what is left."""
    made = [full - at if n == -1 else n for full, (at, n) in zip(shape, window, strict=True)]
    begin, size = zip(*window, strict=True)
    return Part(
        [
            tensor("x", dtype, shape, data),
            numbers("b", begin, index),
            numbers("s", size, index),
            tensor("y", dtype, made),
        ],
        [N("SLICE", ["x", "b", "s"], ["y"])],
        ["x"] if data is None else [],
    )


def moving(dtype: str, shape: Shape, window: Window, index: str = "int32") -> Part:
    """Returns a SLICE that learns at run time where it begins."""
    constant = changed(part(dtype, shape, window, None, index), "b", data=None)
    return evolve(constant, inputs=["x", "b"])


def cut(x: Any, window: Window) -> Any:
    """Returns what numpy takes of `x`."""
    return x[tuple(slice(at, None if n == -1 else at + n) for at, n in window)]


@st.composite
def cases(draw: st.DrawFn, most: int = 5) -> tuple[Shape, Window]:
    shape = tuple(draw(st.lists(st.integers(1, 5), min_size=1, max_size=most)))
    window = []
    for full in shape:
        at = draw(st.integers(0, full - 1))
        window.append((at, draw(st.integers(1, full - at) | st.just(-1))))
    return shape, window


types = st.sampled_from(["int8", "float32", "int16", "int32", "bool"])
indices = st.sampled_from(["int32", "int64"])


@settings(deadline=None, max_examples=10)
@given(st.lists(st.tuples(types, cases(), indices), min_size=1, max_size=5), st.integers(0, 99))
def test_slices_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    parts = [part(dtype, shape, window, None, i) for dtype, (shape, window), i in drawn]
    assert_same(joined(*parts), [[values(dtype, case[0], seed) for dtype, case, _ in drawn]])


@settings(deadline=None, max_examples=10)
@given(st.lists(st.tuples(types, cases(), indices), min_size=1, max_size=5), st.integers(0, 99))
def test_begins_at_run_time(drawn: list[Any], seed: int) -> None:
    parts, given_ = [], []
    for dtype, (shape, window), index in drawn:
        parts.append(moving(dtype, shape, window, index))
        given_ += [values(dtype, shape, seed), np.array([at for at, _ in window], index)]
    assert_same(joined(*parts), [given_])


@pytest.mark.parametrize("index", ["int32", "int64"])
def test_windows_stay_inside(index: str) -> None:
    """The reference reads outside the tensor; here a window stops at the edge."""
    x = values("int16", (4, 3, 5), 1)
    far, info = [(9, -2, 3), (-1, 2, 4)], np.iinfo(index)
    begins = [*far, (info.min, info.max, info.max), (2, 0, 0)]
    built = joined(moving("int16", x.shape, [(0, 2), (0, 3), (0, 2)], index))
    wanted = [x[2:, :, 3:], x[:2, :, 3:], x[:2, :, 3:], x[2:, :, :2]]
    given_ = [[x, np.array(begin, index)] for begin in begins]
    assert_outputs(built, given_, [[w] for w in wanted], sanitize=True)


def test_sizes_at_run_time_are_the_outputs() -> None:
    shape, window = (4, 3), [(1, 2), (0, 3)]
    known = changed(part("int8", shape, window), "s", data=None)
    unknown = changed(moving("int8", shape, window), "s", data=None)
    built = joined(evolve(known, inputs=["x", "s"]), evolve(unknown, inputs=["x", "b", "s"]))
    x, begin, size = values("int8", shape, 1), np.array([1, 0], "i4"), np.array([2, 3], "i4")
    assert_same(built, [[x, size, x, begin, size]])


@settings(deadline=None, max_examples=6)
@given(st.lists(cases(7), min_size=1, max_size=5), st.integers(0, 99))
def test_constants_fold(drawn: list[Any], seed: int) -> None:
    constants = [values("int64", shape, seed) for shape, _ in drawn]
    pairs = list(zip(drawn, constants, strict=True))
    parts = [part("int64", shape, window, x) for (shape, window), x in pairs]
    assert_folds(parts, [cut(x, window) for (_, window), x in pairs])


def test_a_constant_is_read_at_a_place_known_at_run_time() -> None:
    x = values("int8", (4, 2), 1)
    table = evolve(moving("int8", (4, 2), [(0, 1), (0, 2)]), inputs=["b"])
    begin = [[np.array([row, 0], np.int32)] for row in range(4)]
    assert_same(joined(changed(table, "x", data=x)), begin)


def test_access() -> None:
    def read(made: Part) -> Any:
        found = site(made)
        return found.node.op.access(found).reads[0]

    shape, all_ = (1, 4, 2, 3), (0, -1)
    assert read(part("int8", shape, [all_] * 4)) == Elementwise()
    assert read(part("int8", shape, [all_, all_, (1, 1), (0, 2)])) == Rowwise()
    assert read(part("int8", shape, [all_, (1, 2), all_, all_])) == Whole()
    assert read(part("int8", (3, 4), [all_, (1, 2)])) == Whole()
    assert read(moving("int8", shape, [all_, all_, (1, 1), (0, 2)])) == Whole()


def test_rows_of_whole_tensors_are_copied_at_once() -> None:
    (call,) = compiled(joined(part("int8", (4, 3, 2), [(1, 2), (0, 3), (0, 2)]))).calls[0]
    assert call.kernel == "copy_strided"
    assert call.params["row_bytes"] == 12


def test_unsupported_forms() -> None:
    def said(window: Window, name: str = "x", **fields: Any) -> str:
        return findings(joined(changed(part("int8", (2, 3), window), name, **fields)))

    good = [(0, 2), (1, 2)]
    assert said(good) == ""
    assert "3 elements from 1 on in dimension 1 of 3" in said([(0, 2), (1, 3)])
    assert "2 elements from -1 on in dimension 0 of 2" in said([(-1, 2), (1, 1)])
    assert "begin of 1 numbers for 2 dimensions" in said(good, "b", data=[0], shape=(1,))
    assert "size of 1 numbers for 2 dimensions" in said(good, "s", data=[0], shape=(1,))
    assert "should have shape [2, 2]" in said(good, "y", shape=(2, 1))
    assert "output of another rank" in said(good, "y", shape=(4,))
    assert "type float32" in said(good, "b", dtype="float32")
    assert "input and output of one type" in said(good, "y", dtype="int16")
    outside = changed(moving("int8", (2, 3), good), "s", data=[2, 4])
    assert "4 elements from 0 on in dimension 1 of 3" in findings(joined(outside))
