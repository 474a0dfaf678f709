"""Operators that cut a tensor along one axis, a piece for each output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import Tensor
from microflow.ops import _checks, _movement, _walk


@frozen
class Cut:
    """The tensor that is cut along `axis` into pieces of these `sizes`."""

    source: Tensor
    axis: int
    sizes: Sequence[int]


def check(site: Site, position: int, axis: int | None) -> Iterator[Finding]:
    """Yields findings on the type of an input and its outputs, and on the axis if it is known."""
    source = site.input(position)
    yield from _checks.types(site, position, *_movement.MOVABLE)
    yield from _checks.output_types(site, source.dtype)
    if axis is not None:
        yield from _movement.axis_in_range(axis, len(source.shape), source)


def access(site: Site) -> Access:
    """Returns an access that promises nothing: there are several outputs."""
    return whole(len(site.inputs))


def fold(cut: Cut) -> tuple[bytes, ...] | None:
    """Returns the pieces of a constant, else None."""
    if not cut.source.is_constant:
        return None
    pieces = (_walk.folded(cut.source, walk) for walk in _walks(cut))
    return tuple(data for piece in pieces if piece is not None for data in piece)


def lower(site: Site, cut: Cut) -> tuple[KernelCall, ...]:
    """Returns a call for each output."""
    walks = zip(site.outputs, _walks(cut), strict=True)
    return tuple(_walk.call(cut.source, output, walk) for output, walk in walks)


def _walks(cut: Cut) -> Iterator[_walk.Walk]:
    levels = _walk.levels(cut.source.shape, cut.source.dtype.size)
    along, start = levels[cut.axis], 0
    for size in cut.sizes:
        piece = (*levels[: cut.axis], evolve(along, count=size), *levels[cut.axis + 1 :])
        yield _walk.Walk(piece, start * along.step)
        start += size
