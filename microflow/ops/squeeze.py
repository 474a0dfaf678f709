"""SQUEEZE: without dimensions of one element; no code, the output shares the input's bytes."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import Shape
from microflow.ops import _movement, _view
from microflow.ops.options import option


@frozen
class SqueezeOptions:
    """Schema: SqueezeOptions. No dimensions: all of one element."""

    squeeze_dims: tuple[int, ...] = option(0, ["i32"], ())


def _infer(site: Site) -> tuple[Shape, ...]:
    shape = site.input(0).shape
    gone = {axis % len(shape) for axis in site.attrs.squeeze_dims}
    if not gone:
        gone = {axis for axis, size in enumerate(shape) if size == 1}
    return (tuple(size for axis, size in enumerate(shape) if axis not in gone),)


def _check(site: Site) -> Iterator[Finding]:
    x = site.input(0)
    yield from _movement.movable(site)
    for axis in site.attrs.squeeze_dims:
        yield from _movement.axis_in_range(axis, len(x.shape), x)
        if x.shape[axis] != 1:
            yield Finding(
                f"squeezing dimension {axis} of {x.shape[axis]} elements",
                "dimensions of one element",
                x,
            )


OPERATOR = Operator(
    name="SQUEEZE",
    code=43,
    doc="Removes dimensions of one element: takes neither time nor memory.",
    limits="Dimensions of more than one element.",
    options=SqueezeOptions,
    infer=_infer,
    check=_check,
    access=_view.access,
    fold=_view.fold,
    lower=_view.lower,
    types="all",
    view=True,
)
