"""Kernels on elements, and pools, with MVE: against plain C on the emulated board."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from microflow.graph.call import KernelCall, Value, array
from microflow.ops import _broadcast
from tests.kernels.harness import Job, Way, check, over, whole

RANDOM = np.random.default_rng(11)
COUNTS = (1, 3, 4, 7, 15, 16, 17, 40, 131)
LIMITS = ((-128, 127), (-128, 60), (-5, 127), (20, 20))
SHAPES = (((5, 4), (5, 4)), ((3, 7), (1, 7)), ((3, 1), (3, 5)), ((6,), (1,)))


def some_bytes(count: int) -> bytes:
    """Returns bytes, a third of which are the extremes."""
    drawn = RANDOM.integers(-128, 128, count)
    extremes = RANDOM.choice([-128, 127], count)
    return np.where(RANDOM.random(count) < 0.3, extremes, drawn).astype(np.int8).tobytes()


def number(least: int, most: int) -> int:
    return int(RANDOM.integers(least, most, endpoint=True))


def zero_point() -> int:
    return int(RANDOM.choice([-128, 127, number(-128, 127)]))


def multiplier() -> int:
    return int(RANDOM.choice([0, 1 << 30, (1 << 31) - 1, number(1 << 30, (1 << 31) - 1)]))


def clamp() -> dict[str, Value]:
    low, high = LIMITS[number(0, len(LIMITS) - 1)]
    return {"out_zero_point": zero_point(), "out_min": low, "out_max": high}


def add_params(i: int) -> dict[str, Value]:
    """Returns the scales of a sum: an operand is halved, or both, or, for the sake of it, none."""
    half, other = (1 << 30, 0), (multiplier(), number(-12, -1))
    pairs = ((half, other), (other, half), (half, half), (other, other))[i % 4]
    return {
        "a_multiplier": pairs[0][0],
        "a_shift": pairs[0][1],
        "b_multiplier": pairs[1][0],
        "b_shift": pairs[1][1],
        "out_multiplier": multiplier(),
        "out_shift": number(-22, -14) if i % 5 else 0,
    }


def mul_params(i: int) -> dict[str, Value]:
    return {"multiplier": multiplier(), "shift": number(-12, 0) if i % 4 else number(0, 3)}


def binary_jobs(kernel: str, params: Callable[[int], dict[str, Value]]) -> Iterator[Job]:
    shapes = [*SHAPES, *(((n,), (n,)) for n in COUNTS)]
    for i, (a, b) in enumerate(shapes * 6):
        zeros: dict[str, Value] = {"a_zero_point": zero_point(), "b_zero_point": zero_point()}
        given = {**_broadcast.layout(a, b), **zeros, **clamp(), **params(i)}
        sizes = [int(np.prod(shape)) for shape in (a, b)]
        made = int(np.prod(np.broadcast_shapes(a, b)))
        yield Job(KernelCall(kernel, (0, 1), (2,), given), tuple(map(some_bytes, sizes)), (made,))


def unary_jobs(kernel: str, params: Callable[[int], dict[str, Value]]) -> Iterator[Job]:
    for i, count in enumerate(COUNTS * 5):
        call = KernelCall(kernel, (0,), (1,), {"count": count, **params(i)})
        yield Job(call, (some_bytes(count),), (count,))


def lookup_params(i: int) -> dict[str, Value]:
    return {"table": array("table", np.frombuffer(some_bytes(256), np.int8))}


def flips() -> dict[str, Value]:
    return {"in_flip": int(RANDOM.choice([0, -128])), "out_flip": int(RANDOM.choice([0, -128]))}


def requantize_params(i: int) -> dict[str, Value]:
    shift = number(-9, -1) if i % 4 else number(0, 3)
    scale = {"multiplier": multiplier(), "shift": shift, "in_zero_point": zero_point()}
    return {**clamp(), **flips(), **scale}


def clamp_params(i: int) -> dict[str, Value]:
    low, high = LIMITS[i % len(LIMITS)]
    return {"offset": number(-255, 255), "out_min": low, "out_max": high, **flips()}


def blend_jobs() -> Iterator[Job]:
    """Yields sums that take no more than 32 bits, some of them all of those."""
    for count in COUNTS * 5:
        most = 1 << number(20, 30)
        factors = {f"{name}_factor": number(-most, most) for name in "ab"}
        params: dict[str, Value] = {"count": count, "offset": number(-most, most), **factors}
        call = KernelCall("blend_s8", (0, 1), (2,), params)
        yield Job(call, (some_bytes(count), some_bytes(count)), (count,))


def softmax_jobs() -> Iterator[Job]:
    """Yields vectors of all lengths, to 8 and to 16 bits."""
    for i, depth in enumerate(COUNTS * 6):
        rows, bits = 1 + i % 3, (8, 16)[i % 4 == 0]
        params: dict[str, Value] = {
            "rows": rows,
            "depth": depth,
            "multiplier": number(1 << 30, (1 << 31) - 1),
            "shift": number(16, 23),
            "least": number(-255, -1) if i % 5 else -255,
            "out_bits": bits,
        }
        call = KernelCall("softmax_s8", (0,), (1,), params)
        yield Job(call, (some_bytes(rows * depth),), (rows * depth * bits // 8,))


KERNELS: dict[str, Callable[[], Iterator[Job]]] = {
    "add_s8": lambda: binary_jobs("add_s8", add_params),
    "blend_s8": blend_jobs,
    "mul_s8": lambda: binary_jobs("mul_s8", mul_params),
    "lookup_s8": lambda: unary_jobs("lookup_s8", lookup_params),
    "softmax_s8": softmax_jobs,
    "requantize_s8_s8": lambda: unary_jobs("requantize_s8_s8", requantize_params),
    "clamp_s8": lambda: unary_jobs("clamp_s8", clamp_params),
}


def ways_of(job: Job) -> Iterator[Way]:
    """Operands apart, at any address, and the output over the first where that may be."""
    skews = [number(0, 3) for _ in range(3)] if job.call.kernel != "softmax_s8" else [0]
    yield whole(job, skews)
    if len(job.inputs[0]) == job.outputs[0]:
        yield over(job, 0)


@pytest.mark.parametrize("kernel", KERNELS)
def test_elements(kernel: str) -> None:
    check("cortex-m55", "mve", [way for job in KERNELS[kernel]() for way in ways_of(job)])
