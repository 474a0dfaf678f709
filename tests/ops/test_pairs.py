"""Convolutions packed by pairs of filters against the reference, in whole models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops import test_depthwise_conv_2d as depthwise
from tests.ops.paired import cases, tamed
from tests.ops.same import Array, Part, assert_same, joined
from tests.ops.test_conv_2d import PLAIN, Case, one
from tests.ops.windows import Axis, Windowed, changed, check_int8, int8_pictures, with_options
from tests.run.nets import Net
from tests.run_model import compiled

NAME = "conv2d_pairs_s8"
SQUARE = Windowed("SAME", Axis(5, 3, 1, 1), Axis(7, 3, 1, 1), 2, "NONE")
RELU = evolve(PLAIN, y_zero=-128)


@frozen
class Tamed:
    """A case whose weights and biases are those of a layer."""

    case: Case | depthwise.Case

    @property
    def shape(self) -> tuple[int, ...]:
        return self.case.shape

    @property
    def seed(self) -> int:
        return self.case.seed

    def part(self) -> Part:
        return tamed(self.case.part(), self.seed)


def kernels(*parts: Part) -> Sequence[str]:
    return compiled(joined(*parts), isa=("dsp",)).kernels


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(), min_size=4, max_size=8))
def test_int8(drawn: list[Case]) -> None:
    check_int8([Tamed(case) for case in drawn], isa=("dsp",))


WINDOWS = [
    SQUARE,
    evolve(SQUARE, columns=Axis(9, 3, 2, 2)),
    evolve(SQUARE, activation="RELU", padding="VALID"),
    Windowed("SAME", Axis(4, 1, 1, 1), Axis(4, 1, 1, 1), 1, "NONE"),
    Windowed("SAME", Axis(9, 10, 2, 1), Axis(11, 8, 2, 1), 1, "RELU"),
    Windowed("SAME", Axis(6, 3, 1, 3), Axis(1, 1, 1, 1), 1, "NONE"),
    Windowed("SAME", Axis(7, 3, 1, 2), Axis(1, 1, 1, 1), 1, "NONE"),
    Windowed("VALID", Axis(1, 1, 1, 1), Axis(8, 5, 2, 1), 1, "NONE"),
]


@pytest.mark.parametrize("channels", [1, 3, 8])
def test_it_is_taken(channels: int) -> None:
    shape = {"group_channels": channels, "group_filters": 4 + channels % 2, "scales": RELU}
    drawn = [Tamed(one(window, seed=6, **shape)) for window in WINDOWS]
    assert kernels(*(case.part() for case in drawn)) == (NAME,)
    check_int8(drawn, isa=("dsp",), sanitize=True)


@pytest.mark.parametrize(("kernel", "dilation"), [(3, 1), (5, 2), (3, 3)])
def test_a_column_that_is_laid_down_keeps_to_its_memory(kernel: int, dilation: int) -> None:
    window = Windowed("SAME", Axis(12, kernel, 1, dilation), Axis(1, 1, 1, 1), 1, "NONE")
    case = Tamed(one(window, group_channels=8, group_filters=4, scales=RELU, seed=6))
    made = compiled(joined(case.part()), isa=("dsp",))
    ((call,),) = made.calls
    assert call.kernel == NAME
    assert call.scratch <= made.plan.work.tasks[0].scratch
    assert (call.params["in_h"] == 1) == (dilation <= 2)  # else what lies between costs more


def test_depthwise_of_one_channel_is_the_same() -> None:
    case = Tamed(depthwise.Case(SQUARE, 1, 6, True, 3, evolve(PLAIN, gain=0.01)))
    assert kernels(case.part()) == (NAME,)
    check_int8([case], isa=("dsp",))


def with_channel(weights: Sequence[int], bias: int, scale: float) -> Part:
    """Returns a layer of two filters, of which one has these weights, bias and scale."""
    case = one(SQUARE, group_channels=1, group_filters=2, scales=evolve(PLAIN, y_zero=9))
    taps = np.zeros((2, 3, 3, 1), np.int8)
    taps[0], taps[1].flat = 7, weights
    part = changed(case.part(), "w", data=taps, scales=[1e-3, scale])
    return changed(part, "b", data=np.array([50, bias], np.int32))


NOTHING, SOMETHING = [0] * 9, [-127, 3, 0, 127, 1, 2, -5, 6, 9]


@pytest.mark.parametrize(
    ("weights", "bias", "scale", "packed"),
    [
        (SOMETHING, 8_320_000, 2e-5, True),
        (SOMETHING, -8_320_000, 2e-5, True),
        (SOMETHING, 8_380_000, 2e-5, False),  # a sum of more than 23 bits
        (NOTHING, -(2**31), 0.01, True),  # one output
        (NOTHING, 2**31 - 1, 1e-12, True),
        (SOMETHING, 2**28, 0.01, True),  # always 127
        (SOMETHING, 0, 1e-12, True),  # always the zero point
        (SOMETHING, 0, 0.9, True),
        (SOMETHING, 0, 1.1, False),  # no shift
        ([*[-128] * 8, 1], 0, 0.01, True),
    ],
)
def test_what_a_channel_may_have(
    weights: Sequence[int], bias: int, scale: float, packed: bool
) -> None:
    part = with_channel(weights, bias, scale)
    assert (NAME in kernels(part)) == packed
    given = int8_pictures((2, 5, 7, 1), 4)
    assert_same(joined(part), [[x] for x in given], isa=("dsp",))


def test_two_weights_that_16_bits_do_not_hold() -> None:
    case = one(SQUARE, group_channels=1, group_filters=2, scales=RELU)
    for low, high in [(-1, -128), (0, -128), (-128, 127), (-128, -127)]:
        taps = np.stack([np.full((3, 3, 1), low), np.full((3, 3, 1), high)]).astype(np.int8)
        part = changed(tamed(case.part(), 0), "w", data=taps)
        assert (NAME in kernels(part)) == (256 * high + low >= -(2**15))
        given: list[list[Array]] = [[x] for x in int8_pictures(case.shape, 1)]
        assert_same(joined(part), given, isa=("dsp",))


@pytest.mark.parametrize("filters", [1, 4])
def test_clamps_and_single_filters_stay_in_plain_c(filters: int) -> None:
    case = Tamed(one(SQUARE, group_filters=filters))
    clamped = with_options(case.part(), fusedActivationFunction="RELU")
    part = clamped if filters > 1 else case.part()
    assert NAME not in kernels(part)


@pytest.mark.parametrize("seed", range(4))
def test_layers_over_each_other(seed: int) -> None:
    """What a plan lays over its input, and computes row by row."""
    net = Net("int8", seed)
    x = net.input((1, 11 + seed, 9, 4))
    x = net.conv(x, 8, (1, 1))
    x = net.conv(x, 16, (3, 3), stride=(2, 2))
    x = net.conv(x, 32, (1, 1))
    x = net.depthwise(x, (3, 3))
    x = net.conv(x, 5 + seed, (1, 1))
    x = net.conv(x, 6, (3, 2), padding="VALID")
    model = net.model([net.mean(x)])
    assert NAME in compiled(model, isa=("dsp",)).kernels
    given = [[x] for x in int8_pictures((1, 11 + seed, 9, 4), seed)]
    assert_same(model, given, isa=("dsp",), sanitize=True)
