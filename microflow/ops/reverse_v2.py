"""REVERSE_V2: some axes backwards, which may be known at run time alone."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks, _movement, _walk
from microflow.ops._constants import values
from microflow.targets import Core


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.input(0).shape,)


def _check(site: Site) -> Iterator[Finding]:
    x, axes = site.input(0), site.input(1)
    yield from _movement.movable(site)
    yield from _checks.types(site, 1, DType.INT32)
    if axes.is_constant:
        for axis in values(axes).ravel().tolist():
            yield from _movement.axis_in_range(axis, len(x.shape), axes)


def _walked(site: Site) -> _walk.Walk:
    x, axes = site.input(0), site.input(1)
    backwards = {axis % len(x.shape) for axis in values(axes).ravel().tolist()}
    found = _walk.levels(x.shape, x.dtype.size)
    levels = tuple(
        _walk.Level(level.count, -level.step) if axis in backwards else level
        for axis, level in enumerate(found)
    )
    return _walk.Walk(levels, sum((found[a].count - 1) * found[a].step for a in backwards))


def _access(site: Site) -> Access:
    """In a picture whose rows stay in order, each row is reversed by itself."""
    if not site.input(1).is_constant:
        return whole(2)
    axes = values(site.input(1)).ravel().tolist()
    rows = len(site.output.shape) == 4 and all(axis % 4 >= 2 for axis in axes)
    return _walk.access(site, _walked(site), rows)


def _fold(site: Site) -> tuple[bytes, ...] | None:
    if not site.input(1).is_constant:
        return None
    return _walk.folded(site.input(0), _walked(site))


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, axes = site.input(0), site.input(1)
    if axes.is_constant:
        return (_walk.call(x, site.output, _walked(site)),)
    params: dict[str, Value] = {
        "elements": prod(x.shape),
        "unit": x.dtype.size,
        "axes": axes.elements,
        "dims": len(x.shape),
        "size": array("size", np.array(x.shape, np.int32)),
    }
    return (KernelCall("reverse", (x.id, axes.id), (site.output.id,), params),)


def _copies(site: Site) -> bool:
    return site.input(1).is_constant and _walk.is_copy(site, _walked(site))


OPERATOR = Operator(
    name="REVERSE_V2",
    code=105,
    doc="Any axes backwards, which a tensor may name at run time.",
    kernels=("copy_strided", "reverse", "strided_slice"),
    limits="Constant axes that the tensor does not have.",
    beyond="axes that are no neighbours",
    arity=(2, 2),
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    types="all",
    copies=_copies,
)
