"""MAX_POOL_2D against the reference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Access, Window
from tests.ops import pools
from tests.ops.cut import assert_node
from tests.ops.same import assert_same, findings, joined, values
from tests.ops.windows import Axis, Windowed, call, changed, int8_pictures, site, with_options

OP = "MAX_POOL_2D"


@settings(deadline=None, max_examples=15)
@given(st.lists(pools.cases(), min_size=4, max_size=8))
def test_any_window(drawn: list[pools.Case]) -> None:
    pools.check(OP, drawn)


@settings(deadline=None, max_examples=6)
@given(st.lists(pools.cases(), min_size=4, max_size=8))
def test_any_window_with_the_dsp_extension(drawn: list[pools.Case]) -> None:
    pools.check(OP, list(map(pools.wide, drawn)), isa=("dsp",), sanitize=True)


def test_memory_is_read_and_written_within_bounds() -> None:
    wide = pools.one(integers="int16")
    pools.check(OP, [pools.one(), wide, pools.one(None)], sanitize=True)


def test_clang_computes_the_same() -> None:
    pools.check(OP, [pools.one(), pools.one(None)], compiler="clang", optimise="-O3")


def test_infinities_and_what_is_no_number() -> None:
    """The reference passes over what is no number, and clamps to the finite numbers."""
    window = Windowed("SAME", Axis(4, 2, 1, 1), Axis(5, 2, 1, 1), 1, "NONE")
    case = pools.one(None, window)
    pictures = [[values("float32", case.shape, seed)] for seed in range(4)]
    nothing = [[np.full(case.shape, v, np.float32)] for v in (np.nan, -np.inf, np.inf, -0.0)]
    assert_same(joined(case.part(OP)), pictures + nothing)


def test_int8_without_a_scale() -> None:
    case = pools.one(window=Windowed("VALID", Axis(4, 2, 2, 1), Axis(4, 2, 2, 1), 1, "NONE"))
    part = changed(changed(case.part(OP), "x", scale=None), "y", scale=None)
    assert_same(joined(part), [[p] for p in int8_pictures(case.shape, 1)])


def test_the_input_is_read_through_the_window() -> None:
    found = site(pools.one().part(OP))
    window = Window(kernel=(3, 4), stride=(2, 1), padding=(1, 1))
    assert found.node.op.access(found) == Access((window,), channelwise=True, reversible=True)


@pytest.mark.parametrize(("window", "sums"), pools.SUMS)
def test_sums_where_one_window_covers_the_picture(window: Windowed, sums: int) -> None:
    assert call(pools.one(window=window).part(OP)).sums == sums


@pytest.mark.parametrize(("name", "fields", "words"), pools.UNSUPPORTED_TENSORS)
def test_unsupported_tensors(name: str, fields: dict[str, Any], words: str) -> None:
    assert words in findings(joined(changed(pools.one().part(OP), name, **fields)))


@pytest.mark.parametrize(("options", "words"), pools.UNSUPPORTED_OPTIONS)
def test_unsupported_options(options: dict[str, Any], words: str) -> None:
    assert words in findings(joined(with_options(pools.one().part(OP), **options)))


@pytest.mark.parametrize(
    ("model", "node"),
    [
        ("models/eiq_model_zoo__dperson_shufflenetv2.tflite", 3),
        ("models/mlonmcu__magic_wand.tflite", 3),
    ],
)
def test_layers_of_published_models(model: str, node: int) -> None:
    assert_node(model, node)
