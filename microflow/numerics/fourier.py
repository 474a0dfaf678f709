"""Tables of the fast Fourier transform in the reference's fixed point, and its stages.

A complex transform of n values is made in stages, one for each factor of n, which the reference
looks for in a fixed order. Its roots of unity are those of a phase rounded to double precision.
"""

from __future__ import annotations

import math

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from microflow.graph.tensor import DType
from microflow.numerics.real import cos_sin

_LARGEST = {DType.INT16: 2**15 - 1, DType.INT32: 2**31 - 1}


@frozen
class Stage:
    """`blocks` transforms of `radix` values each, which lie `reach` complex values apart."""

    radix: int
    reach: int
    blocks: int


def stages(count: int) -> tuple[Stage, ...]:
    """Returns the stages of a transform of `count` complex values, the outermost first."""
    found: list[Stage] = []
    radix, left, blocks = 4, count, 1
    while left > 1 or not found:
        radix = _factor(left, radix, math.isqrt(count))
        left //= radix
        found.append(Stage(radix, left, blocks))
        blocks *= radix
    return tuple(found)


def _factor(left: int, radix: int, limit: int) -> int:
    """The first factor of `left` from `radix` on: 4, 2, the odd ones up to `limit`, or the rest."""
    while left % radix:
        radix = {4: 2, 2: 3}.get(radix, radix + 2)
        if radix > limit:
            return left
    return radix


def roots(count: int, inverse: bool, dtype: DType) -> NDArray[np.generic]:
    """Returns the `count` roots of unity, real and imaginary parts in turn, in `dtype`."""
    sign = 1.0 if inverse else -1.0
    return _table([sign * (2 * math.pi * i / count) for i in range(count)], dtype)


def half_roots(count: int, inverse: bool, dtype: DType) -> NDArray[np.generic]:
    """Returns what takes a transform of `count` values apart into that of twice as many real ones.

    Entry i is the root of half the phase of i + 1, a quarter turn on.
    """
    sign = 1.0 if inverse else -1.0
    phases = [sign * (math.pi * ((i + 1) / count + 0.5)) for i in range(count // 2)]
    return _table(phases, dtype)


def _table(phases: list[float], dtype: DType) -> NDArray[np.generic]:
    pairs = [number for phase in phases for number in cos_sin(phase)]
    largest = _LARGEST.get(dtype)
    if largest is None:
        return np.array(pairs, np.float32)
    steps = [math.floor(0.5 + largest * number) for number in pairs]
    return np.array(steps, dtype.numpy)
