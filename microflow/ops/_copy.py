"""COPY: not an operator of the schema, but what an output that turned out constant needs."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.access import Access, elementwise
from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import Shape
from microflow.ops import _movement
from microflow.targets import Core


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.input(0).shape,)


def _check(site: Site) -> Iterator[Finding]:
    return _movement.movable(site)


def _access(site: Site) -> Access:
    return elementwise(1)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, y = site.input(0), site.output
    if x.is_constant:
        return (_movement.place(x, y, rows=1, offset=0, step=0),)
    return (KernelCall("copy", (x.id,), (y.id,), {"bytes": x.bytes}),)


OPERATOR = Operator(
    name="COPY",
    code=-1,
    doc="Copies a tensor; the compiler inserts it where an output is a constant.",
    infer=_infer,
    check=_check,
    access=_access,
    lower=_lower,
    types="all",
    kernels=("copy", "copy_constant"),
)
