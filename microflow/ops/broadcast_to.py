"""BROADCAST_TO: repeats dimensions of one element up to a shape."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.access import Access
from microflow.graph.call import KernelCall
from microflow.graph.ir import DType, Finding, Operator, Shape, Site
from microflow.ops import _checks, _movement, _repeat, _walk
from microflow.targets import Core


def _infer(site: Site) -> tuple[Shape, ...]:
    return (_repeat.shape(site, 1),)


def _check(site: Site) -> Iterator[Finding]:
    yield from _movement.movable(site)
    yield from _checks.types(site, 1, DType.INT32, DType.INT64)
    yield from _repeat.broadcastable(site, site.input(0).shape, _repeat.shape(site, 1))


def _walked(site: Site) -> _walk.Walk:
    x = site.input(0)
    return _repeat.broadcast(x.shape, site.output.shape, x.dtype.size)


def _access(site: Site) -> Access:
    return _walk.access(site, _walked(site))


def _fold(site: Site) -> tuple[bytes, ...] | None:
    data = _walk.folded(site.input(0), _walked(site))
    return None if data is None else (data,)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    return (_walk.call(site.input(0), site.output, _walked(site)),)


def _copies(site: Site) -> bool:
    return _walk.is_copy(site, _walked(site))


OPERATOR = Operator(
    name="BROADCAST_TO",
    code=130,
    doc="Repeats dimensions of one element; any rank.",
    arity=(2, 2),
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    types="all",
    copies=_copies,
)
