"""depthwise_s8 and depthwise_sixteens_s8: any window with MVE, against plain C."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from attrs import evolve

from microflow.ops import _depthwise_sixteens
from microflow.targets import load_target
from tests.kernels.harness import (
    HOSTS,
    Job,
    Way,
    bands,
    check,
    check_packed,
    job,
    outputs,
    over,
    pieces,
    whole,
)
from tests.kernels.test_avr import biases, changed, shifts
from tests.ops.kernels import split
from tests.ops.test_depthwise_conv_2d import PLAIN, Case
from tests.ops.windows import Axis, Windowed, int8_pictures, site

M55 = load_target("cortex-m55").core
RANDOM = np.random.default_rng(3)


def drawn_cases() -> Iterator[Case]:
    """Yields layers with all kinds of windows, channels and multipliers, and some of one window."""
    for i in range(60):
        kernels = [int(n) for n in RANDOM.choice([1, 2, 3, 5, 7], 2)]
        dilations = [int(n) for n in RANDOM.choice([1, 1, 2], 2)]
        strides = [1, 1] if max(dilations) > 1 else [1 + i % 2, 1 + i // 2 % 2]
        rows, columns = (
            Axis((k - 1) * d + 1 + int(RANDOM.integers(0, 5)), k, s, d)
            for k, d, s in zip(kernels, dilations, strides, strict=True)
        )
        window = Windowed(("SAME", "VALID")[i % 2], rows, columns, 1 + i % 2, "RELU6")
        channels, multiplier = [(5, 1), (16, 1), (21, 1), (1, 8), (3, 5), (2, 19)][i % 6]
        numbers = evolve(PLAIN, x_zero=int(RANDOM.integers(-128, 128)), seed=i)
        yield Case(window, channels, multiplier, True, i, numbers)
    for channels, multiplier in ((5, 1), (18, 1), (3, 4)):
        window = Windowed("VALID", Axis(4, 4, 1, 1), Axis(6, 6, 1, 1), 1, "NONE")
        yield Case(window, channels, multiplier, True, channels, PLAIN)


def jobs() -> Iterator[Job]:
    for case in drawn_cases():
        found = site(case.part())
        (usual,) = found.node.op.lower(found, M55)
        for picture in int8_pictures(case.shape, case.seed)[:2]:
            yield job(found, usual, picture.tobytes())


def ways_of(drawn: Job) -> Iterator[Way]:
    """In every way in which the kernel is called."""
    (data,), (size,) = drawn.inputs, drawn.outputs
    skews = [int(skew) for skew in RANDOM.integers(0, 4, 3)]
    yield whole(drawn, skews)
    if drawn.images == 1:
        yield bands(drawn, split(drawn.out_h, [1]), skews)
    backwards = evolve(drawn.call, params={**drawn.call.params, "order": -1})
    yield whole(evolve(drawn, call=backwards), skews)
    behind = drawn.window.kernel[0] * drawn.window.dilation[0] + 1
    if size <= len(data):
        yield over(drawn, -behind * len(data) // drawn.in_h)


def test_on_the_board() -> None:
    made = list(jobs())
    in_pieces = [each for each in made if each.call.sums]
    others = [way for each in made if not each.call.sums for way in ways_of(each)]
    assert len(in_pieces) >= 6
    assert len(others) > 300
    check("cortex-m55", "mve", others)
    ways = [way for each in in_pieces for way in ways_of(each)]
    for each in in_pieces:
        row = len(each.inputs[0]) // each.in_h
        ways.append(pieces(each, [row] * each.in_h, [1, 2]))
    check("cortex-m55", "mve", ways)


def packed_jobs() -> Iterator[tuple[Job, Job]]:
    """Yields the usual calls and the packed ones, where there are some."""
    for case in drawn_cases():
        found = site(case.part())
        (usual,) = found.node.op.lower(found, M55)
        data = int8_pictures(case.shape, case.seed)[0].tobytes()
        for (made,) in _depthwise_sixteens.designs(found, M55):
            yield job(found, usual, data), job(found, made, data)


@pytest.mark.parametrize("place", HOSTS)
def test_packed_parameters(place: str) -> None:
    both = list(packed_jobs())
    assert len(both) > 20
    check_packed(place, "portable", both, ways_of)


def test_packed_on_the_board() -> None:
    ways = [way for _, packed in packed_jobs() for way in ways_of(packed)]
    assert len(ways) > 60
    check("cortex-m55", "mve", ways)


def layers_of_any_sum() -> Iterator[Job]:
    """Yields layers whose weights are 0, so that biases make sums of all sizes, small ones too."""
    for seed in range(40):
        random, channels = np.random.default_rng(seed), 30 + seed % 4
        window = Windowed("VALID", Axis(2, 2, 1, 1), Axis(1, 1, 1, 1), 1, "NONE")
        found = site(Case(window, channels, 1, True, seed, PLAIN).part())
        (call,) = found.node.op.lower(found, M55)
        yield changed(
            job(found, call, int8_pictures(found.input(0).shape, seed)[0].tobytes()),
            weights=np.zeros(2 * channels, np.int8),
            bias=biases(random, channels),
            multiplier=random.integers(2**30, 2**31, channels).astype("<i4"),
            shift=shifts(random, channels),
            out_zero_point=int(random.integers(-128, 128)),
        )


def test_outputs_of_any_sum_on_the_board() -> None:
    ways = [whole(drawn) for drawn in layers_of_any_sum()]
    check("cortex-m55", "mve", ways)
    assert outputs("cortex-m55", "mve", ways) == outputs("gcc", "portable", ways)
