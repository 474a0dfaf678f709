"""SQUARED_DIFFERENCE: (a - b)^2 of two tensors' elements, broadcast against each other."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any

from attrs import evolve
from numpy.typing import NDArray

from microflow.graph.call import KernelCall, Value
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType
from microflow.numerics import tflm
from microflow.ops import _arithmetic, _broadcast
from microflow.targets import Core

_LEFT_SHIFT = {DType.INT8: 7, DType.INT16: 0}  # bits of headroom that operands are scaled up by


def _check(site: Site) -> Iterator[Finding]:
    yield from _arithmetic.check(site, DType.INT8, DType.INT16, DType.INT32, DType.FLOAT32)
    yield from _arithmetic.check_symmetric(site)


def _factors(site: Site) -> _arithmetic.Factors:
    """Those of a difference; the square has the square of its scale."""
    left_shift = _LEFT_SHIFT[site.output.dtype]
    reference = 2 * max(site.input(0).scale, site.input(1).scale)
    out = reference * reference / ((1 << 2 * left_shift) * site.output.scale)
    return evolve(_arithmetic.factors(site, left_shift), out=out)


def _limits(site: Site) -> tuple[float, float]:
    floats = site.output.dtype is DType.FLOAT32
    return (-inf, inf) if floats else tflm.INT_RANGE[site.output.dtype]


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    low, high = _limits(site)
    params: dict[str, Value] = {"square": 1, "out_min": low, "out_max": high}
    if site.output.dtype in _LEFT_SHIFT:
        params |= {"left_shift": _LEFT_SHIFT[site.output.dtype]}
        params |= {**_arithmetic.zero_points(site), **_factors(site).params()}
    return (_arithmetic.call(site, "sub", params),)


def _fold(site: Site) -> tuple[bytes, ...] | None:
    return _broadcast.folded(site, _squared)


def _squared(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    difference = a - b
    squared: NDArray[Any] = difference * difference
    return squared


OPERATOR = Operator(
    name="SQUARED_DIFFERENCE",
    code=99,
    doc="Squares of two tensors' differences, broadcast against each other.",
    kernels=("sub_f32", "sub_s16", "sub_s32", "sub_s8"),
    limits="int16: a zero point other than 0.",
    arity=(2, 2),
    types="int8, int16, int32, float32",
    infer=_broadcast.infer,
    check=_check,
    access=_broadcast.access,
    fold=_fold,
    lower=_lower,
)
