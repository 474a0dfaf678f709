"""FLOOR_MOD: the rest of a division, with the sign of the divisor."""

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
    return _arithmetic.check(site, DType.INT32, DType.INT64, DType.FLOAT32)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    return (_arithmetic.call(site, "floor_mod", {}),)


def _fold(site: Site) -> tuple[bytes, ...] | None:
    return _broadcast.folded(site, _compute)


def _compute(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    rest = np.fmod(a, b)  # of integers, 0 where b is 0
    made: NDArray[Any] = np.where((rest != 0) & ((b < 0) != (rest < 0)), rest + b, rest)
    return made


OPERATOR = Operator(
    name="FLOOR_MOD",
    code=95,
    doc="Rest of a division with the sign of the divisor, broadcast; of an integer "
    "divided by zero it is zero.",
    arity=(2, 2),
    types="int32, int64, float32",
    kernels=("floor_mod_f32", "floor_mod_s32", "floor_mod_s64"),
    limits="Operands of two types.",
    beyond="int32, int64",
    infer=_broadcast.infer,
    check=_check,
    access=_broadcast.access,
    fold=_fold,
    lower=_lower,
)
