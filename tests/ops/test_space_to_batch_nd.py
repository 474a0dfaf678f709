"""SPACE_TO_BATCH_ND against the reference: blocks known at compile time and at run time."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.blocks import Case, cases, dealt, inputs, part
from tests.ops.moved import assert_folds, constant
from tests.ops.same import assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed
from tests.oracle import litert
from tests.run_model import run_model_many

OP = "SPACE_TO_BATCH_ND"


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(OP, "int8", "float32"), min_size=1, max_size=5), st.integers(0, 99))
def test_deals_as_the_reference_does(drawn: list[Case], seed: int) -> None:
    parts = [part(OP, case, bool(number % 2)) for number, case in enumerate(drawn)]
    given_ = [inputs(case, seed, bool(number % 2)) for number, case in enumerate(drawn)]
    assert_same(joined(*parts), [[a for each in given_ for a in each]])


@settings(deadline=None, max_examples=5)
@given(
    st.lists(cases(OP, "uint8", "int16", "int64", "bool", index="int64"), min_size=1, max_size=4),
    st.integers(0, 99),
)
def test_types_that_the_reference_lacks(drawn: list[Case], seed: int) -> None:
    xs = [values(case.dtype, case.shape, seed) for case in drawn]
    wanted = [dealt(x, case.block, case.margins) for x, case in zip(xs, drawn, strict=True)]
    known, moving = ([part(OP, case, late) for case in drawn] for late in (False, True))
    given_ = [*xs, *(a for case in drawn for a in inputs(case, seed, True))]
    assert_outputs(joined(*known, *moving), [given_], [[*wanted, *wanted]], sanitize=True)


def test_uint8_is_padded_with_the_zero_point() -> None:
    """As LiteRT does; the reference does not take uint8."""
    case = Case("uint8", (1, 2, 1), (2, 2, 1), [2], [(1, 1)], zero_point=7)
    x = np.array([[[1], [200]]], np.uint8)
    wanted = litert(joined(part(OP, case)), [[x]])
    assert_outputs(joined(part(OP, case)), [[x]], wanted)
    assert_folds([constant(part(OP, case), x=x)], wanted[0])


def test_blocks_that_do_not_fit_read_nothing_else() -> None:
    """The reference reads outside the tensor, or divides by 0; here such pixels are zeros."""
    case = Case("int8", (1, 4, 4, 2), (4, 2, 2, 2), [2, 2], [(0, 0), (0, 0)])
    made, info = part(OP, case, at_run_time=True), np.iinfo(np.int32)
    x = values("int8", case.shape, 1)
    blocks = [(0, 0), (info.max, info.max), (info.min, 3), (1, 4), (4, 1)]
    margins = [(0, 0, 0, 0), (info.max, 0, info.max, 0), (info.min, 0, 1, 0), (9, 9, 9, 9)]
    given_ = [
        [x, np.array(block, np.int32), np.array(margin, np.int32).reshape(2, 2)]
        for block in blocks
        for margin in margins
    ]
    for (found,) in run_model_many(joined(made), given_, sanitize=True):
        assert set(found.ravel().tolist()) <= {0, *x.ravel().tolist()}


@settings(deadline=None, max_examples=6)
@given(st.lists(cases(OP, "int32"), min_size=1, max_size=4), st.integers(0, 99))
def test_constants_fold(drawn: list[Case], seed: int) -> None:
    xs = [values("int32", case.shape, seed) for case in drawn]
    pairs = list(zip(xs, drawn, strict=True))
    parts = [constant(part(OP, case), x=x) for x, case in pairs]
    assert_folds(parts, [dealt(x, case.block, case.margins) for x, case in pairs])


def test_unsupported_forms() -> None:
    case = Case("int8", (1, 4, 3, 2), (4, 2, 2, 2), [2, 2], [(0, 0), (1, 0)])

    def said(name: str = "x", late: bool = False, **fields: Any) -> str:
        return findings(joined(changed(part(OP, case, late), name, **fields)))

    assert said() == said(late=True) == ""
    assert "blocks of 2 in a dimension of 5" in said("m", data=[(0, 1), (1, 0)])
    empty = constant(changed(part(OP, case, True), "x", shape=(0, 4, 3, 2)), x=[])
    assert "a tensor with no elements" in findings(joined(empty))
    assert "a block of no size" in said("b", data=[2, 0])
    assert "negative margins" in said("m", data=[(0, 0), (-1, 0)])
    assert "1 sizes of blocks and 4 margins for 2 spatial" in said("b", data=[2], shape=(1,))
    assert "a tensor of rank 2" in said(shape=(4, 6))
    assert "type float32" in said("b", dtype="float32")
    assert "input and output of one type" in said("y", dtype="int16")
    assert "should have shape [4, 2, 2, 2]" in said("y", shape=(4, 2, 1, 2))
    assert "an output of shape [3, 2, 2, 1]" in said("y", late=True, shape=(3, 2, 2, 1))
    assert "40000 batches" in said("y", late=True, shape=(40000, 1, 1, 2))
