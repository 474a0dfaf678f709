"""Depthwise convolutions by strips: packed parameters against plain C, variants against both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.call import KernelCall
from microflow.graph.ir import Site
from microflow.ops import _depthwise3x3, _depthwise_pairs
from microflow.targets import load_target
from tests.kernels.harness import HOSTS, Job, Way, bands, check, check_packed, job, over, whole
from tests.ops.kernels import split
from tests.ops.test_depthwise_conv_2d import PLAIN, Case
from tests.ops.windows import Axis, Scales, Windowed, int8_pictures, scales, site

M4 = load_target("cortex-m4").core


def designed(found: Site) -> list[KernelCall]:
    """Returns the calls for cores with the instructions."""
    every = (_depthwise3x3.designs(found, M4), _depthwise_pairs.designs(found, M4))
    return [made for designs in every for (made,) in designs]


@st.composite
def axes(draw: st.DrawFn, padding: str, most: int, strides: st.SearchStrategy[int]) -> Axis:
    """Draws a direction of a window, small ones as a rule."""
    kernel = draw(st.sampled_from([3, 3, 3, 1, 2, 4, 5, 7]))
    dilation = draw(st.sampled_from([1, 1, 1, 2])) if most < 10 else 1
    least = (kernel - 1) * dilation + 1 if padding == "VALID" else 1
    return Axis(draw(st.integers(least, least + most)), kernel, draw(strides), dilation)


@st.composite
def usual_scales(draw: st.DrawFn) -> Scales:
    """Draws scales whose factors are below a half."""
    return evolve(draw(scales()), gain=draw(st.sampled_from([0.2, 0.01, 0.0007, 1e-6, 1e-12])))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    padding = draw(st.sampled_from(["SAME", "VALID"]))
    rows = draw(axes(padding, 5, st.integers(1, 3)))
    columns = draw(axes(padding, 14, st.sampled_from([1, 1, 2])))
    columns = evolve(columns, size=columns.size + draw(st.sampled_from([0, 0, 0, 66])))
    return Case(
        window=Windowed(padding, rows, columns, draw(st.integers(1, 2)), "NONE"),
        channels=draw(st.sampled_from([4, 8, 12, 5, 6, 7, 9])),
        multiplier=1,
        biased=draw(st.booleans()),
        seed=draw(st.integers(0, 999)),
        scales=draw(usual_scales()),
    )


def pictures(case: Case) -> list[bytes]:
    return [picture.tobytes() for picture in int8_pictures(case.shape, case.seed)]


def jobs(case: Case) -> list[tuple[Job, Job]]:
    """Returns the call in plain C and the packed ones, on several pictures."""
    found = site(case.part())
    (usual,) = found.node.op.lower(found, M4)
    return [
        (job(found, usual, data), job(found, made, data))
        for made in designed(found)
        for data in pictures(case)
    ]


def ways_of(drawn: Job, skews: list[int]) -> list[Way]:
    """All rows, rows in bands, and rows over those that no later row reads."""
    rows = drawn.images * drawn.out_h
    found = [whole(drawn, skews), bands(drawn, [1] * rows), bands(drawn, split(rows, [2]), skews)]
    (data,), (size,) = drawn.inputs, drawn.outputs
    if size == len(data):  # as many rows as there are
        found.append(over(drawn, -drawn.window.kernel[0] * len(data) // rows))
    return found


SKEWS = st.lists(st.integers(0, 3), min_size=2, max_size=4)


@settings(deadline=None, max_examples=25)
@given(case=cases(), skews=SKEWS)
@pytest.mark.parametrize("place", HOSTS)
def test_on_this_computer(place: str, case: Case, skews: list[int]) -> None:
    check_packed(place, "dsp", jobs(case), lambda packed: ways_of(packed, skews))


def drawn_cases(count: int, kernels: Sequence[int]) -> list[Case]:
    """Returns cases of all widths, strides and paddings."""
    random = np.random.default_rng(7)
    found = []
    for i in range(count):
        padding, stride, kernel = (
            ("SAME", "VALID")[i % 2],
            1 + i // 2 % 2,
            kernels[i % len(kernels)],
        )
        width = kernel + i % 13 + (i % 10 == 9) * 64  # more than fit scratch memory at a time
        height = int(random.integers(kernel, kernel + 4))
        rows, columns = (Axis(size, kernel, stride, 1) for size in (height, width))
        gain = float(random.choice([0.2, 0.02, 0.003, 1e-5]))
        zeros = random.integers(-128, 128, 2)
        lowest = i % 3 == 0  # the form of outputs that ReLU leaves
        y_zero = -128 if lowest else int(zeros[1])
        made = evolve(PLAIN, gain=gain, x_zero=int(zeros[0]), y_zero=y_zero, seed=i)
        channels = int(random.choice([4, 8, 7]))
        window = Windowed(padding, rows, columns, 1, "NONE")
        found.append(Case(window, channels, 1, True, i, made))
    return found


@pytest.mark.parametrize("kernel", ["depthwise3x3_s8", "depthwise_pairs_s8"])
@pytest.mark.parametrize("board", ["cortex-m4", "cortex-m33", "cortex-m7"])
def test_on_boards(board: str, kernel: str) -> None:
    kernels = [3] if kernel == "depthwise3x3_s8" else [5, 4, 7, 2, 3]
    drawn = drawn_cases(52 if board == "cortex-m4" else 12, kernels)
    ways = [
        way
        for case in drawn
        for _, packed in jobs(case)
        if packed.call.kernel == kernel
        for way in ways_of(packed, [case.seed % 4, 1, case.seed // 4 % 4])
    ]
    assert len(ways) > 5 * len(drawn)
    check(board, "dsp", ways)
