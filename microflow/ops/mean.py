"""MEAN: the mean over any dimensions."""

from __future__ import annotations

from microflow.graph.call import KernelCall
from microflow.graph.ir import Operator, Site
from microflow.graph.tensor import DType
from microflow.numerics import tflm
from microflow.ops import _reduce, _sum, _xnnpack
from microflow.targets import Core


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, y, elements = site.input(0), site.output, _reduce.elements(site)
    if x.dtype is DType.FLOAT32:
        return (_reduce.call(site, "mean_f32", {"divisor": elements}),)
    if _xnnpack.computes(site):
        return (_xnnpack.total(site, elements),)
    return (_sum.quantised_call(site, *mean_multiplier(x.scale / y.scale, elements)),)


def mean_multiplier(real: float, elements: int) -> tuple[int, int]:
    """Returns (multiplier in Q0.31, shift) of `real` / `elements`, as the reference computes it.

    It divides the multiplier of `real`, enlarged by a power of two, and drops the remainder.
    """
    multiplier, shift = tflm.quantised_multiplier(real)
    enlarged = min(elements.bit_length() - 1, 32, 31 + shift)
    return (multiplier << enlarged) // elements, shift - enlarged


OPERATOR = Operator(
    name="MEAN",
    code=40,
    doc="The mean over any dimensions.",
    kernels=("mean_f32", "mean_s16", "mean_s8", "scaled_total_s8"),
    limits=f"{_reduce.LIMITS}.",
    beyond="quantised uint8",
    types="int8, uint8, int16, float32",
    options=_reduce.ReducerOptions,
    arity=(2, 2),
    infer=_reduce.infer,
    check=_sum.check,
    access=_reduce.access,
    lower=_lower,
)
