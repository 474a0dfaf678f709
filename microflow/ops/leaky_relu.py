"""LEAKY_RELU: negative values are multiplied by a constant."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from attrs import field, frozen

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType
from microflow.numerics import fixed_point, tflm
from microflow.ops import _unary, _xnnpack
from microflow.ops._unary import Floats, Function, Table, unary
from microflow.ops.options import option
from microflow.profiles import TFLM


@frozen
class LeakyReluOptions:
    """Schema: LeakyReluOptions. A pass made an `unsigned` one of one on uint8."""

    alpha: float = option(0, "f32", 0.0)
    unsigned: bool = field(default=False, repr=False)


def _check(site: Site) -> Iterator[Finding]:
    if site.input(0).dtype is not DType.FLOAT32 and not math.isfinite(site.attrs.alpha):
        yield Finding(f"a factor of {site.attrs.alpha:g}", "a finite alpha", site.output)


def _factors(site: Site) -> tuple[float, float]:
    """The ratios of quantised steps below zero and above; LiteRT's in single precision."""
    x, y, alpha = site.input(0).scale, site.output.scale, site.attrs.alpha
    litert = site.attrs.unsigned or site.profile != TFLM
    if litert and site.output.dtype is DType.INT8:
        single = np.float32(x) * np.float32(alpha) / np.float32(y)
        return float(single), float(np.float32(x) / np.float32(y))
    return x * alpha / y, x / y


def _table(site: Site) -> Table:
    """A negative factor changes the sign of what was rounded with the positive one."""
    x, y, alpha = site.input(0), site.output, site.attrs.alpha
    if _xnnpack.computes(site) and _xnnpack.takes_leaky(x, y, alpha):
        return _xnnpack.leaky_table(x, y, alpha)
    negative, positive = _factors(site)
    steps = _unary.steps(site.input(0))
    below = fixed_point.requantise(steps, *tflm.quantised_multiplier(abs(negative)))
    above = fixed_point.requantise(steps, *tflm.quantised_multiplier(positive))
    signed = -below if negative < 0 else below
    return _unary.clipped(np.where(steps < 0, signed, above) + site.output.zero_point)


def _int16(site: Site) -> KernelCall:
    negative, positive = _factors(site)
    multiplier, shift = tflm.quantised_multiplier(positive)
    negative_multiplier, negative_shift = tflm.quantised_multiplier(abs(negative))
    low, high = tflm.INT_RANGE[DType.INT16]
    return _unary.call(
        site,
        "leaky_relu_s16",
        in_zero_point=site.input(0).zero_point,
        out_zero_point=site.output.zero_point,
        out_min=low,
        out_max=high,
        shift=shift,
        negative_shift=negative_shift,
        in_sign=1,
        out_sign=-1 if negative < 0 else 1,
        multiplier=multiplier,
        negative_multiplier=negative_multiplier,
    )


def _float32(site: Site) -> KernelCall:
    function = Function.LEAKY_RELU.value
    return _unary.call(site, "unary_f32", function=function, slope=site.attrs.alpha)


def _exact(x: Floats, site: Site) -> Floats:
    return np.where(x > 0, x, x * np.float32(site.attrs.alpha))


OPERATOR = unary(
    name="LEAKY_RELU",
    code=98,
    doc="Multiplies negative values by a constant; integers may change their scale.",
    kernels=("leaky_relu_s16", "lookup_s8", "unary_f32"),
    limits="Integers with a factor that is not finite.",
    beyond="quantised uint8",
    unsigned=True,
    options=LeakyReluOptions,
    table=_table,
    forms={DType.INT16: _int16, DType.FLOAT32: _float32},
    exact=_exact,
    check=_check,
)
