"""How LiteRT brings the sums of layers of int8 to the output's scale, where TFLM does otherwise.

Found by experiment with `ai-edge-litert` 2.3.0, and held against it by tests.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from microflow.graph.tensor import Tensor
from microflow.numerics import tflm

_STEPS = 257  # results further from zero are clamped, wherever the zero point lies
_LARGEST_SCALE = 256.0  # XNNPACK takes those below it


@lru_cache(maxsize=1024)
def single_multiplier(real: float, largest: int) -> tuple[int, int] | None:
    """Returns (multiplier in Q0.31, shift) that round a sum once as LiteRT's FULLY_CONNECTED does.

    For every sum of at most `largest` from zero, sum * multiplier * 2^(shift - 31) rounded to
    nearest, ties up, is sum * real in double precision rounded to nearest, ties away from zero. A
    multiplier a little too large makes ties go away from zero on both sides. None where no
    multiplier does it for all sums.
    """
    multiplier, shift = tflm.quantised_multiplier(real)
    if largest >= 1 << 31 or largest * real >= 1 << 30:
        return None
    if largest * real < 0.5:
        return 0, 0
    half, low, high = 1 << (30 - shift), 0, (1 << 31) - 1
    for step in range(1, _STEPS):
        tie = (2 * step - 1) * half
        first = _first_sum(step - 0.5, real)
        low = max(low, tie // first + 1 if first <= largest else 0)
        last = min(first - 1, largest)
        high = min(high, (tie - 1) // last if last else high)
        if first > largest:
            break
    return (min(max(multiplier, low), high), shift) if low <= high else None


def _first_sum(threshold: float, real: float) -> int:
    """The least sum whose product with `real`, in double precision, reaches `threshold`."""
    first = math.ceil(threshold / real)
    while first * real >= threshold:
        first -= 1
    while first * real < threshold:
        first += 1
    return first


def softmax_table(scale: float, beta: float) -> NDArray[np.float32]:
    """Returns exp of 0 to -255 steps of `scale`, times `beta`: the table of LiteRT's default.

    The exponents are made in single precision. LiteRT's table has what the C library's expf gives,
    which may be a unit in the last place beside what is here rounded to nearest.
    """
    factor = np.float32(-scale) * np.float32(beta)
    exponents = factor * np.arange(256, dtype=np.float32)
    return np.array([math.exp(e) for e in exponents.tolist()], np.float32)


def float_scales(x: Tensor, w: Tensor, y: Tensor) -> NDArray[np.float32]:
    """Returns scale(x) * scale(w[c]) / scale(y) of each channel, every step in single precision."""
    assert w.quantization is not None
    with np.errstate(over="ignore", under="ignore"):
        products = np.float32(x.scale) * np.array(w.quantization.scales, np.float32)
        scales: NDArray[np.float32] = products / np.float32(y.scale)
    return scales


def takes_scales(scales: NDArray[np.float32]) -> bool:
    """Tells whether XNNPACK multiplies sums by these scales."""
    return bool((scales < _LARGEST_SCALE).all())
