"""FILL: a tensor of one value."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks, _movement, _repeat, _walk
from microflow.targets import Core


def _infer(site: Site) -> tuple[Shape, ...]:
    return (_repeat.shape(site, 0),)


def _check(site: Site) -> Iterator[Finding]:
    value = site.input(1)
    yield from _checks.types(site, 0, DType.INT32, DType.INT64)
    yield from _checks.types(site, 1, *_movement.MOVABLE)
    yield from _checks.same_type(site, 1)
    if value.elements != 1:
        yield Finding(f"{value.elements} values", "one value", value)


def _walked(site: Site) -> _walk.Walk:
    return _repeat.broadcast((), site.output.shape, site.output.dtype.size)


def _access(site: Site) -> Access:
    return whole(2)


def _fold(site: Site) -> tuple[bytes, ...] | None:
    return _walk.folded(site.input(1), _walked(site))


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    return (_walk.call(site.input(1), site.output, _walked(site)),)


OPERATOR = Operator(
    name="FILL",
    code=94,
    doc="A tensor of one value, which may be known at run time.",
    kernels=("copy", "copy_strided"),
    limits="More than one value.",
    beyond="uint8, int16, int64, bool; a value of rank 1; a shape that has its value at run time",
    arity=(2, 2),
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    types="all",
)
