"""EXPAND_DIMS: one dimension of one element more; no code, the output shares the input's bytes."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks, _movement, _view
from microflow.ops._constants import values


def _axis(site: Site) -> int:
    """The first number: the reference does not look at more."""
    return int(values(site.input(1)).ravel()[0])


def _infer(site: Site) -> tuple[Shape, ...]:
    shape, axis = site.input(0).shape, _axis(site)
    at = axis if axis >= 0 else axis + len(shape) + 1
    return ((*shape[:at], 1, *shape[at:]),)


def _check(site: Site) -> Iterator[Finding]:
    yield from _movement.movable(site)
    yield from _checks.types(site, 1, DType.INT32, DType.INT64)
    yield from _checks.constant(site, 1, "axis")
    axis, rank = site.input(1), len(site.input(0).shape) + 1
    if axis.elements == 0:
        yield Finding("no axis", "one axis", axis)
    elif axis.is_constant:
        yield from _movement.axis_in_range(_axis(site), rank, axis)


OPERATOR = Operator(
    name="EXPAND_DIMS",
    code=70,
    doc="Inserts a dimension of one element: takes neither time nor memory.",
    limits="An axis that is no constant.",
    beyond="uint8, int32, int64, bool; an axis of int64",
    arity=(2, 2),
    infer=_infer,
    check=_check,
    access=_view.access,
    fold=_view.fold,
    lower=_view.lower,
    types="all",
    view=True,
)
