"""LOGICAL_AND against the reference; how operands are broadcast is tested with ADD."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.broadcasting import Case, cases, model, of_constants, operands, part
from tests.ops.same import assert_same, findings, joined, values
from tests.run_model import compiled


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(("bool",), (None,)), min_size=1, max_size=6), st.integers(0, 99))
def test_combines_as_the_reference_does(drawn: list[Case], seed: int) -> None:
    assert_same(model("LOGICAL_AND", drawn), [operands(drawn, seed), operands(drawn, seed + 100)])


def test_every_pair() -> None:
    truths = np.array([False, True])
    case = Case("bool", (2, 1), (1, 2), None)
    given_ = [truths.reshape(2, 1), truths.reshape(1, 2)]
    assert_same(model("LOGICAL_AND", [case]), [given_], sanitize=True)


def test_constants() -> None:
    made = part("LOGICAL_AND", Case("bool", (2, 3), (3,), None), np.array([True, False, True]))
    assert_same(joined(made), [[values("bool", (2, 3), 1)]])
    built = of_constants("LOGICAL_AND", Case("bool", (2, 3), (3,)))
    assert len(compiled(built).graph.nodes) == 1
    assert_same(built, [[values("bool", (2, 3), 5)]])


def test_unsupported_forms() -> None:
    assert "type int8" in findings(model("LOGICAL_AND", [Case(activation=None)]))
    mixed = Case("bool", activation=None, made="int32")
    assert "input of type bool with output" in findings(model("LOGICAL_AND", [mixed]))
