"""AVERAGE_POOL_2D against the reference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Access, Window
from tests.ops import pools
from tests.ops.cut import assert_node
from tests.ops.same import assert_same, findings, joined
from tests.ops.windows import Axis, Windowed, call, changed, int8_pictures, site, with_options

OP = "AVERAGE_POOL_2D"


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


def test_every_mean_of_two_and_of_four() -> None:
    """Ties are rounded away from zero on both sides of it."""
    for kernel in (2, 4):
        window = Windowed("VALID", Axis(1, 1, 1, 1), Axis(1024, kernel, kernel, 1), 1, "NONE")
        case = pools.one(window=window)
        steps = np.arange(1024 * 3).reshape(1, 1, 1024, 3)
        ramp = (steps // 3 // kernel - 128 + steps % kernel).clip(-128, 127).astype(np.int8)
        assert_same(joined(case.part(OP)), [[ramp], [-ramp]])


def test_infinities_end_as_finite_numbers() -> None:
    case = pools.one(None, Windowed("SAME", Axis(3, 2, 1, 1), Axis(3, 2, 1, 1), 1, "NONE"))
    pictures = [np.full(case.shape, v, np.float32) for v in (np.inf, -np.inf, -0.0)]
    assert_same(joined(case.part(OP)), [[p] for p in pictures])


def test_int8_without_a_scale() -> None:
    case = pools.one(window=Windowed("VALID", Axis(4, 2, 2, 1), Axis(4, 2, 2, 1), 1, "NONE"))
    part = changed(changed(case.part(OP), "x", scale=None), "y", scale=None)
    assert_same(joined(part), [[p] for p in int8_pictures(case.shape, 1)])


def test_a_clamp_without_a_scale() -> None:
    part = changed(changed(pools.one().part(OP), "x", scale=None), "y", scale=None)
    assert "no scale" in findings(joined(part))


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
        ("models/mlperf_tiny__kws_ref_model.tflite", 9),
        ("models/mlperf_tiny__pretrainedresnet.tflite", 12),
        ("models/mlonmcu__micro_kws_m_quantized.tflite", 4),
    ],
)
def test_layers_of_published_models(model: str, node: int) -> None:
    assert_node(model, node)
