"""SQUEEZE: no code at all, so the bytes must pass through untouched."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N
from tests.ops.moved import Shape, assert_folds, tensor
from tests.ops.same import Part, assert_same, findings, joined, values
from tests.run_model import compiled

TYPES = ["int8", "float32", "int16", "int32", "int64", "bool", "uint8"]


def part(dtype: str, shape: Shape, new: Shape, dims: Any = None, data: Any = None) -> Part:
    """Returns a SQUEEZE of `dims`; None leaves the options away."""
    options = "absent" if dims is None else {"squeezeDims": list(dims)}
    return Part(
        [tensor("x", dtype, shape, data), tensor("y", dtype, new)],
        [N("SQUEEZE", ["x"], ["y"], options)],
        ["x"] if data is None else [],
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, Shape, Shape, list[int] | None]:
    shape = tuple(draw(st.lists(st.sampled_from([1, 1, 2, 3]), min_size=1, max_size=5)))
    ones = [axis for axis, size in enumerate(shape) if size == 1]
    gone = draw(st.sets(st.sampled_from(ones))) if ones else set()
    dims = [axis - draw(st.sampled_from([0, len(shape)])) for axis in sorted(gone)] or None
    left = [axis for axis in range(len(shape)) if axis not in (gone or ones)]
    return draw(st.sampled_from(TYPES)), shape, tuple(shape[axis] for axis in left), dims


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(), min_size=1, max_size=6), st.integers(0, 99))
def test_passes_the_bytes_on(drawn: list[Any], seed: int) -> None:
    built = joined(*(part(*case) for case in drawn))
    assert_same(built, [[values(dtype, shape, seed) for dtype, shape, _, _ in drawn]])


def test_takes_no_code_and_no_memory() -> None:
    made = compiled(joined(part("int8", (1, 3, 1, 4), (3, 4), [])))
    assert made.calls == ((),)
    assert made.plan.arena_bytes == 12


@pytest.mark.parametrize("dtype", ["int8", "int64"])
def test_constants_fold(dtype: str) -> None:
    x = values(dtype, (1, 2, 3), 3)
    assert_folds([part(dtype, (1, 2, 3), (2, 3), [0], x)], [x.reshape(2, 3)])


def test_unsupported_forms() -> None:
    def said(dims: list[int], new: Shape = (2, 3)) -> str:
        return findings(joined(part("int8", (2, 1, 3), new, dims)))

    assert said([1]) == ""
    assert "squeezing dimension 2 of 3 elements" in said([2])
    assert "axis 3 in 3 dimensions" in said([3])
    assert "should have shape [2, 3]" in said([-2], (6,))
    wrong = Part(
        [tensor("x", "int8", (1,)), tensor("y", "uint8", ())], [N("SQUEEZE", ["x"], ["y"])]
    )
    assert "input and output of one type" in findings(joined(wrong))
