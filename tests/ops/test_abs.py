"""ABS against the reference."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.same import assert_same, findings, joined
from tests.ops.unary import (
    BYTES,
    WORDS,
    Quantised,
    assert_tables,
    floats,
    part,
    plus_constant,
    quantised,
    scales,
)
from tests.run_model import compiled


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(quantised, quantised), min_size=1, max_size=20))
def test_every_entry_of_the_table(drawn: list[tuple[Quantised, Quantised]]) -> None:
    assert_tables([part("ABS", "int8", *d) for d in drawn])


def test_one_scale_and_the_lookup() -> None:
    drawn = [((0.3, zero), (0.3, out)) for zero in (-128, 0, 127) for out in (-128, 3, 127)]
    assert_tables([part("ABS", "int8", *d) for d in drawn])
    assert_same(joined(part("ABS", "int8", (0.3, 4), (0.2, -128))), [[BYTES]])


@settings(deadline=None, max_examples=3)
@given(st.lists(st.tuples(scales, scales), min_size=1, max_size=5))
def test_every_int16_value(drawn: list[tuple[float, float]]) -> None:
    """The last has one scale, and one none: then -32768 has no other sign."""
    pairs = [*drawn, (0.25, 0.25), (None, None)]
    made = (part("ABS", "int16", (x, 0), (y, 0), shape=(65536,)) for x, y in pairs)
    assert_same(joined(*made), [[WORDS] * len(pairs)], sanitize=True)


def test_floats() -> None:
    x = np.concatenate([floats(0, 50), -floats(1, 50)])
    assert_same(joined(part("ABS", "float32", shape=x.shape)), [[x]])


def test_constants_are_computed_at_compile_time() -> None:
    x = np.nan_to_num(floats(1, 40))
    model = plus_constant(part("ABS", "float32", shape=x.shape), x)
    assert len(compiled(model).graph.nodes) == 1
    assert_same(model, [[np.full_like(x, -0.0)]])


def test_unsupported_forms() -> None:
    assert "type int32" in findings(joined(part("ABS", "int32")))
    assert "an int8 tensor with no scale" in findings(joined(part("ABS", "int8")))
    half = part("ABS", "int16", (0.1, 0), (None, 0))
    assert "an int16 tensor with no scale" in findings(joined(half))
    assert "a zero point of 3" in findings(joined(part("ABS", "int16", (0.1, 3), (0.1, 0))))
