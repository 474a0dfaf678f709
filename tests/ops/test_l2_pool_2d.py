"""L2_POOL_2D against the reference."""

from __future__ import annotations

import numpy as np
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops import pools
from tests.ops.same import assert_same, findings, joined
from tests.ops.windows import Axis, Windowed, call, changed, with_options

OP = "L2_POOL_2D"


@settings(deadline=None, max_examples=10)
@given(st.lists(pools.cases(), min_size=4, max_size=8))
def test_any_window(drawn: list[pools.Case]) -> None:
    pools.check(OP, [evolve(case, scale=None) for case in drawn])


def test_memory_is_read_and_written_within_bounds() -> None:
    pools.check(OP, [pools.one(None)], sanitize=True)


def test_clang_computes_the_same() -> None:
    pools.check(OP, [pools.one(None)], compiler="clang", optimise="-O3")


def test_squares_beyond_the_finite_numbers() -> None:
    case = pools.one(None, Windowed("SAME", Axis(3, 2, 1, 1), Axis(3, 2, 1, 1), 1, "NONE"))
    pictures = [np.full(case.shape, v, np.float32) for v in (np.inf, -3e38, -0.0, 1e-30, -2.0)]
    assert_same(joined(case.part(OP)), [[p] for p in pictures])


def test_a_window_over_the_whole_picture_wants_it_whole() -> None:
    window, sums = pools.SUMS[0]
    assert sums > 0
    assert call(pools.one(None, window).part(OP)).sums == 0


def test_unsupported_forms() -> None:
    assert "type int8" in findings(joined(pools.one().part(OP)))
    plain = pools.one(None).part(OP)
    assert "rank 3" in findings(joined(changed(plain, "x", shape=(5, 4, 3))))
    assert "stride 0" in findings(joined(with_options(plain, strideH=0)))
