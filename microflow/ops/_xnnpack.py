"""MUL, MEAN, SUM, QUANTIZE, LEAKY_RELU and RESIZE_BILINEAR of int8 as XNNPACK computes them.

Products and sums become floats, which are scaled and rounded to nearest, ties to even. Functions of
one value have factors of 8 fractional bits, and pictures are interpolated in parts of 2^-11.
"""

from __future__ import annotations

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from microflow.graph.call import Array, KernelCall, array
from microflow.graph.ir import Site
from microflow.graph.tensor import DType, Tensor
from microflow.numerics import litert
from microflow.ops import _arithmetic, _broadcast, _reduce, _resize
from microflow.profiles import XNNPACK

_PART = 1 << 11  # of the way from one pixel to the next
_FACTORS = (2.0**-8, 2.0**7)  # from input to output that XNNPACK takes
_NEGATIVE = (-128 + 2.0**-8, 128.0)  # those of negative values
_F = np.float32


def computes(site: Site) -> bool:
    """Tells whether a site of int8 is to be computed in this way."""
    return site.profile == XNNPACK and site.output.dtype is DType.INT8


def product_scale(site: Site) -> float:
    """Returns the factor of a product of both operands, every step in single precision."""
    return float(_scales(site)[0])


def _scales(site: Site) -> NDArray[np.float32]:
    return litert.float_scales(site.input(0), site.input(1), site.output)


def takes_product(site: Site) -> bool:
    """Tells whether XNNPACK multiplies on these scales."""
    given = [site.input(i).quantization for i in (0, 1)]
    return all(q and q.scale > 0 for q in given) and litert.takes_scales(_scales(site))


def product(site: Site) -> KernelCall:
    """Returns the call that multiplies both operands."""
    params = {
        **_arithmetic.zero_points(site),
        **_arithmetic.limits(site),
        "scale": product_scale(site),
    }
    return _broadcast.call(site, "scaled_product_s8", params)


def total(site: Site, divisor: int) -> KernelCall:
    """Returns the call that adds dimensions up and divides the sum."""
    x, y, elements = site.input(0), site.output, _reduce.elements(site)
    scale = _F(x.scale) / _F(y.scale) * (_F(1) / _F(divisor))
    offset = _F(y.zero_point) - _F(x.zero_point) * _F(elements) * scale
    params = {"scale": float(scale), "offset": float(offset)}
    return evolve(_reduce.call(site, "scaled_total_s8", params), sums=0, piece=1)


def takes_rescaled(x: Tensor, y: Tensor) -> bool:
    """Tells whether XNNPACK takes the factor between two scales; else LiteRT computes as TFLM."""
    return bool(_FACTORS[0] <= _F(x.scale) / _F(y.scale) <= _FACTORS[1])


def rescaled_table(x: Tensor, y: Tensor) -> NDArray[np.int8]:
    """Returns every int8 value of `x` on the scale of `y`."""
    factor = _factor(_F(x.scale) / _F(y.scale))
    return _table(x, y, factor, factor)


def leaky_table(x: Tensor, y: Tensor, alpha: float) -> NDArray[np.int8]:
    """Returns every int8 value of `x` on the scale of `y`, times `alpha` where negative."""
    ratio = _F(x.scale) / _F(y.scale)
    return _table(x, y, _factor(ratio * _F(alpha)), _factor(ratio))


def takes_leaky(x: Tensor, y: Tensor, alpha: float) -> bool:
    """Tells whether XNNPACK takes these factors; else LiteRT computes as its reference."""
    negative = _F(x.scale) / _F(y.scale) * _F(alpha)
    within = _NEGATIVE[0] <= negative <= _NEGATIVE[1] and abs(negative) >= _FACTORS[0]
    return takes_rescaled(x, y) and bool(within)


def _factor(real: np.float32) -> int:
    """A factor with 8 fractional bits, ties to even."""
    return round(float(real) * 256)


def _table(x: Tensor, y: Tensor, negative: int, positive: int) -> NDArray[np.int8]:
    steps = np.arange(-128, 128, dtype=np.int64) - x.zero_point
    products = steps * np.where(steps < 0, negative, positive)
    return ((products + 128 >> 8) + y.zero_point).clip(-128, 127).astype(np.int8)


def resized(site: Site) -> KernelCall:
    """Returns the call that interpolates a picture of another size."""
    x, y = site.input(0), site.output
    params = {
        **_resize.sizes(site),
        "rows": _places(site, 1, "rows"),
        "columns": _places(site, 2, "columns"),
    }
    return KernelCall("resize_table_s8", (x.id,), (y.id,), params)


def _places(site: Site, axis: int, name: str) -> Array:
    """The pixel before each one of the output, and the part of the way to the next."""
    given, made = site.input(0).shape[axis], site.output.shape[axis]
    scale = _resize.scale(given, made, site.attrs.align_corners)
    start = _F(0.5) * scale - _F(0.5) if site.attrs.half_pixel_centers else _F(0)
    places = (np.arange(made, dtype=_F) * scale + start).clip(_F(0), _F(given - 1))
    first = np.floor(places)
    parts = np.rint((places - first) * _F(_PART))
    return array(name, np.stack([first, parts], axis=1).astype(np.int16))
