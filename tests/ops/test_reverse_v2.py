"""REVERSE_V2 against the reference: axes known at compile time and at run time."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Elementwise, Rowwise, Whole
from tests.assemble import N
from tests.ops.moved import Shape, assert_folds, constant, numbers, tensor
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed, site

TYPES = ["int8", "float32", "int16", "int32", "int64", "bool", "uint8"]
Axes = list[int]


def part(dtype: str, shape: Shape, axes: Axes) -> Part:
    return Part(
        [tensor("x", dtype, shape), numbers("a", axes), tensor("y", dtype, shape)],
        [N("REVERSE_V2", ["x", "a"], ["y"])],
    )


def moving(dtype: str, shape: Shape, axes: Axes) -> Part:
    """Returns a REVERSE_V2 that learns the axes at run time."""
    return evolve(changed(part(dtype, shape, axes), "a", data=None), inputs=["x", "a"])


@st.composite
def cases(draw: st.DrawFn, together: bool = True) -> tuple[str, Shape, Axes]:
    """Draws axes; the reference wants neighbours."""
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=5)))
    every = range(len(shape))
    axes = sorted(draw(st.sets(st.sampled_from(every), min_size=1)))
    axes = list(range(axes[0], axes[-1] + 1)) if together else axes
    back = [axis - len(shape) * draw(st.booleans()) for axis in axes]
    return draw(st.sampled_from(TYPES)), shape, back


@settings(deadline=None, max_examples=6)
@given(st.lists(cases(), min_size=1, max_size=6), st.integers(0, 99))
def test_reverses_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    parts, given_ = [], []
    for number, (dtype, shape, axes) in enumerate(drawn):
        parts.append((moving if number % 2 else part)(dtype, shape, axes))
        given_ += [values(dtype, shape, seed), np.array(axes, np.int32)][: 1 + number % 2]
    assert_same(joined(*parts), [given_])


@settings(deadline=None, max_examples=5)
@given(st.lists(cases(together=False), min_size=1, max_size=5), st.integers(0, 99))
def test_axes_that_are_no_neighbours(drawn: list[Any], seed: int) -> None:
    inputs = [values(dtype, shape, seed) for dtype, shape, _ in drawn]
    axes = [np.array(each, np.int32) for _, _, each in drawn]
    built = joined(*(part(*case) for case in drawn), *(moving(*case) for case in drawn))
    given_ = [*inputs, *(a for pair in zip(inputs, axes, strict=True) for a in pair)]
    wanted = [np.flip(x, each[2]) for x, each in zip(inputs, drawn, strict=True)]
    assert_outputs(built, [given_], [[*wanted, *wanted]], sanitize=True)


def test_axes_outside_the_tensor_are_left_out() -> None:
    x = values("int8", (2, 3), 1)
    axes = [np.array(each, np.int32) for each in ((1, 2), (-3, -1), (2**31 - 1, -(2**31)))]
    wanted = [x[:, ::-1], x[:, ::-1], x]
    built = joined(moving("int8", (2, 3), [0, 0]))
    assert_outputs(built, [[x, each] for each in axes], [[w] for w in wanted], sanitize=True)


@settings(deadline=None, max_examples=5)
@given(st.lists(cases(together=False), min_size=1, max_size=5), st.integers(0, 99))
def test_constants_fold(drawn: list[Any], seed: int) -> None:
    constants = [values(dtype, shape, seed) for dtype, shape, _ in drawn]
    pairs = list(zip(drawn, constants, strict=True))
    parts = [constant(part(*case), x=x) for case, x in pairs]
    assert_folds(parts, [np.flip(x, axes) for (_, _, axes), x in pairs])


def test_access() -> None:
    def read(made: Part) -> Any:
        found = site(made)
        return found.node.op.access(found).reads[0]

    assert read(part("int8", (1, 4, 2, 3), [2, -1])) == Rowwise()
    assert read(part("int8", (1, 4, 2, 3), [1])) == Whole()
    assert read(part("int8", (1, 4, 2, 3), [0])) == Elementwise()
    assert read(moving("int8", (1, 4, 2, 3), [2])) == Whole()


def test_unsupported_forms() -> None:
    def said(axes: Axes, name: str = "x", **fields: Any) -> str:
        return findings(joined(changed(part("int8", (2, 3), axes), name, **fields)))

    assert said([1]) == ""
    assert "axis 2 in 2 dimensions" in said([0, 2])
    assert "type int64" in said([0], "a", dtype="int64")
    assert "input and output of one type" in said([0], "y", dtype="int16")
    assert "should have shape [2, 3]" in said([0], "y", shape=(3, 2))
