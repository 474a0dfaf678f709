"""GATHER_ND: the elements, or slices, at the given places."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import Shape
from microflow.ops import _checks, _gather, _movement
from microflow.ops._constants import values
from microflow.targets import Core


def _sizes(site: Site) -> Shape:
    """The dimensions that the last dimension of the indices stands for."""
    return site.input(0).shape[: site.input(1).shape[-1]]


def _infer(site: Site) -> tuple[Shape, ...]:
    return ((*site.input(1).shape[:-1], *site.input(0).shape[len(_sizes(site)) :]),)


def _check(site: Site) -> Iterator[Finding]:
    x, indices = site.input(0), site.input(1)
    yield from _gather.check(site, 0, 1)
    yield from _checks.same_type(site)
    numbers = indices.shape[-1] if indices.shape else 0
    if not 1 <= numbers <= len(x.shape):
        yield Finding(
            f"{numbers} indices a place in {len(x.shape)} dimensions",
            "an index for each of the first dimensions",
            indices,
        )
        return
    yield from _gather.check_indices(indices, _sizes(site))


def _fold(site: Site) -> tuple[bytes, ...] | None:
    if not (site.input(0).is_constant and site.input(1).is_constant):
        return None
    places = tuple(np.moveaxis(values(site.input(1)), -1, 0))
    return (_movement.blocks(site.input(0))[places].tobytes(),)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    return (_gather.call(site.input(0), site.input(1), site.output, 0, _sizes(site)),)


OPERATOR = Operator(
    name="GATHER_ND",
    code=107,
    doc="Picks elements or slices; an index out of range takes the nearest element.",
    kernels=("gather",),
    limits="Constant indices outside the tensor.",
    beyond="uint8, int16, int32, int64, bool",
    arity=(2, 2),
    infer=_infer,
    check=_check,
    access=_gather.access,
    fold=_fold,
    lower=_lower,
    types="all",
)
