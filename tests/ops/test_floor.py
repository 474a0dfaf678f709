"""FLOOR; its values are compared in test_round.py."""

from __future__ import annotations

from microflow.ops import floor
from tests.ops.unary import part
from tests.ops.windows import call


def test_it_is_one_of_the_functions_of_one_kernel() -> None:
    made = call(part("FLOOR", "float32"))
    assert made.kernel == "round_f32"
    assert floor.OPERATOR.types == "float32"
