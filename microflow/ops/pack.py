"""PACK: tensors of one shape, stacked along a new dimension."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np
from attrs import frozen

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import Shape
from microflow.ops import _checks, _movement
from microflow.ops.options import option
from microflow.targets import Core


@frozen
class PackOptions:
    """Schema: PackOptions."""

    values_count: int = option(0, "i32")
    axis: int = option(1, "i32")


def _axis(site: Site) -> int:
    axis, rank = int(site.attrs.axis), len(site.input(0).shape) + 1
    return axis + rank if axis < 0 else axis


def _infer(site: Site) -> tuple[Shape, ...]:
    shape, axis = site.input(0).shape, _axis(site)
    return ((*shape[:axis], len(site.inputs), *shape[axis:]),)


def _check(site: Site) -> Iterator[Finding]:
    first = site.input(0)
    yield from _movement.movable(site)
    yield from _movement.axis_in_range(site.attrs.axis, len(first.shape) + 1, site.output)
    if site.attrs.values_count != len(site.inputs):
        yield Finding(
            f"{len(site.inputs)} inputs with a stated number of {site.attrs.values_count}",
            "as many inputs as stated",
        )
    for position in range(len(site.inputs)):
        tensor = site.inputs[position]
        yield from _checks.types(site, position, first.dtype)
        if tensor is None or tensor.shape != first.shape:
            yield Finding("an input of another shape", "inputs of one shape", tensor)


def _access(site: Site) -> Access:
    return whole(len(site.inputs))


def _fold(site: Site) -> tuple[bytes, ...] | None:
    parts = _movement.all_blocks(site)
    return None if parts is None else (np.stack(parts, _axis(site)).tobytes(),)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    y, axis = site.output, _axis(site)
    rows = prod(y.shape[:axis])
    within = _movement.bytes_within(y.shape, axis, y)
    return tuple(
        _movement.place(site.input(i), y, rows, i * within, len(site.inputs) * within)
        for i in range(len(site.inputs))
    )


OPERATOR = Operator(
    name="PACK",
    code=83,
    doc="Stacks tensors of one shape along a new dimension.",
    kernels=("copy_constant", "copy_strided"),
    limits="Inputs of several shapes or types.",
    beyond="uint8, bool",
    options=PackOptions,
    arity=(1, 1024),
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    types="all",
    copies=lambda site: len(site.inputs) == 1,
)
