"""FLOOR_DIV against the reference; how operands are broadcast is tested with ADD."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.broadcasting import Case, cases, model, of_constants, operands, part
from tests.ops.same import assert_outputs, assert_same, findings, joined, values
from tests.run_model import compiled

OP = "FLOOR_DIV"


def nonzero(given_: list[np.ndarray]) -> list[np.ndarray]:
    """Returns operands without zeros, which the reference does not divide by."""
    return [np.where(x == 0, np.float32(0.7), x) for x in given_]


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(("float32",), (None,)), min_size=1, max_size=6), st.integers(0, 99))
def test_divides_as_the_reference_does(drawn: list[Case], seed: int) -> None:
    assert_same(model(OP, drawn), [nonzero(operands(drawn, s)) for s in (seed, seed + 100)])


def test_odd_quotients() -> None:
    a = np.array([7, -7, 7, -7, 1e-45, -1e-45, 3e38, np.inf, np.nan, -0.0], np.float32)
    b = np.array([2, 2, -2, -2, 3e38, 3e38, 1e-3, -np.inf, 1, 5], np.float32)
    case = Case("float32", (10, 1), (1, 10), None)
    given_ = [a.reshape(10, 1), b.reshape(1, 10)]
    assert_same(model(OP, [case]), [given_], sanitize=True)


def test_division_by_zero_that_the_reference_refuses() -> None:
    a = np.array([1, -1, np.inf], np.float32)
    case = Case("float32", (3,), (3,), None)
    wanted = np.array([np.inf, -np.inf, np.inf], np.float32)
    assert_outputs(model(OP, [case]), [[a, np.zeros(3, np.float32)]], [[wanted]], sanitize=True)


def test_constants() -> None:
    made = part(OP, Case("float32", (2, 3), (3,), None), np.array([0.3, -2.5, 7], np.float32))
    assert_same(joined(made), [[values("float32", (2, 3), 1)]])
    built = of_constants(OP, Case("float32", (2, 3), (3,)))
    assert len(compiled(built).graph.nodes) == 1
    wide = np.full((2, 3), 1e20, np.float32)
    assert_same(built, [[wide]])


def test_unsupported_forms() -> None:
    assert "type int32" in findings(model(OP, [Case("int32", activation=None)]))
    assert "type int8" in findings(model(OP, [Case(activation=None)]))
