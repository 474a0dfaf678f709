"""EXP, LOG, SIN and COS against the reference, within the bounds of their kernels."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ops.same import findings, joined
from tests.ops.unary import assert_near, floats, part

OPERATORS = ["EXP", "LOG", "SIN", "COS"]


@pytest.mark.parametrize("op", OPERATORS)
@pytest.mark.parametrize("spread", [0.01, 30.0, 1e6])
def test_floats(op: str, spread: float) -> None:
    x = floats(0, 2000, spread)
    assert_near(op, np.concatenate([x, np.abs(x)]))


@pytest.mark.parametrize("op", OPERATORS)
def test_unsupported_forms(op: str) -> None:
    assert "type int8" in findings(joined(part(op, "int8", (0.1, 0), (0.1, 0))))
