"""What LOGISTIC and TANH share: tanh(x) is 2 * logistic(2x) - 1, so one table serves both."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Tensor
from microflow.numerics import fixed_point, tflm
from microflow.numerics.fixed_point import Ints
from microflow.numerics.real import sigmoid_u16
from microflow.ops import _unary

INTEGER_BITS = 4  # of the fixed-point argument of int8
_UNITS = 3 * 4096  # of the fixed-point argument of int16: so many are 1.0
_OUT_LOG2 = -15  # of the output's scale of int16
_LOG2_TOLERANCE = 1e-3  # how far a scale that counts as a power of two may be off, in log2
_LARGEST_FACTOR = 2.0**31


def table(x: Tensor, function: Callable[[Ints, int], Ints], out_bits: int) -> Ints:
    """Returns `function` of the int8 values of `x`, in steps of 2^-out_bits, without zero point.

    `function` maps a fixed-point argument with INTEGER_BITS integer bits to Q0. Where the argument
    would overflow, the results are -256 and 255.
    """
    factor = x.scale * 2 ** (31 - INTEGER_BITS)
    steps = _unary.steps(x)
    radius = _radius(factor)
    inside = np.where(np.abs(steps) < radius, steps, 0)
    argument = fixed_point.requantise(inside, *tflm.quantised_multiplier(factor))
    result = fixed_point.round_shift(function(argument, INTEGER_BITS), 31 - out_bits)
    return np.where(np.abs(steps) < radius, result, np.where(steps > 0, 255, -256))


def _radius(factor: float) -> int:
    """The number of steps from zero at which the fixed-point argument would overflow."""
    _, shift = math.frexp(factor)
    largest = math.ldexp((1 << INTEGER_BITS) - 1, 31 - INTEGER_BITS - shift)
    return math.floor(min(largest, 256.0))


def check_s16(site: Site) -> Iterator[Finding]:
    """Yields findings on the quantisation of int16 tensors."""
    x, y = site.input(0), site.output
    if x.dtype is not DType.INT16:
        return
    yield from _unary.centred(site)
    if _power_of_two(y.scale) != _OUT_LOG2:
        yield Finding(f"an output scale of {y.scale:g}", "a scale of 1/32768", y)
    if x.scale * _UNITS >= _LARGEST_FACTOR:
        yield Finding(f"an input scale of {x.scale:g}", "values with a smaller scale", x)


def call_s16(site: Site, tanh: bool) -> KernelCall:
    """Returns the call that interpolates the table; tanh has an entry each 256 units, else 512."""
    powers = (-12, -11) if tanh else (-12,)
    multiplier, shift = _argument_factor(site.input(0).scale, powers)
    params: dict[str, Value] = {
        "multiplier": multiplier,
        "rounding": 1 << (shift - 1) if shift else 0,
        "shift": shift,
        "index_shift": 8 if tanh else 9,
        "out_shift": 8 if tanh else 10,
        "out_offset": 1 << 7 if tanh else (1 << 24) + (1 << 9),
        "table": array("table", sigmoid_u16()),
    }
    return _unary.call(site, "sigmoid_s16", **params)


def _argument_factor(scale: float, powers: tuple[int, ...]) -> tuple[int, int]:
    """The factor that brings a value to the table's units: a multiplier and a shift to the right.

    Scales of 2 to one of the `powers` need no rounding. Else the multiplier is as large as 15 bits
    allow, and truncated.
    """
    power = _power_of_two(scale)
    if power in powers:
        return 3 << (power + 12), 0
    factor, shift = scale * _UNITS, 0
    while factor <= 32767 / 2 and shift <= 30:
        factor, shift = factor * 2, shift + 1
    return int(factor), shift


def _power_of_two(scale: float) -> int | None:
    """The exponent of a scale that counts as a power of two, else None."""
    log2 = math.log2(scale)
    nearest = math.floor(log2 + 0.5)
    return nearest if abs(log2 - nearest) < _LOG2_TOLERANCE else None
