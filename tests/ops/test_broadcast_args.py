"""BROADCAST_ARGS against the reference: shapes known at compile time and at run time."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, T
from tests.ops.moved import assert_folds, constant
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined
from tests.ops.windows import changed


def part(dtype: str, a: Any, b: Any) -> Part:
    """Returns the operator for shapes as long as `a` and `b`, which come at run time."""
    size = max(len(a), len(b))
    return Part(
        [T("a", dtype, (len(a),)), T("b", dtype, (len(b),)), T("y", dtype, (size,))],
        [N("BROADCAST_ARGS", ["a", "b"], ["y"])],
        ["a", "b"],
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, list[int], list[int]]:
    sizes = draw(st.lists(st.integers(0, 5), min_size=1, max_size=5))
    a, b = ([size if draw(st.booleans()) else 1 for size in sizes] for _ in range(2))
    first = draw(st.integers(0, len(sizes) - 1))
    a, b = draw(st.permutations([a, b[first:]]))
    return draw(st.sampled_from(["int32", "int64"])), a, b


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(), min_size=1, max_size=6))
def test_broadcasts_as_the_reference_does(drawn: list[Any]) -> None:
    built = joined(*(part(*case) for case in drawn))
    assert_same(built, [[np.array(s, dtype) for dtype, *shapes in drawn for s in shapes]])


def test_of_sizes_that_do_not_fit_the_first_is_taken() -> None:
    a, b = np.array([3, -(2**31), 0], np.int32), np.array([2, 2**31 - 1, 4], np.int32)
    assert_outputs(joined(part("int32", a, b)), [[a, b]], [[a]], sanitize=True)


def test_constants_fold() -> None:
    a, b = [1, 5], [4, 2, 1]
    parts = [constant(part(dtype, a, b), a=a, b=b) for dtype in ("int32", "int64")]
    assert_folds(parts, [np.array([4, 2, 5], dtype) for dtype in ("int32", "int64")])


def test_unsupported_forms() -> None:
    def said(name: str = "a", **fields: Any) -> str:
        return findings(joined(changed(part("int32", [1, 2], [3, 1, 1]), name, **fields)))

    assert said() == ""
    assert "type int16" in said(dtype="int16")
    assert "a tensor of rank 2" in said(shape=(1, 2))
    assert "input of type int64 with output of type int32" in said(dtype="int64")
    assert "should have shape [3]" in said("y", shape=(2,))
    wrong = constant(part("int32", [3], [2]), a=[3], b=[2])
    assert "two shapes that are not broadcast" in findings(joined(wrong))
