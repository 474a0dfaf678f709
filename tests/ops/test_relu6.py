"""RELU6 against the reference."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ops import unary
from tests.ops.same import assert_same, findings, joined
from tests.ops.test_relu import BYTES, FLOATS, float_part, part
from tests.run_model import compiled

SCALES = (0.0235, 0.05, 0.5, 1.0, 13.0)
ZEROS = (-128, -17, 0, 5, 127)


def test_every_int8_value() -> None:
    drawn = [(scale, zero) for scale in SCALES for zero in ZEROS]
    model = joined(*(part("RELU6", x, x) for x in drawn))
    assert_same(model, [[BYTES.reshape(1, 256)] * len(drawn)])


@pytest.mark.parametrize("y", [(0.25, 3), (0.5, -128), (0.01, 100)])
def test_the_outputs_quantisation_is_left_aside(y: tuple[float, int]) -> None:
    assert_same(joined(part("RELU6", (0.5, 3), y)), [[BYTES.reshape(1, 256)]])


def test_every_int16_value() -> None:
    drawn = [(scale, zero) for scale in (1e-5, 0.0002, 0.003, 1.0) for zero in (0, -32768, 900)]
    model = joined(*(unary.part("RELU6", "int16", x, (0.1, 5), shape=(65536,)) for x in drawn))
    assert_same(model, [[unary.WORDS] * len(drawn)])


def test_constants_are_clamped_at_compile_time() -> None:
    x = np.nan_to_num(FLOATS)
    model = unary.plus_constant(float_part("RELU6", x), x)
    assert len(compiled(model).graph.nodes) == 1
    assert_same(model, [[np.full_like(x, -0.0)]])


def test_floats() -> None:
    assert_same(joined(float_part("RELU6", FLOATS)), [[FLOATS]])


def test_unsupported_forms() -> None:
    assert "type int32" in findings(joined(part("RELU6", (0.5, 0), (0.5, 0), "int32")))
    assert "no scale" in findings(joined(part("RELU6", (None, 0), (0.5, 0))))
