"""FLOOR_MOD: the rest of a division, with the sign of the divisor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microflow.graph.call import KernelCall
from microflow.graph.ir import DType, Finding, Operator, Site
from microflow.ops import _arithmetic, _broadcast
from microflow.targets import Core


def _check(site: Site) -> Iterator[Finding]:
    return _arithmetic.check(site, DType.FLOAT32)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    return (_arithmetic.call(site, "floor_mod", {}),)


def _fold(site: Site) -> tuple[bytes, ...] | None:
    return _broadcast.folded(site, _compute)


def _compute(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    rest = np.fmod(a, b)
    made: NDArray[Any] = np.where((rest != 0) & ((b < 0) != (rest < 0)), rest + b, rest)
    return made


OPERATOR = Operator(
    name="FLOOR_MOD",
    code=95,
    doc="Rest of a division with the sign of the divisor, broadcast up to rank 6.",
    arity=(2, 2),
    types="float32",
    infer=_broadcast.infer,
    check=_check,
    access=_broadcast.access,
    fold=_fold,
    lower=_lower,
)
