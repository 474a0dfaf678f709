"""HARD_SWISH against the reference: int8 in every entry of its table."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.same import Part, assert_same, findings, joined
from tests.ops.unary import (
    BYTES,
    Quantised,
    assert_tables,
    floats,
    part,
    plus_constant,
    quantised,
)
from tests.run_model import compiled


def int8(x: Quantised, y: Quantised) -> Part:
    return part("HARD_SWISH", "int8", x, y)


pairs = st.tuples(quantised, quantised).filter(lambda pair: pair[0][0] < 127 * pair[1][0])


@settings(deadline=None, max_examples=25)
@given(st.lists(pairs, min_size=1, max_size=20))
def test_every_entry_of_the_table(drawn: list[tuple[Quantised, Quantised]]) -> None:
    assert_tables([int8(x, y) for x, y in drawn])


def test_scales_far_apart() -> None:
    outputs = [0.003, 0.02, 0.1, 1.0, 30.0, 2000.0]
    drawn = [((x, zero), (y, -zero)) for x in (1e-8, 0.02, 0.3) for y in outputs for zero in (0, 9)]
    assert_tables([int8(x, y) for x, y in drawn])


def test_the_table_is_looked_up() -> None:
    assert_same(joined(int8((0.05, 3), (0.04, -5))), [[BYTES]])


def test_floats() -> None:
    x = np.concatenate([floats(0, 500), np.array([-3, 3, -3.0000002, 2.9999998], np.float32)])
    assert_same(joined(part("HARD_SWISH", "float32", shape=x.shape)), [[x]])


def test_constants_are_computed_at_compile_time() -> None:
    x = np.nan_to_num(floats(1, 40))
    model = plus_constant(part("HARD_SWISH", "float32", shape=x.shape), x)
    assert len(compiled(model).graph.nodes) == 1
    assert_same(model, [[np.full_like(x, -0.0)]])


def test_unsupported_forms() -> None:
    assert "type int16" in findings(joined(part("HARD_SWISH", "int16", (0.1, 0), (0.1, 0))))
    assert "an int8 tensor with no scale" in findings(joined(int8((None, 0), (0.1, 0))))
    assert "an output scale far below" in findings(joined(int8((1.0, 0), (1 / 129, 0))))
