"""SPLIT: equal pieces along one axis, an output each."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks, _pieces
from microflow.ops._constants import values
from microflow.ops.options import option
from microflow.targets import Core


@frozen
class SplitOptions:
    """Schema: SplitOptions. The reference counts the outputs instead."""

    num_splits: int = option(0, "i32")


def _given_axis(site: Site) -> int | None:
    axis = site.input(0)
    return int(values(axis).ravel()[0]) if axis.is_constant and axis.elements else None


def _cut(site: Site) -> _pieces.Cut:
    axis, shape = _given_axis(site), site.input(1).shape
    assert axis is not None
    size = shape[axis] // len(site.outputs)
    return _pieces.Cut(site.input(1), axis % len(shape), [size] * len(site.outputs))


def _infer(site: Site) -> tuple[Shape, ...]:
    cut, shape = _cut(site), site.input(1).shape
    return tuple((*shape[: cut.axis], size, *shape[cut.axis + 1 :]) for size in cut.sizes)


def _check(site: Site) -> Iterator[Finding]:
    yield from _checks.types(site, 0, DType.INT32, DType.INT64)
    yield from _checks.constant(site, 0, "axis")
    axis = _given_axis(site)
    if axis is None:
        yield Finding("no axis", "one axis", site.input(0))
        return
    yield from _pieces.check(site, 1, axis)
    size = site.input(1).shape[axis]
    if size % len(site.outputs):
        yield Finding(
            f"{size} elements in {len(site.outputs)} equal pieces",
            "a number of outputs that divides the dimension, or SPLIT_V",
            site.input(1),
        )


def _fold(site: Site) -> tuple[bytes, ...] | None:
    return _pieces.fold(_cut(site))


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    return _pieces.lower(site, _cut(site))


OPERATOR = Operator(
    name="SPLIT",
    code=49,
    doc="Equal pieces along any dimension.",
    kernels=("copy", "copy_strided"),
    limits="An axis that is no constant; pieces of several sizes.",
    beyond="uint8, int64, bool",
    options=SplitOptions,
    arity=(2, 2),
    outputs=None,
    infer=_infer,
    check=_check,
    access=_pieces.access,
    fold=_fold,
    lower=_lower,
    types="all",
)
