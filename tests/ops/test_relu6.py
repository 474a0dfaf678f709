"""RELU6 against the reference."""

from __future__ import annotations

import pytest

from tests.ops.same import assert_same, findings, joined
from tests.ops.test_relu import BYTES, FLOATS, float_part, part

SCALES = (0.0235, 0.05, 0.5, 1.0, 13.0)
ZEROS = (-128, -17, 0, 5, 127)


def test_every_int8_value() -> None:
    drawn = [(scale, zero) for scale in SCALES for zero in ZEROS]
    model = joined(*(part("RELU6", x, x) for x in drawn))
    assert_same(model, [[BYTES.reshape(1, 256)] * len(drawn)])


@pytest.mark.parametrize("y", [(0.25, 3), (0.5, -128), (0.01, 100)])
def test_the_outputs_quantisation_is_left_aside(y: tuple[float, int]) -> None:
    assert_same(joined(part("RELU6", (0.5, 3), y)), [[BYTES.reshape(1, 256)]])


def test_floats() -> None:
    assert_same(joined(float_part("RELU6", FLOATS)), [[FLOATS]])


def test_unsupported_forms() -> None:
    assert "type uint8" in findings(joined(part("RELU6", (0.5, 0), (0.5, 0), "uint8")))
    assert "no scale" in findings(joined(part("RELU6", (None, 0), (0.5, 0))))
