"""DYNAMIC_UPDATE_SLICE: writes a smaller tensor into a tensor, at a place known at run time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from microflow.graph.access import Access, Elementwise, Whole, whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks, _movement, _window_at
from microflow.ops._constants import values
from microflow.targets import Core


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.input(0).shape,)


def _check(site: Site) -> Iterator[Finding]:
    x, update, begin = (site.input(i) for i in range(3))
    yield from _movement.movable(site)
    yield from _checks.types(site, 1, x.dtype)
    yield from _checks.types(site, 2, DType.INT32, DType.INT64)
    if not x.shape:
        yield Finding("a single number that is updated", "one dimension or more", x)
    elif len(update.shape) != len(x.shape):
        yield Finding("an update of another rank", "one rank", update)
    elif any(size > most for size, most in zip(update.shape, x.shape, strict=True)):
        yield Finding(
            f"an update of shape {list(update.shape)} in {list(x.shape)}",
            "an update that is no larger than the tensor",
            update,
        )
    elif begin.elements != len(x.shape):
        yield Finding(
            f"{begin.elements} indices for {len(x.shape)} dimensions", "an index a dimension", begin
        )


def _access(site: Site) -> Access:
    """The tensor is copied first, so it may lie where the output does; not row by row."""
    if site.input(1).is_constant and site.input(2).is_constant:
        return whole(3)
    return Access((Elementwise(), Whole(), Whole()))


def _fold(site: Site) -> tuple[bytes, ...] | None:
    if not all(site.input(i).is_constant for i in range(3)):
        return None
    made, update = _movement.blocks(site.input(0)).copy(), _movement.blocks(site.input(1))
    begin = values(site.input(2)).ravel()
    room = [size - count for size, count in zip(made.shape, update.shape, strict=True)]
    first = np.clip(begin, 0, room).tolist()
    place = zip(first, update.shape, strict=True)
    made[tuple(slice(at, at + count) for at, count in place)] = update
    return (made.tobytes(),)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, y = site.input(0), site.output
    if x.is_constant:
        copy = _movement.place(x, y, rows=1, offset=0, step=0)
    else:
        copy = KernelCall("copy", (x.id,), (y.id,), {"bytes": x.bytes})
    return (copy, _window_at.write(site.input(1), site.input(2), y))


OPERATOR = Operator(
    name="DYNAMIC_UPDATE_SLICE",
    code=151,
    doc="Writes a tensor into a larger one at run-time indices; where it would leave the tensor, "
    "as near as it fits.",
    kernels=("copy", "copy_constant", "window_at"),
    limits="Scalars; an update that is larger than the tensor.",
    beyond="uint8, int64, bool",
    arity=(3, 3),
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    types="all",
)
