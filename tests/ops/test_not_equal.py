"""NOT_EQUAL against the reference; how operands are broadcast is tested with ADD."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops import comparisons
from tests.ops.broadcasting import Case


@settings(deadline=None, max_examples=8)
@given(st.lists(comparisons.drawn_cases(), min_size=1, max_size=6), st.integers(0, 99))
def test_compares_as_the_reference_does(drawn: list[Case], seed: int) -> None:
    comparisons.check_drawn("NOT_EQUAL", drawn, seed)


def test_every_pair_of_int8_values_and_the_limits_of_the_rest() -> None:
    comparisons.check_limits("NOT_EQUAL", ("bool",))


@pytest.mark.parametrize("dtype", ["int32", "int64", "float32", "bool"])
def test_constants(dtype: str) -> None:
    comparisons.check_folding("NOT_EQUAL", dtype)


def test_unsupported_forms() -> None:
    comparisons.check_findings("NOT_EQUAL")
