"""LOGISTIC: 1 / (1 + exp(-x))."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from microflow.graph.access import Access, elementwise
from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import DType, Finding, Operator, Shape, Site, Tensor
from microflow.numerics import fixed_point, tflm
from microflow.ops import _checks
from microflow.targets import Core

INTEGER_BITS = 4  # of the fixed-point argument
OUT_ZERO_POINT = -128  # the reference's; its output scale is 2^-8 whatever the model says


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.input(0).shape,)


def _check(site: Site) -> Iterator[Finding]:
    x, y = site.input(0), site.output
    yield from _checks.types(site, 0, *_checks.FLOAT_OR_INT8)
    yield from _checks.same_type(site)
    yield from _checks.quantised(x, y)
    if y.dtype is DType.INT8 and y.zero_point != OUT_ZERO_POINT:
        yield Finding(f"an output zero point of {y.zero_point}", f"{OUT_ZERO_POINT}", y)


def _access(site: Site) -> Access:
    return elementwise(1)


def table(x: Tensor) -> NDArray[np.int8]:
    """Returns the 256 results for the int8 values -128 to 127 of a tensor quantised like `x`."""
    factor = x.scale * 2 ** (31 - INTEGER_BITS)
    steps = np.arange(-128, 128, dtype=np.int64) - x.zero_point
    radius = _radius(factor)
    inside = np.where(np.abs(steps) < radius, steps, 0)
    argument = fixed_point.requantise(inside, *tflm.quantised_multiplier(factor))
    share = fixed_point.round_shift(fixed_point.logistic(argument, INTEGER_BITS), 23) - 128
    saturated = np.where(steps > 0, 127, -128)
    return np.where(np.abs(steps) < radius, share.clip(-128, 127), saturated).astype(np.int8)


def _radius(factor: float) -> int:
    """The number of steps from zero at which the fixed-point argument would overflow."""
    _, shift = math.frexp(factor)
    largest = math.ldexp((1 << INTEGER_BITS) - 1, 31 - INTEGER_BITS - shift)
    return math.floor(min(largest, 256.0))


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, y = site.input(0), site.output
    if x.dtype is DType.FLOAT32:
        return (KernelCall("logistic_f32", (x.id,), (y.id,), {"count": x.elements}),)
    params: dict[str, Value] = {"count": x.elements, "table": array("table", table(x))}
    return (KernelCall("lookup_s8", (x.id,), (y.id,), params),)


OPERATOR = Operator(
    name="LOGISTIC",
    code=14,
    doc="The logistic function: int8 by a table of 256 entries, float32 with expf.",
    infer=_infer,
    check=_check,
    access=_access,
    lower=_lower,
)
