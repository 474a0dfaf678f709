"""MINIMUM against the reference; how operands are broadcast is tested with ADD."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.broadcasting import Case, cases, model, of_constants, operands, part
from tests.ops.same import assert_same, findings, joined, values
from tests.run_model import compiled

TYPES = ("int8", "int16", "int32", "int64", "float32")


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(TYPES, (None,)), min_size=1, max_size=6), st.integers(0, 99))
def test_takes_the_lesser_as_the_reference_does(drawn: list[Case], seed: int) -> None:
    assert_same(model("MINIMUM", drawn), [operands(drawn, seed), operands(drawn, seed + 100)])


def test_every_type_at_its_limits() -> None:
    pairs = [Case(dtype, (5, 1), (1, 5), None) for dtype in TYPES]
    odd = np.array([np.nan, -0.0, 0.0, np.inf, -np.inf], np.float32)
    ends = [
        odd if t == "float32" else np.array([m.min, m.max, 0, -1, m.min + 1], t)
        for t in TYPES
        for m in (np.iinfo("int8" if t == "float32" else t),)
    ]
    given_ = [x.reshape(shape) for x in ends for shape in ((5, 1), (1, 5))]
    assert_same(model("MINIMUM", pairs), [given_], sanitize=True)


def test_constant_operands() -> None:
    cases_ = [Case(dtype, (2, 3), (3,), None) for dtype in TYPES]
    made = [part("MINIMUM", c, np.nan_to_num(values(c.dtype, c.b, 1))) for c in cases_]
    assert_same(joined(*made), [[values(dtype, (2, 3), 3) for dtype in TYPES]])


@pytest.mark.parametrize(("dtype", "left"), [("int8", 2), ("int64", 1), ("float32", 1)])
def test_of_constants(dtype: str, left: int) -> None:
    built = of_constants("MINIMUM", Case(dtype, (2, 3), (3,)))
    assert len(compiled(built).graph.nodes) == left
    assert_same(built, [[values(dtype, (2, 3), 5)]])


def test_unsupported_forms() -> None:
    assert "type uint8" in findings(model("MINIMUM", [Case("uint8", activation=None)]))
    mixed = Case("int32", activation=None, made="int64")
    assert "input of type int32 with output" in findings(model("MINIMUM", [mixed]))
