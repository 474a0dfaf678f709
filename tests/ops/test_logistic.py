"""LOGISTIC against the reference: int8 in every entry of the table, float32 within its bound.

All values of int16 are in test_tanh.py, which shares the kernel.
"""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.same import Part, assert_outputs, assert_same, findings, joined
from tests.ops.unary import (
    BYTES,
    WORDS,
    Quantised,
    assert_near,
    assert_tables,
    floats,
    part,
    plus_constant,
    table,
)
from tests.run_model import compiled

SHARE = (1 / 256, -128)
SHARE_S16 = (1 / 32768, 0)

scales = st.floats(-27, 8).map(lambda exponent: 2.0**exponent)
quantised = st.tuples(scales, st.integers(-128, 127))


def int8(x: Quantised, y: Quantised = SHARE) -> Part:
    return part("LOGISTIC", "int8", x, y)


def int16(scale: float, y: Quantised = SHARE_S16, zero_point: int = 0) -> Part:
    return part("LOGISTIC", "int16", (scale, zero_point), y, shape=(65536,))


@settings(deadline=None, max_examples=20)
@given(st.lists(quantised, min_size=1, max_size=20))
def test_every_entry_of_the_table(drawn: list[Quantised]) -> None:
    assert_tables([int8(x) for x in drawn])


def test_scales_at_the_ends() -> None:
    for scale in (1e-38, 1e-45, 2.0**-28):
        assert set(table(int8((scale, 3)))) == {0}
    assert table(int8((3e38, 3))).tolist() == [-128] * 132 + [127] * 124


def test_the_table_is_looked_up() -> None:
    drawn = [(0.1, 5), (0.03, -128), (1.0, 127), (0.0471, 0)]
    assert_same(joined(*map(int8, drawn)), [[BYTES] * len(drawn), [BYTES[::-1]] * len(drawn)])


def test_the_outputs_scale_is_left_aside() -> None:
    assert_same(joined(int8((0.1, 5), (1 / 100, -128))), [[BYTES]])


def test_constants_are_looked_up_at_compile_time() -> None:
    model = plus_constant(int8((0.03, 7)), BYTES)
    assert len(compiled(model).graph.nodes) == 1
    assert_same(model, [[BYTES]])


def test_int16_values_that_are_all_zero() -> None:
    """The reference shifts by more bits than there are where the scale is so small."""
    assert_outputs(joined(int16(1e-38)), [[WORDS]], [[np.full(65536, 16384, np.int16)]])


def test_floats() -> None:
    ends = np.array([-9, -9.000001, 16.619047, 16.61905, 88.8, -104], np.float32)
    rng = np.random.default_rng(0)
    spread = rng.uniform(-110, 20, 2000).astype(np.float32)
    assert_near("LOGISTIC", np.concatenate([ends, spread, floats(0, 2000, 1.0)]))


def test_unsupported_forms() -> None:
    assert "an output zero point of 0" in findings(joined(int8((0.1, 5), (1 / 256, 0))))
    assert "no scale" in findings(joined(int8((None, 0))))
    assert "type int32" in findings(joined(part("LOGISTIC", "int32")))
    assert "a zero point of 3 in int16" in findings(joined(int16(0.1, zero_point=3)))
    assert "an output scale of 0.5" in findings(joined(int16(0.1, (0.5, 0))))
    assert "an input scale of 1e+06" in findings(joined(int16(1e6)))
