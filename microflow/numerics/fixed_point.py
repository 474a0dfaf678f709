"""Fixed-point functions on int32 values, bit for bit as the quantised reference computes them.

Values are int64 arrays that hold int32 numbers. "Qm" is a format with m integer bits and 31 - m
fractional ones; Q0 spans [-1, 1). Constants are the Q0 roundings of the numbers they are named
after. The approximations are those that gemmlowp chose: for exp a Taylor polynomial on a quarter
times powers of e, for 1 / (1 + x) Newton's method.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]

MAX = 2**31 - 1
_EXP_MINUS_EIGHTH = 1895147668
_ONE_THIRD = 715827883
_EXP_OF_MINUS_POWERS = {  # exponent k: exp(-2^k)
    -2: 1672461947,
    -1: 1302514674,
    0: 790015084,
    1: 290630308,
    2: 39332535,
    3: 720401,
    4: 242,
}
_HALF_SQRT_2 = 1518500250
_48_OVER_17_Q2 = 1515870810
_MINUS_32_OVER_17_Q2 = -1010580540


def high_mul(a: Ints, b: Ints | int) -> Ints:
    """Returns the high half of 2ab, rounded to nearest, ties up; saturates at the top."""
    product: Ints = (a * b + (1 << 30)) >> 31
    return product.clip(max=MAX)


def round_shift(x: Ints, exponent: Ints | int) -> Ints:
    """Returns x / 2^exponent, rounded to nearest, ties away from zero."""
    mask = (1 << exponent) - 1
    threshold = (mask >> 1) + (x < 0)
    return (x >> exponent) + ((x & mask) > threshold)


def requantise(x: Ints, multiplier: Ints | int, shift: Ints | int) -> Ints:
    """Returns x * multiplier * 2^(shift - 31), rounded twice; a left shift wraps as int32 does."""
    left: Ints = np.asarray(shift, np.int64).clip(0)
    shifted = (x << left).astype(np.int32).astype(np.int64)
    return round_shift(high_mul(shifted, multiplier), left - shift)


def exp_of_negative(x: Ints, integer_bits: int) -> Ints:
    """Returns exp(x) in Q0 for x <= 0 in Q`integer_bits`, where integer_bits is at most 5."""
    fraction = 31 - integer_bits
    quarter = 1 << (fraction - 2)
    last = (x & (quarter - 1)) - quarter
    result = _exp_of_last_quarter(last << integer_bits)
    rest = last - x
    for exponent, factor in _EXP_OF_MINUS_POWERS.items():
        if exponent < integer_bits:
            bit = rest & (1 << (fraction + exponent))
            result = np.where(bit != 0, high_mul(result, factor), result)
    return np.where(x == 0, MAX, result)


def _exp_of_last_quarter(x: Ints) -> Ints:
    """exp of x in [-1/4, 0), Q0: the Taylor polynomial of degree four around -1/8."""
    x1 = x + (1 << 28)
    x2 = high_mul(x1, x1)
    x3 = high_mul(x2, x1)
    x4 = high_mul(x2, x2)
    cubic = high_mul(round_shift(x4, 2) + x3, _ONE_THIRD) + x2
    sum_of_terms = x1 + round_shift(cubic, 1)
    return _EXP_MINUS_EIGHTH + high_mul(sum_of_terms, _EXP_MINUS_EIGHTH)


def reciprocal_of_one_plus(x: Ints) -> Ints:
    """Returns 1 / (1 + x) in Q0 for x in [0, 1), Q0."""
    return (_two_over_one_plus(x) << 1).clip(max=MAX)


def _two_over_one_plus(x: Ints) -> Ints:
    """2 / (1 + x) in Q2 for x in [0, 1), Q0: three steps of Newton's method."""
    half_denominator = (x + (1 << 31)) >> 1
    estimate = _48_OVER_17_Q2 + high_mul(half_denominator, _MINUS_32_OVER_17_Q2)
    for _ in range(3):
        rest = (1 << 29) - high_mul(half_denominator, estimate)
        estimate = estimate + (high_mul(estimate, rest) << 2)
    return estimate


def logistic(x: Ints, integer_bits: int) -> Ints:
    """Returns 1 / (1 + exp(-x)) in Q0 for x in Q`integer_bits`."""
    positive = reciprocal_of_one_plus(exp_of_negative(-np.abs(x), integer_bits))
    signed = np.where(x > 0, positive, MAX - positive)
    return np.where(x == 0, 1 << 30, signed)


def tanh(x: Ints, integer_bits: int) -> Ints:
    """Returns tanh(x) in Q0 for x in Q`integer_bits`, as (1 - exp(-2x)) / (1 + exp(-2x))."""
    power = exp_of_negative(-np.abs(x), integer_bits + 1)
    positive = ((_two_over_one_plus(power) - (1 << 29)) << 2).clip(max=MAX)
    return np.where(x == 0, 0, np.sign(x) * positive)


def inverse_sqrt(x: int) -> tuple[int, int]:
    """Returns 1 / sqrt(x) as a multiplier in Q0 and a shift of 0 or less; 0 counts as 1.

    x is brought to Q3 between 1/4 and 1 by powers of four; then five steps of Newton's method.
    """
    if x <= 1:
        return MAX, 0
    right = 11
    while x >= 1 << 29:
        x, right = x // 4, right + 1
    while x < 1 << 27:
        x, right = x * 4, right - 1
    half, root = round_shift(np.array(x >> 1), 1), np.array(1 << 28)
    for _ in range(5):
        cube = _saturated(high_mul(high_mul(root, root), root), 6)
        root = _saturated(high_mul(root, 3 << 27) - high_mul(half, cube), 3)
    made = int(high_mul(root, _HALF_SQRT_2))
    return (made << -right, 0) if right < 0 else (made, -right)


def _saturated(x: Ints, exponent: int) -> Ints:
    """x * 2^exponent within int32."""
    return (x << exponent).clip(-MAX - 1, MAX)
