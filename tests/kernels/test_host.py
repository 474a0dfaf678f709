"""The variants for computers with vector registers give what plain C gives, in every way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
import pytest
from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from microflow.graph.call import KernelCall, Value, array
from microflow.ops import _broadcast
from microflow.targets import load_target
from tests.kernels.harness import HOSTS, Job, Way, bands, check, job, over, pieces, whole
from tests.kernels.test_elements_mve import add_params, clamp, some_bytes, zero_point
from tests.ops import test_conv_2d, test_depthwise_conv_2d
from tests.ops.kernels import Layer, split
from tests.ops.same import Part
from tests.ops.test_rows import safe_distances
from tests.ops.windows import Axis, Windowed, covered, int8_pictures, site

Shape: TypeAlias = tuple[int, ...]
SKEWS = st.lists(st.integers(0, 15), min_size=1, max_size=5)
POINT = Windowed("VALID", Axis(2, 1, 1, 1), Axis(3, 1, 1, 1), 1, "NONE")
ORDERS = st.sampled_from([1, -1])
pytestmark = pytest.mark.parametrize("place", HOSTS)


def lowered(part: Part, seed: int) -> Job:
    """Returns the call of an operator, as it is lowered for any core, on random values."""
    found = site(part)
    (call,) = found.node.op.lower(found, load_target("host").core)
    return job(found, call, int8_pictures(found.input(0).shape, seed)[0].tobytes())


def ordered(drawn: Job, order: int) -> Job:
    """Returns the same with pixels in another order."""
    call = drawn.call
    return evolve(drawn, call=evolve(call, params={**call.params, "order": order}))


def ways_of(drawn: Job, order: int, cuts: list[int], skews: list[int]) -> list[Way]:
    """Returns the ways in which a window goes over a picture."""
    turned = ordered(drawn, order)
    rows, between = drawn.images * drawn.out_h, range(0, drawn.images * drawn.out_h, drawn.out_h)
    sizes = split(rows, [*cuts, *between])
    return [whole(turned, skews), bands(turned, sizes, skews), bands(turned, [1] * rows)]


@st.composite
def window_cases(draw: st.DrawFn, window: st.SearchStrategy[Windowed] | None = None) -> Any:
    """Draws a convolution, now and then one with filters of single channels."""
    kinds = (test_conv_2d.cases(quantised=True), test_depthwise_conv_2d.cases(quantised=True))
    drawn: Any = draw(st.one_of(*kinds))
    return drawn if window is None else evolve(drawn, window=draw(window))


def windowed(window: st.SearchStrategy[Windowed] | None = None) -> st.SearchStrategy[Job]:
    """Draws the call of one."""
    return window_cases(window).map(lambda case: lowered(case.part(), case.seed))


def by_rows(drawn: Job) -> bool:
    """Tells whether a call goes over its picture row by row; those of one pixel do not."""
    return drawn.call.row_pointers > 0


@settings(deadline=None, max_examples=30)
@given(windowed().filter(by_rows), ORDERS, st.lists(st.integers(1, 20)), SKEWS)
def test_windows(place: str, drawn: Job, order: int, cuts: list[int], skews: list[int]) -> None:
    check(place, "host", ways_of(drawn, order, cuts, skews))


def several(**more: Any) -> test_conv_2d.Case:
    """Returns a convolution over a few pixels."""
    side = Axis(5, 3, 1, 1)
    return test_conv_2d.one(Windowed("SAME", side, Axis(6, 3, 1, 1), 1, "NONE"), **more)


@pytest.mark.parametrize("filters", [1, 2, 31, 32, 33, 67])
@pytest.mark.parametrize("channels", [1, 7, 8, 16, 19])
def test_strips_of_filters(place: str, filters: int, channels: int) -> None:
    case = several(group_filters=filters, group_channels=channels)
    check(place, "host", [whole(lowered(case.part(), 1), [1, 2])])


@pytest.mark.parametrize("channels", [511, 512, 513])
def test_windows_that_are_too_large_to_lay_down(place: str, channels: int) -> None:
    """A window of 3 x 3 has 4608 values where there are 512 channels."""
    drawn = lowered(several(group_channels=channels, group_filters=3).part(), 1)
    check(place, "host", [whole(drawn), bands(drawn, [1] * drawn.out_h, [3])])


@pytest.mark.parametrize("multiplier", [1, 2, 8])
@pytest.mark.parametrize("channels", [1, 8, 16, 31, 32, 33, 70])
def test_strips_of_channels(place: str, channels: int, multiplier: int) -> None:
    window = Windowed("SAME", Axis(4, 3, 1, 1), Axis(5, 3, 2, 1), 1, "RELU6")
    case = test_depthwise_conv_2d.one(window=window, channels=channels, multiplier=multiplier)
    check(place, "host", [whole(lowered(case.part(), 1), [1, 2])])


@pytest.mark.parametrize("kernel", [11, 12, 65])
def test_windows_of_many_taps(place: str, kernel: int) -> None:
    """The taps of a larger window than 128 are not looked up; a table of 4096 is turned."""
    window = Windowed("SAME", Axis(3, kernel, 1, 1), Axis(4, kernel, 1, 1), 1, "NONE")
    for channels, multiplier in [(5, 1), (1, 1), (1, 3)]:
        case = test_depthwise_conv_2d.one(window=window, channels=channels, multiplier=multiplier)
        check(place, "host", [whole(lowered(case.part(), 1))])


@settings(deadline=None, max_examples=20)
@given(
    windowed(st.one_of(covered(columns=False), covered(exactly=True))).filter(by_rows),
    st.lists(st.integers(1, 5)),
    SKEWS,
)
def test_windows_in_pieces(place: str, drawn: Job, cuts: list[int], skews: list[int]) -> None:
    """Whole rows at a time, as a band makes them."""
    assume(drawn.call.sums > 0)
    (picture,) = drawn.inputs
    row = len(picture) // drawn.in_h
    counts = [rows * row for rows in split(drawn.in_h, cuts)]
    check(place, "host", [whole(drawn), pieces(drawn, counts, skews)])


@settings(deadline=None, max_examples=20)
@given(window_cases(), ORDERS, st.integers(0, 10**6))
def test_windows_over_the_input(place: str, case: Any, order: int, chance: int) -> None:
    """Whatever the access allows to be overwritten may be, where pixels are made together too."""
    drawn, found = ordered(lowered(case.part(), case.seed), order), site(case.part())
    assume(by_rows(drawn))
    safe = safe_distances(Layer(found, drawn.inputs[0]), order)
    distances = {safe[0], safe[-1], safe[chance % len(safe)]}
    check(place, "host", [over(drawn, distance) for distance in sorted(distances)])


def scaled(seed: int, shifts: tuple[int, int]) -> Job:
    """Returns a convolution of one tap, whose sums and scales are as extreme as they may be."""
    drawn = lowered(test_conv_2d.one(POINT, group_filters=1021, group_channels=2).part(), seed)
    random, count = np.random.default_rng(seed), 1021
    limits = [-(2**31), 2**31 - 1, -(2**30), 2**30, -1, 0, 1]
    bias = np.where(
        random.random(count) < 0.5,
        random.choice(limits, count),
        random.integers(-(2**31), 2**31, count) >> random.integers(0, 31, count),
    )
    multiplier = random.integers(2**30, 2**31, count)
    multiplier = np.where(random.random(count) < 0.5, multiplier, [2**30] * count)
    multiplier[:40] = [2**31 - 1, 0] * 20
    params = {
        **drawn.call.params,
        "bias": array("bias", bias.astype(np.int32)),
        "multiplier": array("multiplier", multiplier.astype(np.int32)),
        "shift": array("shift", random.integers(*shifts, count, np.int8, endpoint=True)),
        **clamp(),
    }
    return evolve(drawn, call=evolve(drawn.call, params=params))


@pytest.mark.parametrize("shifts", [(-31, 0), (-12, 0), (-2, 0), (0, 0), (-31, 30)])
def test_extreme_sums_and_scales(place: str, shifts: tuple[int, int]) -> None:
    """Magnitudes are rounded as values are; shifts to the left are left to plain C."""
    check(place, "host", [whole(scaled(seed, shifts)) for seed in range(8)])


def sums(i: int) -> Iterator[Job]:
    """Yields sums of few elements and of many, which are added by tables; operands are repeated."""
    shapes: list[tuple[Shape, Shape]] = [((1021,), (1021,)), ((1057,), (1057,))]
    shapes += [((33, 40), (1, 40)), ((3, 11, 40), (3, 1, 40)), ((1200,), (1,)), ((7, 3), (7, 1))]
    for a, b in shapes:
        zeros: dict[str, Value] = {"a_zero_point": zero_point(), "b_zero_point": zero_point()}
        params = {**_broadcast.layout(a, b), **zeros, **clamp(), **add_params(i)}
        made = int(np.prod(np.broadcast_shapes(a, b)))
        inputs = tuple(some_bytes(int(np.prod(shape))) for shape in (a, b))
        yield Job(KernelCall("add_s8", (0, 1), (2,), params), inputs, (made,))


def test_sums(place: str) -> None:
    for i in range(5):
        drawn = list(sums(i))
        alone = [whole(one, [i, 1]) for one in drawn]
        above = [over(drawn[1], 0), over(drawn[1], 0, operand=1), over(drawn[4], 0)]
        check(place, "host", [*alone, *above])
