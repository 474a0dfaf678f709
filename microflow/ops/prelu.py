"""PRELU: negative values are multiplied by learnt factors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microflow.graph.access import Access, Whole
from microflow.graph.call import KernelCall, Value
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType
from microflow.numerics import fixed_point, tflm
from microflow.ops import _broadcast, _checks, _unary
from microflow.ops._constants import values
from microflow.ops._unary import Table
from microflow.targets import Core


def _check(site: Site) -> Iterator[Finding]:
    x, alpha = site.input(0), site.input(1)
    yield from _checks.types(site, 0, DType.FLOAT32, *_checks.QUANTISED)
    yield from _checks.same_type(site)
    wanted = DType.FLOAT32 if x.dtype is DType.FLOAT32 else DType.INT8
    yield from _checks.types(site, 1, wanted)
    yield from _checks.quantised(x, alpha, site.output, dtypes=_checks.QUANTISED)
    yield from _broadcast.check_shapes(site)


def _access(site: Site) -> Access:
    """An int8 alpha is no place for an int16 output."""
    access = _broadcast.access(site)
    same_size = site.input(1).dtype.size == site.output.dtype.size
    return access if same_size else Access((access.reads[0], Whole()))


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    if site.output.dtype is DType.FLOAT32:
        return (_broadcast.call(site, "prelu_f32", {}),)
    if site.output.dtype is DType.INT8 and _has_one_factor(site):
        return (_unary.looked_up(site, _table(site)),)
    return (_broadcast.call(site, "prelu_s8", _integer_params(site)),)


def _has_one_factor(site: Site) -> bool:
    return site.input(1).is_constant and site.input(1).elements == 1


def _table(site: Site) -> Table:
    x, alpha, y = site.input(0), site.input(1), site.output
    positive, negative = _factors(site)
    steps = _unary.steps(x)
    factor = int(values(alpha).item()) - alpha.zero_point
    below = fixed_point.requantise(steps * factor, *negative)
    above = fixed_point.requantise(steps, *positive)
    return _unary.clipped(np.where(steps < 0, below, above) + y.zero_point)


def _factors(site: Site) -> tuple[tuple[int, int], tuple[int, int]]:
    """Multiplier and shift of an input, and of its product with alpha."""
    x, alpha, y = site.input(0), site.input(1), site.output
    return (
        tflm.quantised_multiplier(x.scale / y.scale),
        tflm.quantised_multiplier(x.scale * alpha.scale / y.scale),
    )


def _integer_params(site: Site) -> dict[str, Value]:
    x, alpha, y = site.input(0), site.input(1), site.output
    (multiplier, shift), negative = _factors(site)
    low, high = tflm.INT_RANGE[y.dtype]
    return {
        "bytes": y.dtype.size,
        "in_zero_point": x.zero_point,
        "alpha_zero_point": alpha.zero_point,
        "out_zero_point": y.zero_point,
        "out_min": low,
        "out_max": high,
        "shift": shift,
        "negative_shift": negative[1],
        "multiplier": multiplier,
        "negative_multiplier": negative[0],
    }


def _result(x: NDArray[Any], alpha: NDArray[Any]) -> NDArray[Any]:
    return np.where(x >= 0, x, x * alpha)


def _fold(site: Site) -> tuple[bytes, ...] | None:
    return _broadcast.folded(site, _result)


OPERATOR = Operator(
    name="PRELU",
    code=54,
    doc="Multiplies negative values by factors, broadcast against each other.",
    kernels=("lookup_s8", "prelu_f32", "prelu_s8"),
    arity=(2, 2),
    beyond="quantised uint8",
    types="int8, uint8, int16 with int8 factors, float32",
    infer=_broadcast.infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
)
