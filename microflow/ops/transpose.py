"""TRANSPOSE: the dimensions in another order."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks, _movement, _walk
from microflow.ops._constants import values


def _order(site: Site) -> tuple[int, ...]:
    """The dimension of the input that each one of the output is."""
    return tuple(int(axis) for axis in values(site.input(1)).ravel())


def _infer(site: Site) -> tuple[Shape, ...]:
    return (tuple(site.input(0).shape[axis] for axis in _order(site)),)


def _check(site: Site) -> Iterator[Finding]:
    yield from _movement.movable(site)
    yield from _checks.types(site, 1, DType.INT32)
    yield from _checks.constant(site, 1, "order of dimensions")
    rank = len(site.input(0).shape)
    if site.input(1).is_constant and sorted(_order(site)) != list(range(rank)):
        yield Finding(
            f"the order {list(_order(site))} of {rank} dimensions",
            f"each of the dimensions 0 to {rank - 1} once",
            site.input(1),
        )


def _walked(site: Site) -> _walk.Walk:
    x = site.input(0)
    levels = _walk.levels(x.shape, x.dtype.size)
    return _walk.Walk(tuple(levels[axis] for axis in _order(site)))


def _keeps_rows(site: Site) -> bool:
    """In a picture whose rows stay in place, each row is transposed by itself."""
    return _order(site) == (0, 1, 3, 2)


OPERATOR = Operator(
    name="TRANSPOSE",
    code=39,
    doc="Puts the dimensions into another constant order; any rank.",
    kernels=("strided_slice",),
    limits="An order that is no constant.",
    beyond="uint8, int32, int64, bool; ranks above 5",
    arity=(2, 2),
    infer=_infer,
    check=_check,
    types="all",
    **_walk.functions(_walked, _keeps_rows),
)
