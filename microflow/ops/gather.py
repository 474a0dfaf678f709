"""GATHER: the given indices of one axis, known at compile time or at run time."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np
from attrs import frozen

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Shape, Site
from microflow.ops import _checks, _gather, _movement
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


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, (axis, batch) = site.input(0), _axes(site)
    sizes, batches = (x.shape[axis],), prod(x.shape[:batch])
    return (_gather.call(x, site.input(1), site.output, axis, sizes, batches),)


OPERATOR = Operator(
    name="GATHER",
    code=36,
    doc="Picks indices along any dimension, with batch dimensions; an index out of range takes the "
    "nearest element.",
    options=GatherOptions,
    arity=(2, 2),
    infer=_infer,
    check=_check,
    access=_gather.access,
    fold=_fold,
    lower=_lower,
    types="all",
)
