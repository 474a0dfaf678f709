"""Fixed-point parameters of the profile ``tflm``: multipliers and clamps, bit for bit.

Formulae are those of the quantisation specification as the reference kernels of TensorFlow Lite
Micro compute them; floats are double precision unless a function says otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from microflow.graph.enums import Activation
from microflow.graph.tensor import DType, Tensor

INT_RANGE = {
    DType.INT8: (-128, 127),
    DType.UINT8: (0, 255),
    DType.INT16: (-32768, 32767),
    DType.INT32: (-(2**31), 2**31 - 1),
}

FLOAT32_MAX = float(np.finfo(np.float32).max)


def quantised_multiplier(real: float) -> tuple[int, int]:
    """Returns (multiplier in Q0.31, shift) with real ~ multiplier * 2^(shift - 31).

    The multiplier is 0 or lies in [2^30, 2^31); shift is positive to the left and at least -31.
    """
    if real == 0.0:
        return 0, 0
    if not math.isfinite(real):
        return (1 << 31) - 1, 30
    mantissa, shift = math.frexp(real)
    multiplier = _round_half_away(mantissa * (1 << 31))
    if multiplier == 1 << 31:
        multiplier, shift = multiplier // 2, shift + 1
    if shift < -31:
        return 0, 0
    if shift > 30:
        return (1 << 31) - 1, 30
    return multiplier, shift


def quantised_multipliers(
    reals: Sequence[float],
) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    """Returns the multipliers and shifts of several real factors, as the kernels' tables."""
    pairs = [quantised_multiplier(real) for real in reals]
    return (
        np.array([m for m, _ in pairs], np.int32),
        np.array([s for _, s in pairs], np.int8),
    )


def reduced_multiplier(multiplier: int) -> int:
    """Returns a multiplier in Q0.31 as one in Q0.15, for sums of more than 32 bits."""
    return 0x7FFF if multiplier >= 0x7FFF0000 else (multiplier + (1 << 15)) >> 16


def channel_factors(x: Tensor, w: Tensor, y: Tensor, unsigned: bool = False) -> list[float]:
    """Returns scale(x) * scale(w[c]) / scale(y) of each output channel of `w`, in double precision.

    A tensor with one scale gives one factor. In an `unsigned` one, of a layer that was uint8, the
    product is rounded to single precision, as LiteRT does.
    """
    assert w.quantization is not None
    products = [x.scale * scale for scale in w.quantization.scales]
    return [(float32(p) if unsigned else p) / y.scale for p in products]


def channel_multipliers(
    x: Tensor, w: Tensor, y: Tensor, channels: int
) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    """Returns the tables of multipliers and shifts, one entry for each of `channels`."""
    factors = channel_factors(x, w, y)
    return quantised_multipliers(factors * (channels if len(factors) == 1 else 1))


def float32(value: float) -> float:
    """Returns `value` rounded to single precision; infinity where it is too large."""
    with np.errstate(over="ignore"):
        return float(np.float32(value))


def activation_range(activation: Activation, output: Tensor) -> tuple[int, int]:
    """Returns the clamp (low, high) of a fused activation in the output's quantised units.

    The limits are computed in single precision: zero point + round(limit / scale).
    """
    low, high = INT_RANGE[output.dtype]
    real_low, real_high = real_activation_range(activation)
    if real_low is not None:
        low = max(low, _quantise(real_low, output))
    if real_high is not None:
        high = min(high, _quantise(real_high, output))
    return low, high


def real_activation_range(activation: Activation) -> tuple[float | None, float | None]:
    """Returns the clamp of a fused activation in real units; None where there is no limit.

    The reference leaves out a TANH or SIGN_BIT that is fused with other operators than SVDF.
    """
    limits = {
        Activation.RELU: (0.0, None),
        Activation.RELU6: (0.0, 6.0),
        Activation.RELU_N1_TO_1: (-1.0, 1.0),
    }
    return limits.get(activation, (None, None))


def float_activation_range(activation: Activation) -> tuple[float, float]:
    """Returns the clamp of a fused activation of a float operator.

    Where unlimited, the reference still clamps to the largest finite numbers.
    """
    low, high = real_activation_range(activation)
    return (-FLOAT32_MAX if low is None else low, FLOAT32_MAX if high is None else high)


def _quantise(real: float, tensor: Tensor) -> int:
    with np.errstate(over="ignore"):
        ratio = float(np.float32(real) / np.float32(tensor.scale))
    return tensor.zero_point + _round_half_away(max(-FLOAT32_MAX, min(ratio, FLOAT32_MAX)))


def _round_half_away(value: float) -> int:
    return math.floor(value + 0.5) if value >= 0 else math.ceil(value - 0.5)
