"""Tables of functions of int16, interpolated between 513 entries, as the reference makes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from microflow.numerics.real import exp_f32, nearest

Floats: TypeAlias = NDArray[np.float32]

_STEPS = 512
_EXP_LEAST = -10.0  # exp of what is below adds nothing to a sum


@cache
def exp_table() -> NDArray[np.int16]:
    """Returns exp(x) in steps of 2^-15 for x from -10 to 0."""
    return table(exp_f32, _EXP_LEAST, 0.0)


@cache
def reciprocal_table() -> NDArray[np.int16]:
    """Returns 1 / (1 + x) in steps of 2^-15 for x from 0 to 1."""
    return table(lambda x: np.reciprocal(np.float32(1) + x), 0.0, 1.0)


def table(function: Callable[[Floats], Floats], low: float, high: float) -> NDArray[np.int16]:
    """Returns `function` at 512 equal steps from `low` and at `high`, in steps of 2^-15.

    An entry is moved by half of the error that the line from it to the next makes in the middle.
    Each operation is in single precision.
    """
    start = np.float32(low)
    step = (np.float32(high) - start) / np.float32(_STEPS)
    at = start + np.arange(_STEPS + 1, dtype=np.float32) * step
    values = function(at) * np.float32(1 << 15)
    entries = nearest(values).astype(np.float32)
    middles = nearest(function(at[:-1] + step / np.float32(2)) * np.float32(1 << 15))
    lines = nearest((values[1:] + entries[:-1]) / np.float32(2))
    entries[:-1] -= nearest((lines - middles) / np.float32(2))
    entries[-1] = nearest(function(np.array([high], np.float32)) * np.float32(1 << 15))[0]
    return entries.clip(-32768, 32767).astype(np.int16)
