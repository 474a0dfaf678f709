"""conv2d_s8 and depthwise_s8 in blocks: against plain C, here and on emulated boards."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from microflow.targets import load_target
from tests.kernels.harness import HOSTS, Job, Way, bands, check, job, outputs, over, pieces, whole
from tests.ops import test_conv_2d as convolution
from tests.ops import test_depthwise_conv_2d as depthwise
from tests.ops import test_fully_connected as dense
from tests.ops.kernels import split
from tests.ops.same import Part
from tests.ops.windows import Axis, Scales, Windowed, axes, int8_pictures, scales, site

CORE = load_target("cortex-m3").core
BOARDS = ("cortex-m3", "cortex-m4", "rv32imc", "lx106")
CHANNELS = (1, 2, 3, 5, 8, 16, 17, 33, 48, 769)  # the last are too many to be staged
SKEWS = st.lists(st.integers(0, 3), min_size=2, max_size=4)


def made(part: Part, seed: int, order: int = 1, hostile: bool = False) -> Job:
    """Returns the usual call on a random picture; `hostile` biases bring sums to their limits."""
    found = site(part)
    (call,) = found.node.op.lower(found, CORE)
    params: dict[str, Any] = {**call.params}
    if "order" in params:
        params["order"] = order
    if hostile:
        table, random = params["bias"], np.random.default_rng(seed)
        limits = random.choice([-(2**31), 2**31 - 1, 2**30, -(2**30) - 1, 0], len(table.data) // 4)
        params["bias"] = evolve(table, data=limits.astype("<i4").tobytes())
    picture = int8_pictures(found.input(0).shape, seed)[seed % 3]
    return job(found, evolve(call, params=params), picture.tobytes())


def ways_of(drawn: Job, skews: list[int]) -> list[Way]:
    """All rows, rows in bands, and pixels over those that no later pixel reads."""
    rows = drawn.images * drawn.out_h
    found = [whole(drawn, skews), bands(drawn, [1] * rows, skews)]
    if drawn.images == 1:
        found.append(bands(drawn, split(rows, [2]), skews))
    return [*found, *_over(drawn)]


def _over(drawn: Job) -> list[Way]:
    """Where each pixel is made of the one in its place, all but its last channel go beside it."""
    p: Any = drawn.call.params
    point = p["kernel_h"] * p["kernel_w"] * p["stride_h"] * p["stride_w"] == 1
    if not point or (p["in_h"], p["in_w"]) != (p["out_h"], p["out_w"]):
        return []
    pixels = drawn.outputs[0] // p["out_c"]
    less = [i * (p["in_c"] - p["out_c"]) for i in (0, pixels - 1)]
    return [over(drawn, min(less) - p["out_c"] + 1 if p["order"] > 0 else max(less) + p["in_c"])]


@st.composite
def windows(draw: st.DrawFn, activations: tuple[str, ...] = ("NONE", "RELU", "RELU6")) -> Windowed:
    padding = draw(st.sampled_from(["SAME", "VALID"]))
    rows, columns = draw(axes(padding, dilated=True)), draw(axes(padding, dilated=True))
    if draw(st.integers(0, 3)) == 0:  # each pixel from the one in its place
        rows = Axis(draw(st.integers(1, 3)), 1, 1, 1)
        columns = Axis(draw(st.integers(1, 7)), 1, 1, 1)
    images, activation = draw(st.integers(1, 2)), draw(st.sampled_from(activations))
    return Windowed(padding, rows, columns, images, activation)


@st.composite
def convolutions(draw: st.DrawFn) -> convolution.Case:
    """Draws windows of all sizes: staged by three, by two, one by one, and not at all."""
    return convolution.Case(
        window=draw(windows()),
        groups=draw(st.sampled_from([1, 1, 1, 1, 2])),
        group_channels=draw(st.sampled_from(CHANNELS)),
        group_filters=draw(st.integers(1, 9)),
        biased=draw(st.booleans()),
        seed=draw(st.integers(0, 999)),
        scales=draw(scales()),
    )


@st.composite
def depthwises(draw: st.DrawFn) -> depthwise.Case:
    """Draws windows of 3x3 more often than others; one filter a channel, or some."""
    window = draw(windows())
    if draw(st.booleans()) and window.padding == "SAME":
        three = [evolve(axis, kernel=3, dilation=1) for axis in (window.rows, window.columns)]
        window = evolve(window, rows=three[0], columns=three[1])
    return depthwise.Case(
        window=window,
        channels=draw(st.sampled_from(CHANNELS)),
        multiplier=draw(st.sampled_from([1, 1, 2, 8, 11])),
        biased=draw(st.booleans()),
        seed=draw(st.integers(0, 999)),
        scales=draw(scales()),
    )


@settings(deadline=None, max_examples=25)
@given(case=convolutions(), skews=SKEWS, order=st.sampled_from([1, -1]), hostile=st.booleans())
@pytest.mark.parametrize("place", HOSTS)
def test_convolutions(
    place: str, case: convolution.Case, skews: list[int], order: int, hostile: bool
) -> None:
    drawn = made(case.part(), case.seed, order, hostile)
    assume(drawn.call.row_pointers > 0)  # one window may be a fully connected layer
    check(place, "blocked", ways_of(drawn, skews))


@settings(deadline=None, max_examples=25)
@given(case=depthwises(), skews=SKEWS, order=st.sampled_from([1, -1]), hostile=st.booleans())
@pytest.mark.parametrize("place", HOSTS)
def test_depthwise_convolutions(
    place: str, case: depthwise.Case, skews: list[int], order: int, hostile: bool
) -> None:
    drawn = made(case.part(), case.seed, order, hostile)
    assume(drawn.call.row_pointers > 0)  # one window may be a fully connected layer
    check(place, "blocked", ways_of(drawn, skews))


# ---- On boards, many calls in one start of an image ----


def square(size: int, kernel: int, stride: int = 1, activation: str = "RELU") -> Windowed:
    axis = Axis(size, kernel, stride, 1)
    return Windowed("SAME", axis, axis, 1, activation)


def quantised(seed: int) -> Scales:
    """Returns scales with shifts to both sides, and zero points at their limits and between."""
    gain = (0.003, 0.02, 300.0, 1e-9, 0.7)[seed % 5]
    zeros = (-128, 127, 5, -128)
    return Scales(0.05, 0.1, zeros[seed % 3], zeros[seed % 4], gain, bool(seed % 2), seed)


def board_convolutions() -> list[Job]:
    shapes = [(1, 5, 3), (1, 8, 9), (1, 140, 4), (3, 1, 5), (3, 3, 8), (3, 16, 6), (3, 48, 3)]
    found = []
    for seed, (kernel, channels, filters) in enumerate(shapes * 2):
        window = square(5 + seed % 4, kernel, 1 + seed % 2, ("NONE", "RELU")[seed % 3 > 0])
        case = convolution.Case(window, 1, channels, filters, True, seed, quantised(seed))
        found.append(made(case.part(), seed, (1, -1)[seed % 2], seed % 4 == 3))
    return found


def board_depthwises() -> list[Job]:
    shapes = [(3, 5, 1), (3, 16, 1), (3, 35, 1), (3, 1, 8), (4, 1, 9), (5, 2, 1), (3, 2, 19)]
    shapes += [(5, 70, 1), (2, 8, 1)]
    found = []
    for seed, (kernel, channels, multiplier) in enumerate(shapes * 2):
        window = square(4 + seed % 4, kernel, 1 + seed % 2, ("NONE", "RELU")[seed % 3 > 0])
        case = depthwise.Case(window, channels, multiplier, True, seed, quantised(seed))
        found.append(made(case.part(), seed, (1, -1)[seed % 2], seed % 4 == 3))
    return found


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("jobs", [board_convolutions, board_depthwises])
def test_on_boards(board: str, jobs: Any) -> None:
    ways = [way for drawn in jobs() for way in ways_of(drawn, [0])]
    check(board, "blocked", ways)
    assert outputs(board, "blocked", ways) == outputs("gcc", "blocked", ways)


@pytest.mark.parametrize("place", ["gcc", "cortex-m3"])
def test_pieces(place: str) -> None:
    window = Windowed("VALID", Axis(4, 4, 1, 1), Axis(6, 3, 1, 1), 1, "RELU")
    drawn = made(convolution.one(window, groups=2, group_filters=3).part(), 1)
    (picture,), row = drawn.inputs, len(drawn.inputs[0]) // drawn.in_h
    check(place, "blocked", [pieces(drawn, [len(picture)]), pieces(drawn, [row, 3 * row], [1, 2])])


def layers() -> list[Job]:
    """Returns fully connected layers, short and long ones, with all kinds of factors."""
    found = []
    for seed, (depth, filters) in enumerate(
        [(1, 4), (7, 9), (8, 4), (9, 5), (33, 8), (600, 4)] * 2
    ):
        activation = ("NONE", "RELU")[seed % 2]
        case = dense.Case((1,), depth, filters, activation, True, True, seed, quantised(seed))
        found.append(made(case.part(), seed, hostile=seed % 4 == 3))
    return found


@pytest.mark.parametrize("board", ["avr5", "cortex-m0", "cortex-m3", "rv32imc", "lx106"])
def test_layers_come_out_alike_everywhere(board: str) -> None:
    """The loops and the arithmetic that some cores have in assembly."""
    for drawn in ([each] for each in layers()) if board == "avr5" else [layers()]:
        ways = [whole(each) for each in drawn]
        assert outputs(board, "portable", ways) == outputs("gcc", "portable", ways)
