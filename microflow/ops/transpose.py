"""TRANSPOSE: the dimensions in another order."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.access import Access
from microflow.graph.call import KernelCall
from microflow.graph.ir import DType, Finding, Operator, Shape, Site
from microflow.ops import _checks, _movement, _walk
from microflow.ops._constants import values
from microflow.targets import Core


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


def _access(site: Site) -> Access:
    """In a picture whose rows stay in place, each row is transposed by itself."""
    return _walk.access(site, _walked(site), rows=_order(site) == (0, 1, 3, 2))


def _fold(site: Site) -> tuple[bytes, ...] | None:
    data = _walk.folded(site.input(0), _walked(site))
    return None if data is None else (data,)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    return (_walk.call(site.input(0), site.output, _walked(site)),)


def _copies(site: Site) -> bool:
    return _walk.is_copy(site, _walked(site))


OPERATOR = Operator(
    name="TRANSPOSE",
    code=39,
    doc="Puts the dimensions into another constant order; any rank.",
    arity=(2, 2),
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    types="all",
    copies=_copies,
)
