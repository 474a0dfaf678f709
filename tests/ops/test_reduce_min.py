"""REDUCE_MIN against the reference: every set of axes, with and without the reduced dimensions."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.ops import reduce_min
from tests.ops import reductions
from tests.ops.reductions import said, shaped
from tests.ops.same import assert_same, joined, values
from tests.ops.windows import call, site

OP = "REDUCE_MIN"
part = partial(reductions.part, OP, y=(0.5, 3))


@pytest.mark.parametrize("dtype", ["int8", "float32"])
@settings(deadline=None, max_examples=8)
@given(st.lists(shaped(), min_size=3, max_size=7), st.integers(0, 99))
def test_as_the_reference_does(dtype: str, drawn: list[Any], seed: int) -> None:
    reductions.check(OP, dtype, drawn, seed)


@pytest.mark.parametrize("dtype", ["int8", "float32"])
def test_forms_that_only_the_file_can_state(dtype: str) -> None:
    reductions.check_stated_forms(OP, dtype)


def test_infinities_zeros_and_no_number() -> None:
    odd = [[np.nan, np.nan], [np.nan, 1.0], [-0.0, 0.0], [0.0, -0.0], [np.inf, -np.inf]]
    odd += [[-np.inf, -np.inf], [np.inf, np.inf], [1e-45, -1e-45]]
    given_ = np.array(odd, np.float32)
    assert_same(joined(part("float32", given_.shape, [1])), [[given_]])


def test_constants_are_folded() -> None:
    found = site(reductions.constant(part("int8", (2, 3), [1])))
    assert found.node.op is reduce_min.OPERATOR
    assert found.node.op.fold(found) == (values("int8", (2, 3), 1).min(axis=1).tobytes(),)
    odd = site(reductions.constant(part("float32", (2, 3), [1])))
    assert odd.node.op.fold(odd) is None


@pytest.mark.parametrize(("axes", "sums"), [([1, 2], 5), ([2], 0), ([1], 15)])
def test_rows_may_arrive_one_by_one(axes: list[int], sums: int) -> None:
    made = call(part("int8", (1, 4, 3, 5), axes))
    assert (made.sums, made.piece) == (sums, max(sums, 1))


def test_unsupported_forms() -> None:
    assert "type int16 is not supported" in said(OP, "int16", (2, 3), [1])
    assert "axis outside 2 dimensions" in said(OP, "float32", (2, 3), [-3], new=(2,))
    assert "another scale" in said(OP, "int8", (2, 3), [1], y=(0.25, 3))
    assert "another scale" in said(OP, "int8", (2, 3), [1], y=(0.5, 4))
