"""RESHAPE: the same elements under another shape; no code, the output shares the input's bytes."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from attrs import frozen

from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import Shape
from microflow.ops import _movement, _view
from microflow.ops._constants import values
from microflow.ops.options import option


@frozen
class ReshapeOptions:
    """Schema: ReshapeOptions."""

    new_shape: tuple[int, ...] = option(0, ["i32"], ())


def _infer(site: Site) -> tuple[Shape, ...]:
    """The stated shape where it holds the input's elements, else what the model asks for."""
    found = (_resolved(shape, site.input(0).elements) for shape in _wanted(site))
    return (next((shape for shape in found if shape is not None), site.output.shape),)


def _wanted(site: Site) -> Iterator[Shape]:
    """The shapes that the model gives; the reference looks at the output's alone."""
    yield site.output.shape
    shape = site.optional(1)
    if shape is not None and shape.is_constant:
        yield tuple(int(size) for size in values(shape).ravel())
    yield tuple(site.attrs.new_shape)


def _resolved(shape: Shape, elements: int) -> Shape | None:
    """Returns `shape` with a size of -1 computed; None where it cannot hold `elements`."""
    known = prod(size for size in shape if size != -1)
    if -1 in shape and known > 0:
        shape = tuple(elements // known if size == -1 else size for size in shape)
    fits = all(size >= 0 for size in shape) and prod(shape) == elements
    return shape if fits else None


def _check(site: Site) -> Iterator[Finding]:
    yield from _movement.movable(site)
    if all(_resolved(shape, site.input(0).elements) is None for shape in _wanted(site)):
        yield Finding(
            f"an input of {site.input(0).elements} elements in another number of elements",
            "a new shape of as many elements",
            site.output,
        )


OPERATOR = Operator(
    name="RESHAPE",
    code=22,
    doc="Another shape for the same elements: takes neither time nor memory.",
    limits="Another number of elements.",
    options=ReshapeOptions,
    arity=(1, 2),
    infer=_infer,
    check=_check,
    access=_view.access,
    fold=_view.fold,
    lower=_view.lower,
    types="all",
    view=True,
)
