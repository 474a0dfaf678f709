"""What AVR has in assembly, sums and outputs of layers, against plain C on this computer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from microflow.graph.call import Array
from microflow.targets import load_target
from tests.kernels.harness import Job, Way, bands, job, outputs, pieces, whole
from tests.kernels.test_dots import layer
from tests.ops import test_depthwise_conv_2d
from tests.ops.test_fully_connected import PLAIN
from tests.ops.windows import Axis, Windowed, int8_pictures, site

LIMITS = (-(2**31), 2**31 - 1, -(2**23) - 1, -(2**23), 2**23 - 1, 2**23, -1, 0, 1)


def same(*ways: Way) -> None:
    given = list(ways)
    assert outputs("avr5", "portable", given) == outputs("gcc", "portable", given)


def test_sums() -> None:
    """Depths around the four inputs of a loop, and sums that overflow 16 bits time and again."""
    depths = (*range(1, 10), 31, 64)
    same(*(whole(layer(depth, filters, PLAIN)) for depth in depths for filters in (1, 6)))


def test_sums_of_many_inputs() -> None:
    """Around the depth where sums of three bytes are added to those of four."""
    for depth in (503, 504, 505, 511):
        same(whole(layer(depth, 5, PLAIN)))


def test_sums_of_the_largest_products() -> None:
    """Three bytes hold 504 of them, of either sign; the fifth filter is summed by itself."""
    long = layer(504, 5, PLAIN)
    for weight, value in ((-128, -128), (-128, 127), (127, 127)):
        weights = np.full((5, 504), weight, np.int8)
        inputs = np.full(len(long.inputs[0]), value, np.int8).tobytes()
        same(whole(evolve(changed(long, weights=weights), inputs=(inputs,))))


def test_pieces() -> None:
    """Sums that arrive in parts, of filters in fours and of those that are left."""
    long = changed(layer(504, 7, PLAIN), batches=1)
    one = evolve(long, call=evolve(long.call, sums=7), inputs=(long.inputs[0][:504],), outputs=(7,))
    same(pieces(one, [4, 1, 499]))


def depthwise(channels: int, multiplier: int, dilation: int = 1, limits: bool = False) -> Job:
    """Returns a depthwise layer with windows inside the picture and beyond all its edges."""
    window = Windowed("SAME", Axis(4, 3, 2, 1), Axis(7, 3, 1, dilation), 1, "NONE")
    case = test_depthwise_conv_2d.one(window, channels=channels, multiplier=multiplier)
    found = site(case.part())
    (call,) = found.node.op.lower(found, load_target("host").core)
    return job(found, call, int8_pictures(found.input(0).shape, 1)[limits].tobytes())


def test_windows() -> None:
    """Filters that share a channel and those that do not; rows above and below the picture."""
    for channels, multiplier, dilation in ((4, 1, 1), (7, 1, 2), (1, 8, 1), (2, 4, 1)):
        drawn = depthwise(channels, multiplier, dilation)
        same(whole(drawn), bands(drawn, [1] * drawn.out_h))


def test_windows_of_the_largest_products() -> None:
    """Sums overflow 16 bits time and again, either way."""
    drawn = depthwise(4, 1, limits=True)
    for weight in (-128, 127):
        same(whole(changed(drawn, weights=np.full((9, 4), weight, np.int8))))


def test_outputs() -> None:
    for seed in range(6):
        same(*(whole(drawn) for drawn in outputs_of_any_sum(np.random.default_rng(seed))))


def outputs_of_any_sum(random: np.random.Generator) -> Iterator[Job]:
    """Yields layers whose biases, with few products, make sums of all sizes."""
    few, filters = layer(4, 16, PLAIN), 16
    for _ in range(16):
        step = int(random.integers(2))
        scales = filters if step else 1
        near = random.integers(2**30, 2**31, scales)
        low, high = np.sort(random.integers(-128, 128, 2)).tolist()
        zero_point = int(random.choice([low, random.integers(-128, 128)]))
        yield changed(
            few,
            bias=biases(random, filters),
            multiplier=np.where(random.random(scales) < 0.2, 0, near).astype(np.int32),
            shift=shifts(random, scales),
            scale_step=step,
            out_zero_point=zero_point,
            out_min=low,
            out_max=high,
        )


def biases(random: np.random.Generator, count: int) -> NDArray[np.int32]:
    whole_range = random.integers(-(2**31), 2**31, count)
    sizes = whole_range >> random.integers(0, 31, count)
    return np.where(random.random(count) < 0.2, random.choice(LIMITS, count), sizes).astype("<i4")


def shifts(random: np.random.Generator, count: int) -> NDArray[np.int8]:
    """Most of them to the right, as those of layers are."""
    usual, any_ = random.integers(-16, 0, count), random.integers(-31, 31, count)
    return np.where(random.random(count) < 0.7, usual, any_).astype(np.int8)


def changed(job: Job, **values: int | NDArray[np.int8] | NDArray[np.int32]) -> Job:
    """Returns the job with other parameters."""
    params = dict(job.call.params)
    for name, value in values.items():
        table = params[name]
        if isinstance(table, Array):
            assert isinstance(value, np.ndarray)
            params[name] = evolve(table, data=value.tobytes())
        else:
            assert isinstance(value, int)
            params[name] = value
    return evolve(job, call=evolve(job.call, params=params))
