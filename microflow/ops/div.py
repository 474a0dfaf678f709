"""DIV: the quotient of two tensors, element by element, broadcast against each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from microflow.graph.call import KernelCall, Value
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType
from microflow.numerics import tflm
from microflow.ops import _arithmetic, _broadcast
from microflow.targets import Core


@frozen
class DivOptions(_arithmetic.ClampOptions):
    """Schema: DivOptions."""


def _check(site: Site) -> Iterator[Finding]:
    yield from _arithmetic.check(site, DType.INT8, DType.INT32, DType.FLOAT32)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    params: dict[str, Value] = _arithmetic.limits(site)
    if site.output.dtype is DType.INT8:
        params |= {**_arithmetic.zero_points(site), **_multiplier(site)}
    return (_arithmetic.call(site, "div", params),)


def _multiplier(site: Site) -> dict[str, Value]:
    a, b, y = site.input(0).scale, site.input(1).scale, site.output.scale
    multiplier, shift = tflm.quantised_multiplier(a / (b * y))
    return {"multiplier": multiplier, "shift": shift}


def _fold(site: Site) -> tuple[bytes, ...] | None:
    if site.output.dtype is DType.INT8:
        return None
    compute = np.divide if site.output.dtype is DType.FLOAT32 else _integer_quotient
    return _broadcast.folded(site, compute, _arithmetic.limit_pair(site))


def _integer_quotient(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    """As the kernel has it: rounded towards zero, 0 where `b` is 0, wrapping."""
    wide = a.astype(np.int64)
    divisors = np.where(b == 0, 1, b).astype(np.int64)
    quotients = np.abs(wide) // np.abs(divisors) * np.sign(wide) * np.sign(divisors)
    return np.where(b == 0, 0, quotients).astype(np.int32)


OPERATOR = Operator(
    name="DIV",
    code=42,
    doc="Quotient of two tensors, broadcast against each other, with a fused clamp; "
    "an integer divided by zero is zero.",
    kernels=("div_f32", "div_s32", "div_s8"),
    beyond="quantised uint8; quotients of integers by zero",
    options=DivOptions,
    arity=(2, 2),
    types="int8, uint8, int32, float32",
    infer=_broadcast.infer,
    check=_check,
    access=_broadcast.access,
    fold=_fold,
    lower=_lower,
)
