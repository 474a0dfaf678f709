"""ROUND, FLOOR, CEIL, NEG and SQUARE against the reference: functions of floats, byte for byte."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ops.same import Array, assert_same, findings, joined
from tests.ops.unary import floats, part, plus_constant
from tests.run_model import compiled

OPERATORS = ["ROUND", "FLOOR", "CEIL", "NEG", "SQUARE"]


def numbers() -> Array:
    """Returns floats around halves and whole numbers, and around those that are all whole."""
    halves = (np.arange(-18, 19) / 2).astype(np.float32)
    large = np.array([2**22, 2**23, 2**24, 2**31, 2**33], np.float32)
    places = np.concatenate([halves, large - 0.5, large, -large, -large + 0.5])
    below, above = (np.nextafter(places, np.float32(end)) for end in (-np.inf, np.inf))
    return np.concatenate([places, below, above, floats(0, 200), floats(1, 50, 1e6)])


@pytest.mark.parametrize("op", OPERATORS)
def test_floats(op: str) -> None:
    x = numbers()
    assert_same(joined(part(op, "float32", shape=x.shape)), [[x], [-x]], sanitize=op == "ROUND")


@pytest.mark.parametrize("op", OPERATORS)
def test_constants_are_computed_at_compile_time(op: str) -> None:
    x = np.nan_to_num(numbers())
    model = plus_constant(part(op, "float32", shape=x.shape), x)
    assert len(compiled(model).graph.nodes) == 1
    assert_same(model, [[np.full_like(x, -0.0)]])


@pytest.mark.parametrize("op", OPERATORS)
def test_unsupported_forms(op: str) -> None:
    assert "type int8" in findings(joined(part(op, "int8", (0.1, 0), (0.1, 0))))
