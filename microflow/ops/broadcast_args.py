"""BROADCAST_ARGS: the shape that two shapes are broadcast to, where both may come at run time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks
from microflow.ops._broadcast import broadcast_shape
from microflow.ops._constants import values
from microflow.targets import Core


def _infer(site: Site) -> tuple[Shape, ...]:
    return ((max(site.input(0).elements, site.input(1).elements),),)


def _check(site: Site) -> Iterator[Finding]:
    for position in (0, 1):
        yield from _checks.types(site, position, DType.INT32, DType.INT64)
        yield from _checks.same_type(site, position)
        yield from _checks.rank(site, position, 1)
    if site.input(0).is_constant and site.input(1).is_constant and _folded(site) is None:
        yield Finding(
            "two shapes that are not broadcast",
            "shapes whose dimensions, from the last, are equal or 1",
            site.input(1),
        )


def _folded(site: Site) -> Shape | None:
    a, b = (tuple(values(site.input(i)).tolist()) for i in (0, 1))
    return broadcast_shape(a, b)


def _fold(site: Site) -> tuple[bytes, ...] | None:
    if not (site.input(0).is_constant and site.input(1).is_constant):
        return None
    little = np.dtype(site.output.dtype.numpy).newbyteorder("<")
    return (np.array(_folded(site), little).tobytes(),)


def _access(site: Site) -> Access:
    return whole(2)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    a, b = site.input(0), site.input(1)
    params = {"a_dims": a.elements, "b_dims": b.elements, "size_bytes": a.dtype.size}
    return (KernelCall("broadcast_args", (a.id, b.id), (site.output.id,), params),)


OPERATOR = Operator(
    name="BROADCAST_ARGS",
    code=145,
    doc="The shape that two shapes are broadcast to; of sizes that do not fit, the first's.",
    kernels=("broadcast_args",),
    limits="Operands of two types; constants that do not fit each other.",
    arity=(2, 2),
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    types="int32, int64",
)
