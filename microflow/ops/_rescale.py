"""What RELU and QUANTIZE share: values under another scale, clamped.

The kernels of 8-bit values compute on int8. A uint8 tensor is the same bytes with the top bit
flipped and a zero point less by 128.
"""

from __future__ import annotations

from microflow.graph.call import KernelCall, Value
from microflow.graph.tensor import DType, Tensor
from microflow.numerics import tflm

EIGHT_BITS = (DType.INT8, DType.UINT8)
_SAME_SCALE = (1 << 30, 1)  # the multiplier and shift of a factor of one


def rescaled(x: Tensor, y: Tensor, low: int = -128, high: int = 127) -> KernelCall:
    """Returns the call that gives `y` the values of `x`, within `low` to `high` of int8."""
    multiplier, shift = tflm.quantised_multiplier(x.scale / y.scale)
    if (multiplier, shift) == _SAME_SCALE:
        return clamped(x, y, s8_zero_point(y) - s8_zero_point(x), low, high)
    return KernelCall(
        "requantize_s8_s8",
        (x.id,),
        (y.id,),
        {
            "count": x.elements,
            "in_zero_point": s8_zero_point(x),
            "out_zero_point": s8_zero_point(y),
            "out_min": low,
            "out_max": high,
            "in_flip": flip(x),
            "out_flip": flip(y),
            "shift": shift,
            "multiplier": multiplier,
        },
    )


def clamped(x: Tensor, y: Tensor, offset: int, low: int, high: int) -> KernelCall:
    """Returns the call that gives `y` the bytes of `x` plus `offset`, within `low` to `high`."""
    return KernelCall(
        "clamp_s8",
        (x.id,),
        (y.id,),
        {
            "count": x.elements,
            "offset": offset,
            "out_min": low,
            "out_max": high,
            "in_flip": flip(x),
            "out_flip": flip(y),
        },
    )


def rescaled_wide(x: Tensor, y: Tensor, low: int, high: int) -> KernelCall:
    """Returns the call that gives `y` the values of `x`, within `low` to `high` of its type.

    One of the types is wider than a byte; none is uint8.
    """
    return _wide(x, y, (x.zero_point, y.zero_point), x.scale / y.scale, low, high)


def clamped_wide(x: Tensor, y: Tensor, low: int, high: int) -> KernelCall:
    """Returns the call that gives `y` the numbers of `x`, within `low` to `high`."""
    return _wide(x, y, (0, 0), 1.0, low, high)


def _wide(
    x: Tensor, y: Tensor, zero_points: tuple[int, int], factor: float, low: int, high: int
) -> KernelCall:
    multiplier, shift = tflm.quantised_multiplier(factor)
    params: dict[str, Value] = {
        "count": x.elements,
        "in_bytes": x.dtype.size,
        "out_bytes": y.dtype.size,
        "in_offset": -zero_points[0],
        "out_zero_point": zero_points[1],
        "out_min": low,
        "out_max": high,
        "shift": shift,
        "multiplier": multiplier,
    }
    return KernelCall("requantize_wide", (x.id,), (y.id,), params)


def flip(tensor: Tensor) -> int:
    """Returns the bits in which a tensor's bytes differ from int8: the top one of uint8."""
    return -128 if tensor.dtype is DType.UINT8 else 0


def s8_zero_point(tensor: Tensor) -> int:
    """Returns the zero point of an 8-bit tensor read as int8."""
    return tensor.zero_point + flip(tensor)
