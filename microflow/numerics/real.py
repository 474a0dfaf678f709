"""Functions of real numbers for tables: exact, or in decimal, and the same on every computer."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_CONTEXT = Context(prec=40)
_NO_LESS = -200.0  # exp of what is below is 0 in single precision
_BITS = 200  # of the fractions in which sine and cosine are summed up


def nearest(x: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Returns the whole numbers nearest to `x`, ties away from zero."""
    exact = x.astype(np.float64)
    return np.trunc(exact + np.copysign(0.5, exact))


def exp_f32(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns exp(x) rounded to single precision, for finite x of at most 88."""
    return np.array([_exp(float(value)) for value in x.ravel()], np.float32).reshape(x.shape)


@lru_cache(maxsize=4096)
def _exp(x: float) -> float:
    return float(_CONTEXT.exp(Decimal(max(x, _NO_LESS))))


@cache
def sigmoid_u16() -> NDArray[np.uint16]:
    """Returns 1 / (1 + exp(-x)) for x = i / 24 with i from 0 to 255, in steps of 2^-16.

    Values between two entries are interpolated. An entry is therefore moved by half of the error
    that the line from it to the next makes in the middle; the last one is where results saturate.
    """
    entries = [_entry(i) for i in range(255)]
    return np.array([*entries, 65535], np.uint16)


def _entry(i: int) -> int:
    here, middle, following = (_sigmoid(Decimal(twice) / 48) for twice in range(2 * i, 2 * i + 3))
    error = (here + following) / 2 - middle
    return round((here - error / 2) * (1 << 16))


def _sigmoid(x: Decimal) -> Decimal:
    return _CONTEXT.divide(Decimal(1), 1 + _CONTEXT.exp(-x))


def cos_sin(x: float) -> tuple[float, float]:
    """Returns the cosine and the sine of `x`, between -7 and 7, rounded to double precision.

    Their Taylor series, summed up in integers: what `x` differs from a multiple of pi counts too.
    """
    angle = int(Fraction(x) * (1 << _BITS))
    sums, term, n = [0, 0], 1 << _BITS, 0
    while term:
        sums[n % 2] += -term if n % 4 > 1 else term
        n += 1
        term = (term * angle >> _BITS) // n
        term += term < 0  # towards zero, where the series ends
    return sums[0] / (1 << _BITS), sums[1] / (1 << _BITS)


@cache
def log2_bends() -> NDArray[np.uint16]:
    """Returns log2(1 + x) - x for x = i / 128 with i from 0 to 128, in steps of 2^-16."""
    two = _CONTEXT.ln(Decimal(2))
    exact = [_CONTEXT.ln(1 + Decimal(i) / 128) / two - Decimal(i) / 128 for i in range(129)]
    return np.array([round(value * (1 << 16)) for value in exact], np.uint16)
