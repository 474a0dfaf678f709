"""LEAKY_RELU: negative values are multiplied by a constant."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from attrs import frozen

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType
from microflow.numerics import fixed_point, tflm
from microflow.ops import _unary
from microflow.ops._unary import Floats, Function, Table, unary
from microflow.ops.options import option


@frozen
class LeakyReluOptions:
    """Schema: LeakyReluOptions."""

    alpha: float = option(0, "f32", 0.0)


def _check(site: Site) -> Iterator[Finding]:
    if site.input(0).dtype is not DType.FLOAT32 and not math.isfinite(site.attrs.alpha):
        yield Finding(f"a factor of {site.attrs.alpha:g}", "a finite alpha", site.output)


def _factors(site: Site) -> tuple[float, float]:
    """The ratios of quantised steps below zero and above."""
    x, y = site.input(0).scale, site.output.scale
    return x * site.attrs.alpha / y, x / y


def _table(site: Site) -> Table:
    """A negative factor changes the sign of what was rounded with the positive one."""
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
    options=LeakyReluOptions,
    table=_table,
    forms={DType.INT16: _int16, DType.FLOAT32: _float32},
    exact=_exact,
    check=_check,
)
