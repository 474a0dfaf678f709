"""Draws pictures and new sizes, and makes models of the operators that resize of them."""

from __future__ import annotations

from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from tests.assemble import N
from tests.ops.moved import Shape, numbers, tensor
from tests.ops.same import Part


@frozen
class Case:
    """A picture and its new size."""

    dtype: str = "int8"
    shape: Shape = (1, 3, 4, 2)
    size: tuple[int, int] = (6, 7)
    align_corners: bool = False
    half_pixel: bool = False


def part(op: str, case: Case) -> Part:
    """Returns the operator as a model."""
    n, _, _, c = case.shape
    options = {"alignCorners": case.align_corners, "halfPixelCenters": case.half_pixel}
    return Part(
        [
            tensor("x", case.dtype, case.shape, zero_point=3 if case.dtype == "int8" else 0),
            numbers("s", case.size),
            tensor("y", case.dtype, (n, *case.size, c)),
        ],
        [N(op, ["x", "s"], ["y"], options)],
    )


@st.composite
def cases(draw: st.DrawFn, both: bool, *types: str) -> Case:
    """Draws cases; `both` tells whether corners may be aligned with half-pixel centres."""
    side = st.integers(1, 7)
    options: list[Any] = [(False, False), (False, False), (True, False), (False, True)]
    n, h, w, c = (draw(s) for s in (st.integers(1, 2), side, side, st.integers(1, 3)))
    size = draw(st.tuples(st.integers(1, 13), st.integers(1, 13)))
    aligned, half = draw(st.sampled_from([*options, (True, True)] if both else options))
    return Case(draw(st.sampled_from(types)), (n, h, w, c), size, aligned, half)
