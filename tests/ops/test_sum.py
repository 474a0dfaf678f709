"""SUM against the reference: every set of axes, with and without the reduced dimensions."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops import reductions
from tests.ops.reductions import quantised, said, shaped
from tests.ops.same import assert_same, joined, values
from tests.ops.windows import call

part = partial(reductions.part, "SUM")

sums = st.tuples(st.sampled_from(["int8", "int16", "float32"]), shaped(), quantised())


@settings(deadline=None, max_examples=15)
@given(st.lists(sums, min_size=3, max_size=7), st.integers(0, 99))
def test_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    built = joined(*(part(dtype, *form, *scales) for dtype, form, scales in drawn))
    vectors = [[values(dtype, form[0], seed + i) for dtype, form, _ in drawn] for i in range(3)]
    assert_same(built, vectors)


@pytest.mark.parametrize("dtype", ["int8", "int16", "float32"])
def test_forms_that_only_the_file_can_state(dtype: str) -> None:
    reductions.check_stated_forms("SUM", dtype)


def test_large_sums_keep_their_order_and_precision() -> None:
    picture = (1, 48, 48, 3)
    built = joined(
        part("float32", picture, [1, 2]),
        part("int8", picture, [2, 1], keep=True, x=(0.7, -128), y=(900.0, -128)),
        part("int16", picture, [1, 2], x=(0.7, 9), y=(900.0, -128)),
        part("int16", picture, [1, 2], x=(0.7, 0), y=(1e-9, 0)),
    )
    rng = np.random.default_rng(1)
    floats = (rng.random(picture) * 10.0 ** rng.integers(-6, 6, picture)).astype(np.float32)
    wide = values("int16", picture, 3)
    assert_same(built, [[floats, values("int8", picture, 2), wide, wide]], sanitize=True)


def test_one_sum_for_each_element_behind_the_dimensions() -> None:
    made = call(part("float32", (1, 4, 3, 5), [1, 2]))
    assert (made.kernel, made.sums, made.piece) == ("mean_f32", 5, 5)


def test_unsupported_forms() -> None:
    assert "type int32 is not supported" in said("SUM", "int32", (2, 3), [1])
    assert "axis outside 2 dimensions" in said("SUM", "float32", (2, 3), [2], new=(2,))
    assert "no scale" in said("SUM", "int16", (2, 3), [1], x=(None, 0))
