"""TANH against the reference: int8 in every entry of its table, int16 for all values."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, T
from tests.ops.same import Part, assert_same, findings, joined
from tests.ops.unary import (
    BYTES,
    WORDS,
    Quantised,
    assert_near,
    assert_tables,
    floats,
    part,
    plus_constant,
    quantised,
    table,
)
from tests.run_model import compiled

UNIT = (1 / 128, 0)
UNIT_S16 = (1 / 32768, 0)


@settings(deadline=None, max_examples=20)
@given(st.lists(quantised, min_size=1, max_size=20))
def test_every_entry_of_the_table(drawn: list[Quantised]) -> None:
    assert_tables([part("TANH", "int8", x, UNIT) for x in drawn])


def test_scales_at_the_ends() -> None:
    for scale in (1e-38, 1e-45, 2.0**-28):
        assert set(table(part("TANH", "int8", (scale, 3), UNIT))) == {0}
    steep = table(part("TANH", "int8", (3e38, 3), UNIT))
    assert steep.tolist() == [-128] * 132 + [127] * 124


def test_the_table_is_looked_up() -> None:
    drawn = [(0.1, 5), (0.03, -128), (1.0, 127), (0.0471, 0)]
    model = joined(*(part("TANH", "int8", x, (0.3, 9)) for x in drawn))
    assert_same(model, [[BYTES] * len(drawn), [BYTES[::-1]] * len(drawn)])


def words_part(op: str, scale: float, out_scale: float = 1 / 32768) -> Part:
    return part(op, "int16", (scale, 0), (out_scale, 0), shape=(65536,))


@pytest.mark.parametrize("op", ["TANH", "LOGISTIC"])
def test_every_int16_value(op: str) -> None:
    powers = [2.0**-12, 2.0**-11, 2.0**-10, 2.0**-12 * 1.0006]
    scales = [*powers, 1e-13, 3e-6, 0.0001, 0.0007, 0.3, 5.2, 6.1, 1e3]
    model = joined(*(words_part(op, scale) for scale in scales))
    assert_same(model, [[WORDS] * len(scales)])


@settings(deadline=None, max_examples=5)
@given(st.sampled_from(["TANH", "LOGISTIC"]), st.lists(st.floats(-24, 2), min_size=2, max_size=6))
def test_int16_scales(op: str, exponents: list[float]) -> None:
    model = joined(*(words_part(op, 2.0**exponent) for exponent in exponents))
    assert_same(model, [[WORDS] * len(exponents)], sanitize=True)


def test_floats() -> None:
    assert_near("TANH", floats(0, 2000))
    assert_near("TANH", floats(1, 2000, 0.01))


def test_constants_are_looked_up_at_compile_time() -> None:
    model = plus_constant(part("TANH", "int8", (0.03, 7), UNIT), BYTES)
    assert len(compiled(model).graph.nodes) == 1
    assert_same(model, [[BYTES]])


def test_unsupported_forms() -> None:
    assert "type int32" in findings(joined(part("TANH", "int32")))
    assert "an int8 tensor with no scale" in findings(joined(part("TANH", "int8")))
    assert "an int16 tensor with no scale" in findings(joined(part("TANH", "int16")))
    off = findings(joined(part("TANH", "int16", (0.1, 3), UNIT_S16)))
    assert "a zero point of 3 in int16" in off
    wide = findings(joined(part("TANH", "int16", (0.1, 0), (1 / 16384, 0))))
    assert "an output scale of 6.10352e-05" in wide
    assert "an input scale of 1e+06" in findings(joined(part("TANH", "int16", (1e6, 0), UNIT_S16)))
    tensors = [T("x", "int8", (2,), 0.1), T("y", "int16", (2,), 0.1)]
    mixed = findings(joined(Part(tensors, [N("TANH", ["x"], ["y"])])))
    assert "input of type int8 with output of type int16" in mixed
