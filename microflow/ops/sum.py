"""SUM: the sum over any dimensions."""

from __future__ import annotations

from microflow.graph.call import KernelCall
from microflow.graph.ir import Operator, Site
from microflow.graph.tensor import DType
from microflow.numerics import tflm
from microflow.ops import _reduce, _sum, _xnnpack
from microflow.targets import Core


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, y = site.input(0), site.output
    if x.dtype is DType.FLOAT32:
        return (_reduce.call(site, "mean_f32", {"divisor": 1}),)
    if _xnnpack.computes(site):
        return (_xnnpack.total(site, 1),)
    return (_sum.quantised_call(site, *tflm.quantised_multiplier(x.scale / y.scale)),)


OPERATOR = Operator(
    name="SUM",
    code=74,
    doc="The sum over any dimensions.",
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
