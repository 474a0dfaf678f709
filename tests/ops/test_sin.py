"""SIN; its values are compared in test_exp.py."""

from __future__ import annotations

from microflow.ops import sin
from microflow.verify.rounding import kernel_bound
from tests.ops.unary import part
from tests.ops.windows import call


def test_its_kernel_states_a_bound() -> None:
    assert 0 < kernel_bound(call(part("SIN", "float32")).kernel) <= 4
    assert sin.OPERATOR.types == "float32"
