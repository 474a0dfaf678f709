"""What RELU and QUANTIZE share: values under another scale, clamped.

The kernels of 8-bit values compute on int8. A uint8 tensor is the same bytes with the top bit
flipped and a zero point less by 128.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Site
from microflow.graph.tensor import DType, Tensor
from microflow.numerics import tflm
from microflow.numerics.fixed_point import requantise
from microflow.profiles import TFLM
from microflow.targets import Core

EIGHT_BITS = (DType.INT8, DType.UINT8)
_MANY = 512  # elements for which a table pays
_SAME_SCALE = (1 << 30, 1)  # the multiplier and shift of a factor of one


def activation_factor(site: Site) -> float:
    """Returns the factor from input to output of RELU or RELU6: LiteRT's is of single precision."""
    x, y = site.input(0), site.output
    if site.profile == TFLM and x.dtype is not DType.UINT8:
        return x.scale / y.scale
    return float(np.float32(x.scale) / np.float32(y.scale))


def rescaled(
    x: Tensor, y: Tensor, low: int = -128, high: int = 127, factor: float | None = None
) -> KernelCall:
    """Returns the call that gives `y` the values of `x`, within `low` to `high` of int8.

    The `factor` is the quotient of their scales where it is not said.
    """
    multiplier, shift = tflm.quantised_multiplier(x.scale / y.scale if factor is None else factor)
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


def tabulated(usual: KernelCall, core: Core) -> Iterator[tuple[KernelCall, ...]]:
    """Yields the call that looks results up, where ``usual`` has another scale and many elements.

    That takes fewer instructions on cores that read words at any address.
    """
    p: Mapping[str, Any] = usual.params
    if usual.kernel != "requantize_s8_s8" or "thumb2" not in core.isa or p["count"] < _MANY:
        return
    steps = (np.arange(-128, 128) ^ p["in_flip"]) - p["in_zero_point"]
    scaled = requantise(steps, p["multiplier"], p["shift"]) + p["out_zero_point"]
    made = scaled.clip(p["out_min"], p["out_max"]) ^ p["out_flip"]
    params = {"count": p["count"], "table": array("table", made.astype(np.int8))}
    yield (KernelCall("lookup_s8", usual.inputs, usual.outputs, params),)


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


def rescaled_wide(
    x: Tensor, y: Tensor, low: int, high: int, factor: float | None = None
) -> KernelCall:
    """Returns the call that gives `y` the values of `x`, within `low` to `high` of its type.

    One of the types is wider than a byte; none is uint8.
    """
    factor = x.scale / y.scale if factor is None else factor
    return _wide(x, y, (x.zero_point, y.zero_point), factor, low, high)


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
