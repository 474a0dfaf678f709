"""Layers whose weights are of 4 bits, computed at run time, or int8 under floats."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops import dynamic, test_conv_2d, test_depthwise_conv_2d, test_fully_connected
from tests.ops.hybrid import check as check_hybrid
from tests.ops.hybrid import hybrid
from tests.ops.same import assert_outputs, findings, joined
from tests.ops.windows import (
    changed,
    check_int4,
    four_bits,
    int8_pictures,
    with_options,
)
from tests.oracle import tflm

LAYERS = pytest.mark.parametrize(
    "layer", [test_conv_2d, test_depthwise_conv_2d, test_fully_connected]
)


def per_channel(case: Any, several: bool) -> Any:
    """Returns `case` with one scale for each output channel, or one for all."""
    return evolve(case, scales=evolve(case.scales, per_channel=several))


# ---- Weights of 4 bits ----


@LAYERS
@settings(deadline=None, max_examples=5)
@given(st.data())
def test_int4_weights(layer: ModuleType, data: st.DataObject) -> None:
    """The reference has no FULLY_CONNECTED with a scale for each output."""
    drawn = data.draw(st.lists(layer.cases(quantised=True), min_size=4, max_size=8))
    if layer is test_fully_connected:
        drawn = [per_channel(case, False) for case in drawn]
    check_int4(drawn)


def test_int4_weights_with_a_scale_for_each_output() -> None:
    """They are int8 weights of small numbers."""
    case = per_channel(test_fully_connected.one(), True)
    narrow = four_bits(case.part())
    plain = joined(changed(narrow, "w", dtype="int8"))
    vectors = [[v] for v in int8_pictures(case.shape, 1)]
    assert_outputs(joined(narrow), vectors, [tflm(plain, given_) for given_ in vectors])


# ---- Weights and bias that are computed at run time ----


@st.composite
def dynamic_cases(draw: st.DrawFn, layer: ModuleType) -> tuple[Any, Sequence[str]]:
    """Draws a layer of any type, and which of its operands are computed at run time."""
    dtype = draw(st.sampled_from(["int8", "int16", "float32"]))
    operands = draw(st.sampled_from([["w"], ["b"], ["w", "b"]]))
    return draw(layer.cases(dtype != "float32", dtype)), operands


@LAYERS
@settings(deadline=None, max_examples=7)
@given(st.data())
def test_operands_computed_at_run_time(layer: ModuleType, data: st.DataObject) -> None:
    dynamic.check(data.draw(st.lists(dynamic_cases(layer), min_size=4, max_size=8)))


@LAYERS
def test_memory_of_operands(layer: ModuleType) -> None:
    drawn = [(layer.one(scales=s), ["w", "b"]) for s in (layer.PLAIN, layer.WIDE, None)]
    dynamic.check([*drawn, (layer.one(biased=False), ["w"])], sanitize=True)


@LAYERS
def test_unsupported_operands_computed_at_run_time(layer: ModuleType) -> None:
    narrow = changed(four_bits(layer.one().part()), "b", data=None)
    assert "4-bit weights with operands" in findings(joined(evolve(narrow, inputs=("x", "b"))))
    floats = evolve(changed(hybrid(layer.one().part()), "w", data=None), inputs=("x", "w"))
    assert "int8 weights of a float layer computed at run time" in findings(joined(floats))


# ---- Floats with int8 weights ----


@LAYERS
@settings(deadline=None, max_examples=5)
@given(st.data())
def test_floats_with_int8_weights(layer: ModuleType, data: st.DataObject) -> None:
    """Convolutions with one scale take images around zero, others give them a zero point."""
    drawn = data.draw(st.lists(layer.cases(quantised=True), min_size=3, max_size=6))
    drawn = [evolve(case, biased=True) for case in drawn]
    if layer is test_conv_2d:
        drawn = [evolve(case, groups=1) for case in drawn]
    if layer is test_depthwise_conv_2d:
        drawn = [per_channel(case, True) for case in drawn]
    parts = [hybrid(case.part()) for case in drawn]
    if layer is test_fully_connected:
        asked = [{"asymmetricQuantizeInputs": i % 2 == 0} for i in range(len(parts))]
        parts = [with_options(part, **o) for part, o in zip(parts, asked, strict=True)]
    check_hybrid(drawn, parts)


@LAYERS
def test_memory_of_floats_with_int8_weights(layer: ModuleType) -> None:
    case = per_channel(layer.one(), True)
    check_hybrid([case], [hybrid(case.part())], sanitize=True)


def test_a_single_scale_for_a_single_channel() -> None:
    """One for all to a convolution, one for each channel to a depthwise one."""
    cases: list[Any] = [test_conv_2d.one(group_filters=1), test_depthwise_conv_2d.one(channels=1)]
    check_hybrid(cases, [hybrid(case.part()) for case in cases])


def test_unsupported_floats_with_int8_weights() -> None:
    grouped = hybrid(test_conv_2d.one(groups=3, group_filters=2).part())
    assert "groups in a float layer" in findings(joined(grouped))
    one_scale = hybrid(per_channel(test_depthwise_conv_2d.one(), False).part())
    assert "one scale for all int8 weights" in findings(joined(one_scale))
