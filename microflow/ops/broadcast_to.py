"""BROADCAST_TO: repeats dimensions of one element up to a shape."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks, _movement, _repeat, _walk


def _infer(site: Site) -> tuple[Shape, ...]:
    return (_repeat.shape(site, 1),)


def _check(site: Site) -> Iterator[Finding]:
    yield from _movement.movable(site)
    yield from _checks.types(site, 1, DType.INT32, DType.INT64)
    yield from _repeat.broadcastable(site, site.input(0).shape, _repeat.shape(site, 1))


def _walked(site: Site) -> _walk.Walk:
    x = site.input(0)
    return _repeat.broadcast(x.shape, site.output.shape, x.dtype.size)


OPERATOR = Operator(
    name="BROADCAST_TO",
    code=130,
    doc="Repeats dimensions of one element; any rank.",
    kernels=("copy_strided", "strided_slice"),
    limits="A shape that the input does not fit.",
    beyond="ranks above 5",
    arity=(2, 2),
    infer=_infer,
    check=_check,
    types="all",
    **_walk.functions(_walked),
)
