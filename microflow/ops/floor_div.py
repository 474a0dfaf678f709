"""FLOOR_DIV: the quotient of two tensors, rounded down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType
from microflow.ops import _arithmetic, _broadcast
from microflow.targets import Core


def _check(site: Site) -> Iterator[Finding]:
    return _arithmetic.check(site, DType.INT32, DType.FLOAT32)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    return (_arithmetic.call(site, "floor_div", {}),)


def _fold(site: Site) -> tuple[bytes, ...] | None:
    return _broadcast.folded(site, _compute)


def _compute(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    """The reference divides floats in double precision."""
    real = a.dtype == np.float32
    quotient: NDArray[Any] = (
        np.floor(np.divide(a, b, dtype=np.float64)) if real else np.floor_divide(a, b)
    )
    return quotient.astype(a.dtype)


OPERATOR = Operator(
    name="FLOOR_DIV",
    code=90,
    doc="Quotient of two tensors, rounded down, broadcast against each other; "
    "an integer divided by zero is zero.",
    arity=(2, 2),
    types="int32, float32",
    kernels=("floor_div_f32", "floor_div_s32"),
    limits="Operands of two types.",
    beyond="int32; division by zero",
    infer=_broadcast.infer,
    check=_check,
    access=_broadcast.access,
    fold=_fold,
    lower=_lower,
)
