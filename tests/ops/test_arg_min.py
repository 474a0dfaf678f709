"""ARG_MIN against the reference: every axis, with equal elements and odd floats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops import reductions
from tests.ops.reductions import arg, axes_of
from tests.ops.same import assert_same, findings, joined, values
from tests.ops.windows import site
from tests.run_model import run_model_many

OP = "ARG_MIN"


@pytest.mark.parametrize("dtype", ["int8", "float32"])
@settings(deadline=None, max_examples=8)
@given(st.lists(axes_of(), min_size=3, max_size=7), st.integers(0, 99))
def test_as_the_reference_does(dtype: str, drawn: list[Any], seed: int) -> None:
    built = joined(*(arg(OP, dtype, *form) for form in drawn))
    given_ = [[values(dtype, form[0], seed + i) for form in drawn] for i in range(2)]
    equal = [(x > np.median(x)).astype(dtype) for x in given_[0]]
    assert_same(built, [*given_, equal])


def test_memory_is_read_and_written_within_bounds() -> None:
    shape = (2, 3, 4)
    built = joined(*(arg(OP, dtype, shape, 1) for dtype in ("int8", "float32")))
    assert_same(built, [[values(dtype, shape, 1) for dtype in ("int8", "float32")]], sanitize=True)


def test_infinities_zeros_and_no_number() -> None:
    odd = [[np.nan, 1.0], [1.0, np.nan], [-0.0, 0.0], [0.0, -0.0], [-np.inf, -3e38], [3e38, np.inf]]
    given_ = np.array(odd, np.float32)
    assert_same(joined(arg(OP, "float32", given_.shape, 1)), [[given_]])


def test_positions_of_64_bits() -> None:
    """The reference has none; they are those of 32 bits."""
    given_ = values("int8", (3, 4), 1)
    ((narrow,),) = run_model_many(joined(arg(OP, "int8", (3, 4), 1)), [[given_]])
    ((wide,),) = run_model_many(joined(arg(OP, "int8", (3, 4), 1, made="int64")), [[given_]])
    assert wide.dtype == np.int64
    assert wide.tolist() == narrow.tolist()


def test_constants_are_folded() -> None:
    found = site(reductions.constant(arg(OP, "int8", (2, 3), -1)))
    wanted = values("int8", (2, 3), 1).argmin(axis=1).astype(np.int32)
    assert found.node.op.fold(found) == (wanted.tobytes(),)


def test_a_dimension_that_the_file_keeps() -> None:
    given_ = values("int8", (2, 3, 4), 1)
    built = joined(arg(OP, "int8", (2, 3, 4), 1, new=(2, 1, 4)))
    assert_same(built, [[given_]])


def test_unsupported_forms() -> None:
    def said(*case: Any, **form: Any) -> str:
        return findings(joined(arg(OP, *case, **form)))

    assert "type int16" in said("int16", (2, 3), 1)
    assert "type int16" in said("int8", (2, 3), 1, made="int16")
    assert "axis 2 in 2 dimensions" in said("int8", (2, 3), 2, new=(2,))
    assert "2 axes" in said("int8", (2, 3), [0, 1], new=(2,))
    assert "axis computed at run time" in said("int8", (2, 3), None, new=(2,))
    assert "should have shape [2]" in said("int8", (2, 3), 1, new=(3,))
