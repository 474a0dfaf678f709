"""MUL: the product of two tensors, element by element, broadcast against each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import frozen

from microflow.graph.call import KernelCall, Value
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType
from microflow.numerics import tflm
from microflow.ops import _arithmetic, _broadcast, _checks, _xnnpack
from microflow.targets import Core


@frozen
class MulOptions(_arithmetic.ClampOptions):
    """Schema: MulOptions."""


def _check(site: Site) -> Iterator[Finding]:
    """An operand may be on a scale of 0: the product is 0."""
    yield from _checks.types(site, 0, DType.INT8, DType.INT16, DType.INT32, DType.FLOAT32)
    yield from _broadcast.check_types(site)
    yield from _broadcast.check_shapes(site)
    yield from _checks.quantised(site.output)
    yield from _arithmetic.scaled(site.output)
    yield from _arithmetic.check_symmetric(site)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    if _xnnpack.computes(site):
        return (_xnnpack.product(site),)
    params: dict[str, Value] = _arithmetic.limits(site)
    if site.output.dtype in _arithmetic.QUANTISED:
        params |= _multiplier(site)
    if site.output.dtype is DType.INT8:
        params |= _arithmetic.zero_points(site)
    return (_arithmetic.call(site, "mul", params),)


def _multiplier(site: Site) -> dict[str, Value]:
    a, b = (q.scale if (q := site.input(i).quantization) else 0.0 for i in (0, 1))
    multiplier, shift = tflm.quantised_multiplier(a * b / site.output.scale)
    return {"multiplier": multiplier, "shift": shift}


def _fold(site: Site) -> tuple[bytes, ...] | None:
    if site.output.dtype in _arithmetic.QUANTISED:
        return None
    return _broadcast.folded(site, np.multiply, _arithmetic.limit_pair(site))


OPERATOR = Operator(
    name="MUL",
    code=18,
    doc="Product of two tensors, broadcast against each other, with a fused clamp.",
    kernels=("mul_f32", "mul_s16", "mul_s32", "mul_s8", "scaled_product_s8"),
    limits="int16: a zero point other than 0.",
    beyond="quantised uint8",
    options=MulOptions,
    arity=(2, 2),
    types="int8, uint8, int16, int32, float32",
    infer=_broadcast.infer,
    check=_check,
    access=_broadcast.access,
    fold=_fold,
    lower=_lower,
)
