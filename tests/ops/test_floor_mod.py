"""FLOOR_MOD against the reference; how operands are broadcast is tested with ADD."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.broadcasting import Case, cases, model, of_constants, operands, part
from tests.ops.same import assert_same, findings, joined, values
from tests.run_model import compiled

OP = "FLOOR_MOD"


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(("float32",), (None,)), min_size=1, max_size=6), st.integers(0, 99))
def test_divides_as_the_reference_does(drawn: list[Case], seed: int) -> None:
    assert_same(model(OP, drawn), [operands(drawn, seed), operands(drawn, seed + 100)])


def test_odd_rests() -> None:
    a = np.array([7, -7, 6, -6, 1e-45, -1e-45, 3e38, np.inf, np.nan, -0.0], np.float32)
    b = np.array([2, -2, 3, -3, 3e38, 1e-45, 1e-3, -np.inf, 0, 5], np.float32)
    case = Case("float32", (10, 1), (1, 10), None)
    given_ = [a.reshape(10, 1), b.reshape(1, 10)]
    assert_same(model(OP, [case]), [given_], sanitize=True)


def test_constants() -> None:
    made = part(OP, Case("float32", (2, 3), (3,), None), np.array([0.3, -2.5, 7], np.float32))
    assert_same(joined(made), [[values("float32", (2, 3), 1)]])
    built = of_constants(OP, Case("float32", (2, 3), (3,)))
    assert len(compiled(built).graph.nodes) == 1
    assert_same(built, [[values("float32", (2, 3), 4)]])


def test_unsupported_forms() -> None:
    assert "type int32" in findings(model(OP, [Case("int32", activation=None)]))
    assert "type int8" in findings(model(OP, [Case(activation=None)]))
