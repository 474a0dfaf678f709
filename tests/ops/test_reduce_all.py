"""REDUCE_ALL against the reference: every set of axes, with and without the reduced dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops import reductions
from tests.ops.reductions import part, said, shaped
from tests.ops.same import assert_same, joined, values
from tests.ops.windows import site


@settings(deadline=None, max_examples=10)
@given(st.lists(shaped(), min_size=3, max_size=7), st.integers(0, 99))
def test_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    """Mostly true, so that some results are."""
    built = joined(*(part("REDUCE_ALL", "bool", *form) for form in drawn))
    rng = np.random.default_rng(seed)
    assert_same(built, [[rng.random(form[0]) < 0.8 for form in drawn] for _ in range(3)])


def test_forms_that_only_the_file_can_state() -> None:
    reductions.check_stated_forms("REDUCE_ALL", "bool")


def test_constants_are_folded() -> None:
    found = site(reductions.constant(part("REDUCE_ALL", "bool", (3, 2), [0])))
    assert found.node.op.fold(found) == (values("bool", (3, 2), 1).all(axis=0).tobytes(),)


def test_unsupported_forms() -> None:
    assert "type int8 is not supported" in said("REDUCE_ALL", "int8", (2, 3), [1])
    assert "type float32 is not supported" in said("REDUCE_ALL", "float32", (2, 3), [1])
