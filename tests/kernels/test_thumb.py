"""What Armv6-M has in assembly, and its variants: against plain C, here and on the board."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.kernels.harness import HOSTS, Job, check, job, outputs, pieces, whole
from tests.kernels.test_avr import changed, depthwise, outputs_of_any_sum
from tests.kernels.test_blend_s8 import EVERY, designed
from tests.kernels.test_blocked import (
    SKEWS,
    board_convolutions,
    board_depthwises,
    convolutions,
    depthwises,
    made,
    quantised,
    square,
    ways_of,
)
from tests.kernels.test_dots import layer
from tests.ops import test_conv_2d as convolution
from tests.ops import test_depthwise_conv_2d as channelwise
from tests.ops.broadcasting import Case, part
from tests.ops.test_fully_connected import PLAIN
from tests.ops.windows import Axis, Windowed, site

BOARD = "cortex-m0"


@settings(deadline=None, max_examples=20)
@given(case=convolutions(), skews=SKEWS, order=st.sampled_from([1, -1]), hostile=st.booleans())
@pytest.mark.parametrize("place", HOSTS)
def test_convolutions(
    place: str, case: convolution.Case, skews: list[int], order: int, hostile: bool
) -> None:
    drawn = made(case.part(), case.seed, order, hostile)
    assume(drawn.call.row_pointers > 0)  # one window may be a fully connected layer
    check(place, "thumb", ways_of(drawn, skews))


@settings(deadline=None, max_examples=20)
@given(case=depthwises(), skews=SKEWS, order=st.sampled_from([1, -1]), hostile=st.booleans())
@pytest.mark.parametrize("place", HOSTS)
def test_depthwise_convolutions(
    place: str, case: channelwise.Case, skews: list[int], order: int, hostile: bool
) -> None:
    drawn = made(case.part(), case.seed, order, hostile)
    assume(drawn.call.row_pointers > 0)  # one window may be a fully connected layer
    check(place, "thumb", ways_of(drawn, skews))


def many_taps() -> list[Job]:
    """Returns windows around nine taps, or several filters a channel around four at once."""
    shapes = [(1, 4, 1), (2, 33, 1), (3, 64, 1), (4, 12, 1), (5, 8, 1), (6, 3, 1), (3, 1, 4)]
    shapes += [(3, 2, 5), (4, 1, 12), (11, 1, 4), (12, 1, 4)]
    found = []
    for seed, (kernel, channels, multiplier) in enumerate(shapes):
        window = square(3 + kernel, kernel, 1 + seed % 2, ("NONE", "RELU")[seed % 2])
        case = channelwise.Case(window, channels, multiplier, True, seed, quantised(seed))
        found.append(made(case.part(), seed, (1, -1)[seed % 2]))
    return found


@pytest.mark.parametrize("jobs", [board_convolutions, board_depthwises, many_taps])
@pytest.mark.parametrize("skew", [0, 3])
def test_on_the_board(jobs: Any, skew: int) -> None:
    ways = [way for drawn in jobs() for way in ways_of(drawn, [skew, 1])]
    check(BOARD, "thumb", ways)
    assert outputs(BOARD, "thumb", ways) == outputs("gcc", "portable", ways)


def test_the_largest_products() -> None:
    """All inputs and weights at their limits, of either sign."""
    found = []
    for weight in (-128, 127):
        drawn = depthwise(5, 1, limits=True)
        found.append(whole(changed(drawn, weights=np.full((9, 5), weight, np.int8))))
    check(BOARD, "thumb", found)


@pytest.mark.parametrize("place", ["gcc", BOARD])
def test_pieces(place: str) -> None:
    window = Windowed("VALID", Axis(4, 4, 1, 1), Axis(6, 3, 1, 1), 1, "RELU")
    drawn = made(convolution.one(window, groups=2, group_filters=3).part(), 1)
    (picture,), row = drawn.inputs, len(drawn.inputs[0]) // drawn.in_h
    check(place, "thumb", [pieces(drawn, [len(picture)]), pieces(drawn, [row, 3 * row], [1, 2])])


def test_sums() -> None:
    """Depths around the four inputs of a loop; one filter, four and more; at odd addresses."""
    depths = (*range(1, 14), 31, 64, 1025)
    ways = [
        whole(layer(depth, filters, PLAIN), [skew])
        for depth in depths
        for filters in (1, 2, 4, 7)
        for skew in (0, 1)
    ]
    assert outputs(BOARD, "portable", ways) == outputs("gcc", "portable", ways)


def test_outputs() -> None:
    """Of sums of all sizes, with shifts to either side; one scale for all, or one for each."""
    ways = [
        whole(drawn)
        for seed in range(12)
        for drawn in outputs_of_any_sum(np.random.default_rng(seed))
    ]
    assert outputs(BOARD, "portable", ways) == outputs("gcc", "portable", ways)


@pytest.mark.parametrize("place", [BOARD, "lx106"])
@pytest.mark.parametrize("scales", [(0.031, 0.042, 0.053), (0.2, 0.003, 0.06)])
def test_blends_without_long_products(place: str, scales: tuple[float, float, float]) -> None:
    """All pairs of values, with factors large and small."""
    found = site(part("SUB", Case(a=(256, 256), b=(256, 256), scales=scales, zeros=(-128, 127, 5))))
    call = designed(found)
    assert call is not None
    ways = [whole(job(found, call, *EVERY))]
    assert outputs(place, "portable", ways) == outputs("gcc", "portable", ways)


def test_ties() -> None:
    """Sums that lie half way, in either rounding, above zero and below."""
    few = changed(layer(4, 16, PLAIN), weights=np.zeros((16, 4), np.int8))
    halves = changed(few, multiplier=np.full(16, 2**30, np.int32), scale_step=1)
    plain = changed(halves, out_zero_point=0, out_min=-128, out_max=127)
    ways = []
    for start in range(-48, 48, 16):
        near = changed(plain, bias=np.arange(start, start + 16, dtype=np.int32))
        for shift in (0, -1, -2, -3, -4):
            ways.append(whole(changed(near, shift=np.full(16, shift, np.int8))))
    assert outputs(BOARD, "portable", ways) == outputs("gcc", "portable", ways)
