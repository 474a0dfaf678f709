"""Functions of two truth values: LOGICAL_AND, LOGICAL_OR, and whether they are equal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType
from microflow.ops import _broadcast, _checks
from microflow.targets import Core


def operator(name: str, code: int, outcomes: int) -> Operator:
    """Returns the record of the operator that is true in those `outcomes`.

    Bit 0 stands for two false operands, 1 where only b is true, 2 where only a is, 3 for both.
    """

    def lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
        return (call(site, outcomes),)

    def fold(site: Site) -> tuple[bytes, ...] | None:
        return folded(site, outcomes)

    which = name.removeprefix("LOGICAL_").lower()
    return Operator(
        name=name,
        code=code,
        doc=f"Logical {which} of two tensors, broadcast against each other.",
        arity=(2, 2),
        types="bool",
        kernels=("logical_u8",),
        infer=_broadcast.infer,
        check=_check,
        access=_broadcast.access,
        fold=fold,
        lower=lower,
    )


def call(site: Site, outcomes: int) -> KernelCall:
    """Returns the call for two operands of type bool."""
    return _broadcast.call(site, "logical_u8", {"outcomes": outcomes})


def folded(site: Site, outcomes: int) -> tuple[bytes, ...] | None:
    """Returns the result where both operands, of type bool, are constants."""

    def function(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
        a, b = (x.view(np.uint8) != 0 for x in (a, b))
        results: NDArray[Any] = (outcomes >> (2 * a + b)) & 1
        return results.astype(np.uint8)

    return _broadcast.folded(site, function)


def _check(site: Site) -> Iterator[Finding]:
    yield from _checks.types(site, 0, DType.BOOL)
    yield from _broadcast.check_types(site)
    yield from _broadcast.check_shapes(site)
