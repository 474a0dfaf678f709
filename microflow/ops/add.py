"""ADD: the sum of two tensors, broadcast against each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import frozen

from microflow.graph.call import KernelCall, Value
from microflow.graph.ir import Operator, Site
from microflow.graph.tensor import DType
from microflow.numerics import tflm
from microflow.ops import _arithmetic, _blend, _broadcast, _weighted
from microflow.targets import Core


@frozen
class AddOptions(_arithmetic.ClampOptions):
    """Schema: AddOptions. The reference does not look at `pot_scale_int16`."""


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    weighted = _weighted.call(site, 1)
    if weighted is not None:
        return (weighted,)
    params: dict[str, Value] = {}
    if site.output.dtype is not DType.INT32:
        params |= _arithmetic.limits(site)
    left_shift = _arithmetic.SUM_BITS.get(site.output.dtype)
    if left_shift is not None:
        params |= _arithmetic.zero_points(site)
        params |= _arithmetic.factors(site, left_shift).params()
    return (_arithmetic.call(site, "add", params),)


def _designs(site: Site, core: Core) -> Iterator[tuple[KernelCall, ...]]:
    return _blend.designs(site, core, 1)


def _fold(site: Site) -> tuple[bytes, ...] | None:
    """The reference ignores the activation of an integer sum."""
    limits = tflm.float_activation_range(site.attrs.activation)
    float_limits = limits if site.output.dtype is DType.FLOAT32 else None
    return _broadcast.folded(site, np.add, float_limits)


OPERATOR = Operator(
    name="ADD",
    code=0,
    doc="Sum of two tensors, broadcast against each other, with a fused clamp.",
    kernels=(
        "add_f32",
        "add_s16",
        "add_s32",
        "add_s8",
        "blend_s8",
        "weighted_sum_s8",
    ),
    limits=("An int8 or int16 output scale far below the inputs'."),
    beyond="quantised uint8",
    options=AddOptions,
    arity=(2, 2),
    types="int8, uint8, int16, int32, float32",
    infer=_broadcast.infer,
    check=_arithmetic.check_sum,
    access=_broadcast.access,
    fold=_fold,
    lower=_lower,
    designs=_designs,
)
