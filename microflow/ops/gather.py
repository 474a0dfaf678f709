"""GATHER: the given indices of one axis, known at compile time or at run time."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np
from attrs import frozen

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import Shape
from microflow.ops import _checks, _gather, _movement, _walk
from microflow.ops._constants import values
from microflow.ops.options import option
from microflow.targets import Core


@frozen
class GatherOptions:
    """Schema: GatherOptions. The first `batch_dims` dimensions have indices of their own."""

    axis: int = option(0, "i32")
    batch_dims: int = option(1, "i32")


def _axes(site: Site) -> tuple[int, int]:
    """The axis and the number of batch dimensions, both counted from the front."""
    axis, batch = site.attrs.axis, site.attrs.batch_dims
    ranks = len(site.input(0).shape), len(site.input(1).shape)
    return axis + ranks[0] * (axis < 0), batch + ranks[1] * (batch < 0)


def _infer(site: Site) -> tuple[Shape, ...]:
    (axis, batch), shape = _axes(site), site.input(0).shape
    return ((*shape[:axis], *site.input(1).shape[batch:], *shape[axis + 1 :]),)


def _check(site: Site) -> Iterator[Finding]:
    x, indices = site.input(0), site.input(1)
    yield from _gather.check(site, 0, 1)
    yield from _checks.same_type(site)
    yield from _movement.axis_in_range(site.attrs.axis, len(x.shape), x)
    axis, batch = _axes(site)
    if not 0 <= batch <= min(axis, len(indices.shape)):
        yield Finding(
            f"{site.attrs.batch_dims} batch dimensions with axis {site.attrs.axis}",
            "batch dimensions of the indices, in front of the axis",
            indices,
        )
    elif x.shape[:batch] != indices.shape[:batch]:
        yield Finding("indices for another number of batches", "one shape of both", indices)
    yield from _gather.check_indices(indices, (x.shape[axis],))


def _fold(site: Site) -> tuple[bytes, ...] | None:
    x, indices = site.input(0), site.input(1)
    axis, batch = _axes(site)
    if not (x.is_constant and indices.is_constant):
        return None
    batches = prod(x.shape[:batch])
    blocks = _movement.blocks(x).reshape(batches, -1, *x.shape[axis:])
    picked = values(indices).reshape(batches, -1)
    rows = [block[:, each] for block, each in zip(blocks, picked, strict=True)]
    return (np.stack(rows).tobytes(),)


def _walked(site: Site) -> _walk.Walk | None:
    """How the input is walked where the indices are constant and equally far apart, else None."""
    x, indices = site.input(0), site.input(1)
    axis, batch = _axes(site)
    if batch or not indices.is_constant:
        return None
    numbers = values(indices).ravel().tolist()
    step = numbers[1] - numbers[0] if len(numbers) > 1 else 0
    if numbers != [numbers[0] + i * step for i in range(len(numbers))]:
        return None
    levels = _walk.levels(x.shape, x.dtype.size)
    along = _walk.Level(len(numbers), step * levels[axis].step)
    picked = (*levels[:axis], along, *levels[axis + 1 :])
    return _walk.Walk(picked, numbers[0] * levels[axis].step)


def _access(site: Site) -> Access:
    """In a picture, indices of columns or channels pick within each row."""
    walk, axis = _walked(site), _axes(site)[0]
    if walk is None:
        return whole(2)
    return _walk.access(site, walk, rows=len(site.output.shape) == 4 and axis >= 2)


def _copies(site: Site) -> bool:
    walk = _walked(site)
    return walk is not None and _walk.is_copy(site, walk)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, (axis, batch), walk = site.input(0), _axes(site), _walked(site)
    if walk is not None:
        return (_walk.call(x, site.output, walk),)
    sizes, batches = (x.shape[axis],), prod(x.shape[:batch])
    return (_gather.call(x, site.input(1), site.output, axis, sizes, batches),)


OPERATOR = Operator(
    name="GATHER",
    code=36,
    doc="Picks indices along any dimension, with batch dimensions; an index out of range takes the "
    "nearest element.",
    kernels=("copy_strided", "gather", "strided_slice"),
    limits="Constant indices outside the dimension.",
    beyond="uint8, int16, int32, int64, bool; indices of int64",
    options=GatherOptions,
    arity=(2, 2),
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    types="all",
    copies=_copies,
)
