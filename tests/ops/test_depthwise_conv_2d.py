"""DEPTHWISE_CONV_2D against the reference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Whole, Window
from tests.assemble import N, T
from tests.ops.cut import assert_node
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined
from tests.ops.windows import (
    Axis,
    Scales,
    Windowed,
    call,
    changed,
    check_float,
    check_int8,
    check_int16,
    floats,
    int8_pictures,
    int8_weights,
    scales,
    site,
    ties,
    windows,
    with_options,
)
from tests.oracle import tflm
from tests.run_model import compiled


@frozen
class Case:
    """A depthwise convolution; `seed` is that of its weights."""

    window: Windowed
    channels: int
    multiplier: int
    biased: bool
    seed: int
    scales: Scales | None = None  # None: float32

    @property
    def shape(self) -> tuple[int, ...]:
        return self.window.input(self.channels)

    @property
    def filters(self) -> int:
        return self.channels * self.multiplier

    def part(self) -> Part:
        w = self.window
        weights = (1, w.rows.kernel, w.columns.kernel, self.filters)
        made = (
            self._float(weights) if self.scales is None else self._quantised(self.scales, weights)
        )
        inputs = ["x", "w", "b"] if self.biased else ["x", "w"]
        options = w.options(**w.dilations(), depthMultiplier=self.multiplier)
        return Part(made, [N("DEPTHWISE_CONV_2D", inputs, ["y"], options)])

    def _quantised(self, s: Scales, weights: tuple[int, ...]) -> list[T]:
        return [
            s.input(self.shape),
            T("w", "int8", weights, data=int8_weights(weights, self.seed),
              scales=s.weights(self.filters), axis=3),
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
    biases = ("int64",) if activations == "int16" else ()
    return Case(
        window=draw(windows()),
        channels=draw(st.integers(1, 9)),
        multiplier=draw(st.sampled_from([1, 1, 1, 2, 4, 5, 8])),
        biased=draw(st.booleans()),
        seed=draw(st.integers(0, 999)),
        scales=draw(scales(activations, biases)) if quantised else None,
    )


@settings(deadline=None, max_examples=15)
@given(st.lists(cases(quantised=True), min_size=4, max_size=8))
def test_int8(drawn: list[Case]) -> None:
    check_int8(drawn)


@st.composite
def small_steps(draw: st.DrawFn) -> Case:
    """Draws a case whose factors are below a half, wide enough for any kernel."""
    drawn = draw(cases(quantised=True))
    assert drawn.scales is not None
    taken = evolve(drawn.scales, gain=draw(st.sampled_from([0.2, 0.02, 0.0007])))
    window, columns = drawn.window, drawn.window.columns
    columns = evolve(columns, size=columns.size + draw(st.integers(0, 8)), dilation=1)
    window = evolve(window, columns=columns, activation=draw(st.sampled_from(["NONE", "RELU"])))
    return evolve(drawn, window=window, channels=draw(st.integers(1, 9)), scales=taken)


@settings(deadline=None, max_examples=15)
@given(st.lists(small_steps(), min_size=4, max_size=8))
def test_int8_with_the_dsp_extension(drawn: list[Case]) -> None:
    check_int8(drawn, isa=("dsp",))


@settings(deadline=None, max_examples=12)
@given(st.lists(cases(quantised=True, activations="int16"), min_size=4, max_size=8))
def test_int16(drawn: list[Case]) -> None:
    check_int16(drawn)


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(quantised=False), min_size=4, max_size=8))
def test_float32(drawn: list[Case]) -> None:
    check_float(drawn)


PLAIN = Scales(x=0.05, y=0.1, x_zero=-3, y_zero=5, gain=0.004, per_channel=True, seed=1)
WIDE = evolve(PLAIN, activations="int16", bias="int64")
HARD = Windowed("SAME", Axis(5, 3, 2, 2), Axis(7, 4, 1, 1), 2, "RELU6")
POINT = Windowed("SAME", Axis(1, 1, 1, 1), Axis(1, 1, 1, 1), 1, "NONE")


def one(window: Windowed = HARD, **more: Any) -> Case:
    shape = {"channels": 6, "multiplier": 1, "biased": True, "seed": 3}
    return Case(**{"window": window, "scales": PLAIN, **shape, **more})


def test_windows_larger_than_the_picture() -> None:
    small = [Windowed("SAME", Axis(h, 5, s, 1), Axis(w, 7, s, d), 1, "NONE")
             for h, w, s, d in [(1, 1, 1, 1), (2, 3, 1, 3), (3, 2, 3, 1)]]  # fmt: skip
    check_int8([one(window) for window in small])
    check_float([one(window, scales=None) for window in small])


def test_memory_is_read_and_written_within_bounds() -> None:
    drawn = [one(), one(multiplier=5), one(channels=1, multiplier=8), one(channels=3)]
    check_int8(drawn, sanitize=True)
    check_int16([evolve(case, scales=WIDE) for case in drawn], sanitize=True)
    check_float([evolve(case, scales=None) for case in drawn], sanitize=True)


def test_int16_windows_of_many_taps() -> None:
    row = Windowed("VALID", Axis(1, 1, 1, 1), Axis(600, 599, 1, 1), 1, "NONE")
    case = one(row, scales=evolve(WIDE, gain=1e-6))
    part = changed(case.part(), "w", data=np.full((1, 1, 599, 6), -128))
    least = np.full(case.shape, -32768, np.int16)
    assert_same(joined(part), [[least], [-1 - least]], sanitize=True)


SQUARE = Windowed("SAME", Axis(5, 3, 1, 1), Axis(7, 3, 1, 1), 2, "NONE")
WIDE_SQUARE = Windowed("VALID", Axis(6, 5, 1, 1), Axis(140, 5, 2, 1), 1, "RELU")


@pytest.mark.parametrize(
    ("window", "kernel"), [(SQUARE, "depthwise3x3_s8"), (WIDE_SQUARE, "depthwise_pairs_s8")]
)
def test_kernels_for_the_dsp_extension(window: Windowed, kernel: str) -> None:
    case = one(window, channels=7, scales=evolve(PLAIN, y_zero=-128))
    made = compiled(joined(case.part()), isa=("dsp",))
    assert made.kernels == (kernel,)
    check_int8([case, case], isa=("dsp",), sanitize=True)


def test_channels_of_one_value() -> None:
    """Those without weights give what the bias gives, however large it or the shift is."""
    case = one(SQUARE, channels=4, scales=evolve(PLAIN, y_zero=9))
    weights = int8_weights((1, 3, 3, 4), 5)
    weights[..., :3] = 0
    part = changed(case.part(), "w", data=weights, scales=[3e-3, 1e-12, 2.5, 1e-3])
    part = changed(part, "b", data=np.array([-(2**31), 2**31 - 1, 77, 1000], np.int32))
    assert compiled(joined(part), isa=("dsp",)).kernels == ("depthwise3x3_s8",)
    assert_same(joined(part), [[p] for p in int8_pictures(case.shape, 1)], isa=("dsp",))


def test_clang_computes_the_same() -> None:
    drawn = [one(), one(multiplier=5), one(channels=9)]
    check_int8(drawn, compiler="clang", optimise="-O3")
    check_float([evolve(case, scales=None) for case in drawn], compiler="clang", optimise="-O3")


@pytest.mark.parametrize("seed", [0, 2, 5])
def test_the_factor_is_computed_in_double_precision(seed: int) -> None:
    near = ties(seed)
    case = one(POINT, channels=1, multiplier=len(near.sums))
    part = changed(changed(case.part(), "x", scale=near.x), "y", scale=near.y)
    part = changed(part, "b", data=near.sums)
    shape = (1, 1, 1, case.filters)
    part = changed(part, "w", scales=[near.w], data=np.zeros(shape))
    assert_same(joined(part), [[np.zeros(case.shape, np.int8)]])


def test_sums_that_overflow_wrap() -> None:
    part = one(scales=evolve(PLAIN, gain=1e-9, x_zero=127)).part()
    limits = np.array([-(2**31), 2**31 - 1] * 3, np.int32)
    pictures = int8_pictures(one().shape, 1)
    assert_same(joined(changed(part, "b", data=limits)), [[p] for p in pictures], sanitize=True)


def test_an_optional_bias_may_be_absent() -> None:
    """The reference does not survive a bias of -1, but knows two inputs."""
    part = one(biased=False).part()
    absent = evolve(part, nodes=[evolve(part.nodes[0], inputs=["x", "w", -1])])
    pictures = [[p] for p in int8_pictures(one().shape, 1)]
    assert_outputs(joined(absent), pictures, [tflm(joined(part), p) for p in pictures])


@pytest.mark.parametrize("multiplier", [0, 1, 7])
def test_the_multiplier_follows_from_the_shapes(multiplier: int) -> None:
    """Some files say 0; the reference computes part of the output from what they say."""
    case = one(multiplier=2)
    wrong = joined(with_options(case.part(), depthMultiplier=multiplier))
    right = joined(case.part())
    pictures = [[p] for p in int8_pictures(case.shape, 1)]
    assert_outputs(wrong, pictures, [tflm(right, p) for p in pictures])


def test_the_cost_counts_every_tap() -> None:
    found = site(one(multiplier=2).part())
    assert found.node.op.cost(found).macs == 2 * (3 * 7) * 12 * (3 * 4)


@pytest.mark.parametrize(
    ("padding", "rows", "batches", "sums"),
    [
        ("VALID", Axis(3, 3, 1, 1), 1, 6),
        ("SAME", Axis(3, 3, 4, 1), 1, 6),
        ("SAME", Axis(3, 4, 3, 1), 1, 0),  # taps beside the picture
        ("VALID", Axis(3, 3, 1, 1), 2, 0),
        ("VALID", Axis(4, 3, 1, 1), 1, 0),
        ("VALID", Axis(3, 2, 1, 2), 1, 0),
    ],
)
def test_sums_where_the_window_is_the_picture(
    padding: str, rows: Axis, batches: int, sums: int
) -> None:
    window = Windowed(padding, rows, Axis(5, 5, 5, 1), batches, "NONE")
    assert call(one(window, channels=3, multiplier=2).part()).sums == sums


def test_channels_by_themselves() -> None:
    for multiplier, alone in ((1, True), (2, False)):
        found = site(one(multiplier=multiplier).part())
        access = found.node.op.access(found)
        assert (access.channelwise, access.reversible) == (alone, True)


def test_the_input_is_read_through_the_window() -> None:
    found = site(one().part())
    window = Window(kernel=(3, 4), stride=(2, 1), dilation=(2, 1), padding=(2, 1))
    assert found.node.op.access(found).reads == (window, Whole(), Whole())


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("x", {"dtype": "int32"}, "type int32"),
        ("y", {"scale": None}, "no scale"),
        ("w", {"scales": [0.1] * 5, "axis": 3}, "5 scales for 6 output channels"),
        ("w", {"shape": (2, 3, 4, 3), "data": np.zeros((2, 3, 4, 3))}, "[2, 3, 4, 3]"),
        ("w", {"shape": (1, 3, 4, 9), "data": np.zeros((1, 3, 4, 9))}, "input of 6 channels"),
        ("w", {"shape": (12, 6), "data": np.zeros((12, 6))}, "rank 2"),
        ("b", {"dtype": "int64"}, "type int64"),
        ("b", {"shape": (7,), "data": np.zeros(7)}, "7 elements for 6 output channels"),
        ("y", {"shape": (2, 3, 7, 12)}, "should have shape [2, 3, 7, 6]"),
    ],
)
def test_unsupported_tensors(name: str, fields: dict[str, Any], words: str) -> None:
    assert words in findings(joined(changed(one().part(), name, **fields)))


def test_int16_with_a_bias_that_the_reference_reads_as_64_bits() -> None:
    found = findings(joined(one(scales=evolve(WIDE, bias="int32")).part()))
    assert "a bias of type int32 beside int16" in found


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"strideH": -1}, "stride -1"),
        ({"dilationWFactor": 0}, "dilation 0"),
        ({"padding": "VALID", "dilationHFactor": 3}, "a window larger than the picture"),
    ],
)
def test_unsupported_options(options: dict[str, Any], words: str) -> None:
    assert words in findings(joined(with_options(one().part(), **options)))


@pytest.mark.parametrize("node", [0, 1, 3, 25])
def test_layers_of_a_published_model(node: int) -> None:
    """Multiplier 8, strides of 1 and 2 on even pictures, a picture as small as the window."""
    assert_node("models/microflow_rs__person_detect.tflite", node)
