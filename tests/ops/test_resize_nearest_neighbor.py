"""RESIZE_NEAREST_NEIGHBOR against the reference: every option, larger and smaller."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Elementwise, Whole
from tests.ops.moved import assert_folds, constant
from tests.ops.resizing import Case, cases, part
from tests.ops.same import assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed, site
from tests.run_model import compiled

OP = "RESIZE_NEAREST_NEIGHBOR"


@settings(deadline=None, max_examples=8)
@given(
    st.lists(cases(True, "int8", "int16", "float32"), min_size=1, max_size=6), st.integers(0, 99)
)
def test_resizes_as_the_reference_does(drawn: list[Case], seed: int) -> None:
    built = joined(*(part(OP, case) for case in drawn))
    assert_same(built, [[values(case.dtype, case.shape, seed) for case in drawn]])


@pytest.mark.parametrize("half_pixel", [False, True])
@pytest.mark.parametrize("align_corners", [False, True])
def test_every_size(align_corners: bool, half_pixel: bool) -> None:
    """Places are rounded in single precision: along one axis, many sizes."""
    sides = [(a, b) for a in (1, 3, 7, 10, 255) for b in (1, 7, 48, 100)]
    drawn = [Case("int8", (1, 1, a, 1), (1, b), align_corners, half_pixel) for a, b in sides]
    line = np.arange(255).astype(np.int8)
    built = joined(*(part(OP, case) for case in drawn))
    assert_same(built, [[line[:a].reshape(1, 1, a, 1) for a, _ in sides]])


def test_types_that_the_reference_lacks() -> None:
    types, shape = ("uint8", "int32", "int64", "bool"), (1, 2, 3, 2)
    inputs = [values(dtype, shape, 1) for dtype in types]
    built = joined(*(part(OP, Case(dtype, shape, (4, 6))) for dtype in types))
    wanted = [x.repeat(2, 1).repeat(2, 2) for x in inputs]
    assert_outputs(built, [inputs], [wanted], sanitize=True)


def test_constants_fold() -> None:
    x = values("int32", (1, 2, 3, 2), 1)
    made = constant(part(OP, Case("int32", x.shape, (4, 6))), x=x)
    assert_folds([made], [x.repeat(2, 1).repeat(2, 2)])


def test_the_same_size_takes_no_code() -> None:
    def read(case: Case) -> Any:
        found = site(part(OP, case))
        return found.node.op.access(found).reads[0]

    same = Case(size=(3, 4))
    assert read(same) == Elementwise()
    assert read(Case()) == Whole()
    assert compiled(joined(part(OP, same))).calls == ((),)
    # with aligned corners and half-pixel centres, a picture of the same size is another
    assert read(Case(size=(3, 4), align_corners=True, half_pixel=True)) == Whole()


def test_unsupported_forms() -> None:
    def said(name: str = "x", **fields: Any) -> str:
        return findings(joined(changed(part(OP, Case()), name, **fields)))

    assert said() == ""
    empty = constant(changed(part(OP, Case()), "x", shape=(1, 0, 4, 2)), x=[])
    assert "a tensor with no elements" in findings(joined(empty))
    assert "a tensor of rank 3" in said(shape=(3, 4, 2))
    assert "a size of 3 numbers" in said("s", data=[6, 7, 8], shape=(3,))
    assert "0 rows of 7 pixels" in said("s", data=[0, 7])
    assert "more than 32767 rows or columns" in said("s", data=[6, 40000])
    assert "type int64" in said("s", dtype="int64")
    assert "input and output of one type" in said("y", dtype="int16")
    assert "should have shape [1, 6, 7, 2]" in said("y", shape=(1, 6, 6, 2))
    dynamic = evolve(changed(part(OP, Case()), "s", data=None), inputs=["x", "s"])
    assert "size computed at run time" in findings(joined(dynamic))
