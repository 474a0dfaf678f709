"""LEAKY_RELU against the reference, with factors of either sign."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.same import Part, assert_same, findings, joined
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

alphas = st.sampled_from([0.0, 0.01, 0.2, 0.3, 1.0, 1.7, -0.5, -3.0]) | st.floats(-2, 2, width=32)
Drawn = tuple[Quantised, Quantised, float]


def leaky(dtype: str, x: Quantised, y: Quantised, alpha: float, size: int = 256) -> Part:
    return part("LEAKY_RELU", dtype, x, y, {"alpha": alpha}, (size,))


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(quantised, quantised, alphas), min_size=1, max_size=20))
def test_every_entry_of_the_table(drawn: list[Drawn]) -> None:
    assert_tables([leaky("int8", *d) for d in drawn])


def test_the_table_is_looked_up() -> None:
    assert_same(joined(leaky("int8", (0.5, 3), (0.5, 3), 0.1)), [[BYTES]])


words_zero = st.sampled_from([-32768, -300, 0, 0, 0, 32767])
words_quantised = st.tuples(scales, words_zero)


@settings(deadline=None, max_examples=6)
@given(st.lists(st.tuples(words_quantised, words_quantised, alphas), min_size=1, max_size=6))
def test_every_int16_value(drawn: list[Drawn]) -> None:
    model = joined(*(leaky("int16", *d, 65536) for d in drawn))
    assert_same(model, [[WORDS] * len(drawn)], sanitize=True)


@pytest.mark.parametrize("alpha", [0.0, 0.25, -1.5, 3.0, float("inf"), float("nan")])
def test_floats(alpha: float) -> None:
    x = floats(0, 100)
    model = joined(part("LEAKY_RELU", "float32", options={"alpha": alpha}, shape=x.shape))
    assert_same(model, [[x]])


def test_constants_are_computed_at_compile_time() -> None:
    x = floats(1, 40)
    made = part("LEAKY_RELU", "float32", options={"alpha": 0.3}, shape=x.shape)
    model = plus_constant(made, x)
    assert len(compiled(model).graph.nodes) == 1
    zero = np.full_like(x, -0.0)
    assert_same(model, [[zero]])
    assert_same(plus_constant(leaky("int8", (0.5, 3), (0.2, 0), 0.3), BYTES), [[BYTES]])


def test_unsupported_forms() -> None:
    assert "type int32" in findings(joined(leaky("int32", (0.5, 0), (0.5, 0), 0.1)))
    assert "an int8 tensor with no scale" in findings(
        joined(leaky("int8", (0.5, 0), (None, 0), 0.1))
    )
    infinite = leaky("int16", (0.5, 0), (0.5, 0), float("inf"))
    assert "a factor of inf" in findings(joined(infinite))
