"""ELU against the reference: int8 in every entry of its table, float32 within its bound."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.same import Part, assert_same, findings, joined
from tests.ops.unary import BYTES, Quantised, assert_near, assert_tables, floats, part, quantised


def int8(x: Quantised, y: Quantised) -> Part:
    return part("ELU", "int8", x, y)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(quantised, quantised), min_size=1, max_size=20))
def test_every_entry_of_the_table(drawn: list[tuple[Quantised, Quantised]]) -> None:
    assert_tables([int8(x, y) for x, y in drawn])


def test_ties_round_away_from_zero() -> None:
    drawn = [(x, y) for x in (0.5, 0.25, 1.0) for y in (1.0, 2.0, 0.5)]
    assert_tables([int8((x, -3), (y, 7)) for x, y in drawn])


def test_the_table_is_looked_up() -> None:
    assert_same(joined(int8((0.05, 3), (0.04, -100))), [[BYTES]])


def test_floats() -> None:
    assert_near("ELU", floats(0, 2000))
    assert_near("ELU", floats(1, 2000, 0.01))


def test_unsupported_forms() -> None:
    assert "type int16" in findings(joined(part("ELU", "int16", (0.1, 0), (0.1, 0))))
    assert "an int8 tensor with no scale" in findings(joined(int8((None, 0), (0.1, 0))))
