"""CONV_2D against the reference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Whole, Window
from microflow.targets import load_target
from tests.assemble import N, T
from tests.ops.cut import assert_node
from tests.ops.same import Part, assert_same, findings, joined
from tests.ops.windows import (
    Axis,
    Scales,
    Windowed,
    changed,
    check_float,
    check_int8,
    check_int16,
    floats,
    int8_pictures,
    int8_weights,
    int16_pictures,
    scales,
    site,
    ties,
    windows,
    with_options,
)


@frozen
class Case:
    """A convolution; `seed` is that of its weights."""

    window: Windowed
    groups: int
    group_channels: int
    group_filters: int
    biased: bool
    seed: int
    scales: Scales | None = None  # None: float32

    @property
    def shape(self) -> tuple[int, ...]:
        return self.window.input(self.groups * self.group_channels)

    @property
    def filters(self) -> int:
        return self.groups * self.group_filters

    def part(self) -> Part:
        w = self.window
        weights = (self.filters, w.rows.kernel, w.columns.kernel, self.group_channels)
        made = (
            self._float(weights) if self.scales is None else self._quantised(self.scales, weights)
        )
        inputs = ["x", "w", "b" if self.biased else -1]
        return Part(made, [N("CONV_2D", inputs, ["y"], w.options(**w.dilations()))])

    def _quantised(self, s: Scales, weights: tuple[int, ...]) -> list[T]:
        return [
            s.input(self.shape),
            T("w", "int8", weights, data=int8_weights(weights, self.seed),
              scales=s.weights(self.filters)),
            s.biases(self.filters, self.seed),
            s.output(self.window.output(self.filters)),
        ]  # fmt: skip

    def _float(self, weights: tuple[int, ...]) -> list[T]:
        return [
            T("x", "float32", self.shape),
            T("w", "float32", weights, data=floats(weights, self.seed)),
            T("b", "float32", (self.filters,), data=floats((self.filters,), self.seed)),
            T("y", "float32", self.window.output(self.filters)),
        ]


@st.composite
def cases(draw: st.DrawFn, quantised: bool, activations: str = "int8") -> Case:
    biases = ("int64", "int32") if activations == "int16" else ()
    return Case(
        window=draw(windows()),
        groups=draw(st.sampled_from([1, 1, 1, 2, 3])),
        group_channels=draw(st.integers(1, 6)),
        group_filters=draw(st.integers(1, 9)),
        biased=draw(st.booleans()),
        seed=draw(st.integers(0, 999)),
        scales=draw(scales(activations, biases)) if quantised else None,
    )


@settings(deadline=None, max_examples=15)
@given(st.lists(cases(quantised=True), min_size=4, max_size=8))
def test_int8(drawn: list[Case]) -> None:
    check_int8(drawn)


@settings(deadline=None, max_examples=12)
@given(st.lists(cases(quantised=True, activations="int16"), min_size=4, max_size=8))
def test_int16(drawn: list[Case]) -> None:
    check_int16(drawn)


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(quantised=False), min_size=4, max_size=8))
def test_float32(drawn: list[Case]) -> None:
    check_float(drawn)


PLAIN = Scales(x=0.05, y=0.1, x_zero=-3, y_zero=5, gain=0.002, per_channel=True, seed=1)
WIDE = evolve(PLAIN, activations="int16", bias="int64")
HARD = Windowed("SAME", Axis(5, 3, 2, 2), Axis(4, 4, 1, 1), 2, "RELU6")
POINT = Windowed("SAME", Axis(1, 1, 1, 1), Axis(1, 1, 1, 1), 1, "NONE")


def one(window: Windowed = HARD, **more: Any) -> Case:
    shape = {"groups": 1, "group_channels": 3, "group_filters": 6, "biased": True, "seed": 3}
    return Case(**{"window": window, "scales": PLAIN, **shape, **more})


def test_windows_larger_than_the_picture() -> None:
    small = [Windowed("SAME", Axis(h, 5, s, 1), Axis(w, 7, s, d), 1, "NONE")
             for h, w, s, d in [(1, 1, 1, 1), (2, 3, 1, 3), (3, 2, 3, 1)]]  # fmt: skip
    check_int8([one(window) for window in small])
    check_float([one(window, scales=None) for window in small])


def test_memory_is_read_and_written_within_bounds() -> None:
    cases = [one(), one(groups=2, group_filters=3), one(group_filters=4, biased=False)]
    check_int8(cases, sanitize=True)
    check_int16([evolve(case, scales=WIDE) for case in cases], sanitize=True)
    check_float([evolve(case, scales=None) for case in cases], sanitize=True)


def test_clang_computes_the_same() -> None:
    cases = [one(), one(groups=2, group_filters=5)]
    check_int8(cases, compiler="clang", optimise="-O3")
    check_int16([evolve(case, scales=WIDE) for case in cases], compiler="clang", optimise="-O3")
    check_float([evolve(case, scales=None) for case in cases], compiler="clang", optimise="-O3")


@pytest.mark.parametrize("seed", [0, 2, 5])
def test_the_factor_is_computed_in_double_precision(seed: int) -> None:
    near = ties(seed)
    case = one(POINT, group_channels=1, group_filters=len(near.sums))
    part = changed(changed(case.part(), "x", scale=near.x), "y", scale=near.y)
    part = changed(part, "b", data=near.sums)
    shape = (case.filters, 1, 1, 1)
    part = changed(part, "w", scales=[near.w], data=np.zeros(shape))
    assert_same(joined(part), [[np.zeros(case.shape, np.int8)]])


def test_sums_that_overflow_wrap() -> None:
    """The folded bias and the sum leave int32 where the bias is at its limits."""
    part = one(scales=evolve(PLAIN, gain=1e-9, x_zero=127)).part()
    limits = np.array([-(2**31), 2**31 - 1] * 3, np.int32)
    pictures = int8_pictures(one().shape, 1)
    assert_same(joined(changed(part, "b", data=limits)), [[p] for p in pictures], sanitize=True)


@pytest.mark.parametrize("bias", ["int64", "int32"])
def test_int16_sums_of_many_products(bias: str) -> None:
    """Longer than what fits 32 bits, all products as large as they can be."""
    row = Windowed("VALID", Axis(1, 1, 1, 1), Axis(9, 9, 1, 1), 1, "NONE")
    case = one(row, group_channels=120, scales=evolve(WIDE, gain=1e-6, bias=bias))
    part = changed(case.part(), "w", data=np.full((6, 1, 9, 120), -128))
    least = np.full(case.shape, -32768, np.int16)
    assert_same(joined(part), [[least], [-1 - least]], sanitize=True)


@pytest.mark.parametrize("bias", [2**46, -(2**62), 2**63 - 1])
def test_int16_sums_of_more_than_32_bits(bias: int) -> None:
    part = one(scales=evolve(WIDE, gain=1e-9)).part()
    part = changed(part, "b", data=np.full(6, bias))
    assert_same(joined(part), [[p] for p in int16_pictures(one().shape, 1)], sanitize=True)


def test_zero_points_of_int16_are_ignored_as_the_reference_does() -> None:
    part = one(scales=evolve(WIDE, x_zero=9000, y_zero=-7000)).part()
    assert_same(joined(part), [[p] for p in int16_pictures(one().shape, 1)])


def test_outputs_that_are_many_steps_for_one_product() -> None:
    assert findings(joined(one(scales=evolve(WIDE, gain=8000.0)).part())) == ""
    assert "an output scale of 0.1" in findings(joined(one(scales=evolve(WIDE, gain=1e5)).part()))


def test_float_sums_beyond_the_finite_numbers() -> None:
    part = one(scales=None, window=evolve(HARD, activation="NONE")).part()
    ones = np.ones(one().shape, np.float32)
    large = np.full((6, 3, 4, 3), 3e38)
    assert_same(joined(changed(part, "w", data=large)), [[ones], [-ones]])


def test_a_weight_scale_of_zero_leaves_the_zero_point() -> None:
    part = changed(one().part(), "w", scales=[0.0, 0.001, 0.0, 0.002, 0.003, 0.0])
    assert_same(joined(part), [[p] for p in int8_pictures(one().shape, 1)])


def test_the_weights_zero_point_is_ignored_as_the_reference_does() -> None:
    part = changed(one().part(), "w", zero_points=[4, -3, 0, 1, 2, 9])
    assert_same(joined(part), [[p] for p in int8_pictures(one().shape, 1)])


def test_the_cost_counts_every_tap() -> None:
    found = site(one(groups=2, group_channels=3, group_filters=2).part())
    assert found.node.op.cost(found).macs == 2 * (3 * 4) * 4 * (3 * 4 * 3)


def test_the_input_is_read_through_the_window() -> None:
    found = site(one().part())
    window = Window(kernel=(3, 4), stride=(2, 1), dilation=(2, 1), padding=(2, 1))
    assert found.node.op.access(found).reads == (window, Whole(), Whole())


def test_rows_are_made_in_any_order() -> None:
    access = site(one().part()).node.op.access(site(one().part()))
    assert access.reversible and not access.channelwise
    alone = site(one(groups=3, group_channels=1, group_filters=1).part())
    assert alone.node.op.access(alone).channelwise


def test_padding_that_a_pass_folded_in() -> None:
    """PAD before a VALID convolution equals the same padding in the convolution's options."""
    case = one(Windowed("VALID", Axis(8, 3, 2, 1), Axis(9, 4, 1, 1), 1, "NONE"))
    found = site(case.part())
    smaller = evolve(found.input(0), shape=(1, 5, 7, 3))
    padded = evolve(
        found,
        node=evolve(found.node, attrs=evolve(found.attrs, pads=(1, 2, 2, 0))),
        inputs=(smaller, *found.inputs[1:]),
    )
    assert found.node.op.infer(padded) == (found.output.shape,)
    (made,) = found.node.op.lower(padded, load_target("host").core)
    assert [made.params[name] for name in ("pad_top", "pad_left", "in_h", "out_h")] == [1, 2, 5, 3]


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("x", {"dtype": "int32"}, "type int32"),
        ("x", {"scale": None}, "no scale"),
        ("y", {"dtype": "int32"}, "output of type int32"),
        ("w", {"dtype": "uint8", "data": np.zeros((6, 3, 4, 3))}, "type uint8"),
        ("w", {"scales": [0.1] * 5}, "5 scales for 6 output channels"),
        ("w", {"scales": None}, "0 scales for 6 output channels"),
        ("w", {"shape": (6, 3, 4, 2), "data": np.zeros((6, 3, 4, 2))}, "weights for 2 channels"),
        ("w", {"shape": (18, 12), "data": np.zeros((18, 12))}, "rank 2"),
        ("w", {"shape": (6, 0, 4, 3), "data": b""}, "no elements"),
        ("b", {"dtype": "int64"}, "type int64"),
        ("b", {"shape": (5,), "data": np.zeros(5)}, "5 elements for 6 output channels"),
        ("y", {"shape": (2, 3, 4, 5)}, "should have shape [2, 3, 4, 6]"),
    ],
)
def test_unsupported_tensors(name: str, fields: dict[str, Any], words: str) -> None:
    assert words in findings(joined(changed(one().part(), name, **fields)))


def test_a_window_larger_than_the_picture() -> None:
    part = with_options(one().part(), padding="VALID")
    assert "a window larger than the picture" in findings(
        joined(changed(part, "x", shape=(2, 5, 3, 3)))
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"strideH": 0}, "stride 0"),
        ({"strideW": 40000}, "stride 40000"),
        ({"dilationWFactor": -1}, "dilation -1"),
        ({"dilationHFactor": 20000}, "covers 40001 pixels"),
    ],
)
def test_unsupported_options(options: dict[str, Any], words: str) -> None:
    assert words in findings(joined(with_options(one().part(), **options)))


@pytest.mark.parametrize("node", [213, 218])
def test_int8_with_one_scale_in_a_published_model(node: int) -> None:
    assert_node("models/eiq_model_zoo__dperson_shufflenetv2.tflite", node)
