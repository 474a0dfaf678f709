"""RESIZE_BILINEAR against the reference: every option, larger and smaller."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.moved import constant
from tests.ops.resizing import Case, cases, part
from tests.ops.same import Array, assert_same, findings, joined, values
from tests.ops.windows import changed, site, with_options

OP = "RESIZE_BILINEAR"


def pixels(case: Case, seed: int) -> Array:
    """Returns a picture; floats without NaN, of which bytes differ from compiler to compiler."""
    x = values(case.dtype, case.shape, seed)
    return np.nan_to_num(x, posinf=3e38, neginf=-3e38) if case.dtype == "float32" else x


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(False, "int8", "float32"), min_size=1, max_size=6), st.integers(0, 99))
def test_resizes_as_the_reference_does(drawn: list[Case], seed: int) -> None:
    built = joined(*(part(OP, case) for case in drawn))
    assert_same(built, [[pixels(case, seed) for case in drawn]])


@pytest.mark.parametrize(("align_corners", "half_pixel"), [(0, 0), (1, 0), (0, 1)])
def test_every_size(align_corners: int, half_pixel: int) -> None:
    sides = [(a, b) for a in (1, 3, 7, 96) for b in (1, 6, 100)]
    drawn = [
        Case(dtype, (1, 1, a, 1), (2, b), bool(align_corners), bool(half_pixel))
        for a, b in sides
        for dtype in ("int8", "float32")
    ]
    built = joined(*(part(OP, case) for case in drawn))
    assert_same(built, [[pixels(case, i) for i, case in enumerate(drawn)]], sanitize=True)


def test_ends_of_the_range() -> None:
    case = Case("int8", (1, 2, 2, 4), (5, 5), half_pixel=True)
    x = np.array([[-128, 127, -128, 127], [127, -128, -128, 127]] * 2, np.int8)
    assert_same(joined(part(OP, case)), [[x.reshape(case.shape)]])


def test_unsupported_forms() -> None:
    def said(name: str = "x", **fields: Any) -> str:
        return findings(joined(changed(part(OP, Case()), name, **fields)))

    assert said() == ""
    assert "type int16" in said(dtype="int16")
    empty = constant(changed(part(OP, Case()), "x", shape=(1, 0, 4, 2)), x=[])
    assert "a tensor with no elements" in findings(joined(empty))
    assert "a tensor of rank 3" in said(shape=(3, 4, 2))
    assert "a size of 3 numbers" in said("s", data=[6, 7, 8], shape=(3,))
    assert "type int64" in said("s", dtype="int64")
    assert "input and output of one type" in said("y", dtype="float32")
    assert "should have shape [1, 6, 7, 2]" in said("y", shape=(1, 6, 6, 2))
    both = with_options(part(OP, Case()), alignCorners=True, halfPixelCenters=True)
    assert "aligned corners with half-pixel centres" in findings(joined(both))
    dynamic = evolve(changed(part(OP, Case()), "s", data=None), inputs=["x", "s"])
    assert "size computed at run time" in findings(joined(dynamic))
    found = site(part(OP, Case()))
    assert len(found.node.op.access(found).reads) == 2
