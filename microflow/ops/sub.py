"""SUB: the difference of two tensors, broadcast against each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import frozen

from microflow.graph.call import KernelCall, Value
from microflow.graph.ir import Operator, Site
from microflow.ops import _arithmetic, _blend, _broadcast, _weighted
from microflow.targets import Core


@frozen
class SubOptions(_arithmetic.ClampOptions):
    """Schema: SubOptions."""


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    weighted = _weighted.call(site, -1)
    if weighted is not None:
        return (weighted,)
    params: dict[str, Value] = {"square": 0, **_arithmetic.limits(site)}
    left_shift = _arithmetic.SUM_BITS.get(site.output.dtype)
    if left_shift is not None:
        params |= {"left_shift": left_shift, **_arithmetic.zero_points(site)}
        params |= _arithmetic.factors(site, left_shift).params()
    return (_arithmetic.call(site, "sub", params),)


def _designs(site: Site, core: Core) -> Iterator[tuple[KernelCall, ...]]:
    return _blend.designs(site, core, -1)


def _fold(site: Site) -> tuple[bytes, ...] | None:
    if site.output.dtype in _arithmetic.QUANTISED:
        return None
    return _broadcast.folded(site, np.subtract, _arithmetic.limit_pair(site))


OPERATOR = Operator(
    name="SUB",
    code=41,
    doc="Difference of two tensors, broadcast against each other, with a fused clamp.",
    kernels=(
        "blend_s8",
        "sub_f32",
        "sub_s16",
        "sub_s32",
        "sub_s8",
        "weighted_sum_s8",
    ),
    limits=("An int8 or int16 output scale far below the inputs'."),
    beyond="quantised uint8",
    options=SubOptions,
    arity=(2, 2),
    types="int8, uint8, int16, int32, float32",
    infer=_broadcast.infer,
    check=_arithmetic.check_sum,
    access=_broadcast.access,
    fold=_fold,
    lower=_lower,
    designs=_designs,
)
