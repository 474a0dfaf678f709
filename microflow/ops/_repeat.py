"""Operators whose output repeats the input along some dimensions."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import Shape
from microflow.ops import _walk
from microflow.ops._constants import values


def shape(site: Site, position: int) -> Shape:
    """Returns the shape that an input asks for; the stated one where it is known at run time."""
    wanted = site.input(position)
    if not wanted.is_constant:
        return site.output.shape
    return tuple(int(size) for size in values(wanted).ravel())


def broadcastable(site: Site, given: Shape, made: Shape) -> Iterator[Finding]:
    """Yields a finding where a tensor of shape `given` cannot be repeated to shape `made`."""
    missing = len(made) - len(given)
    sizes = zip(given, made[max(missing, 0) :], strict=False)
    if missing < 0 or any(size not in (1, wanted) for size, wanted in sizes):
        yield Finding(
            f"broadcasting {list(given)} to {list(made)}",
            "a shape whose dimensions, from the last, are the input's where those are not 1",
            site.output,
        )


def broadcast(given: Shape, made: Shape, unit: int) -> _walk.Walk:
    """Returns how a tensor of shape `given` is walked to fill one of shape `made`."""
    present = _walk.levels((*[1] * (len(made) - len(given)), *given), unit)
    return _walk.Walk(
        tuple(
            _walk.Level(count, 0 if level.count == 1 else level.step)
            for level, count in zip(present, made, strict=True)
        )
    )


def tiled(given: Shape, made: Shape, unit: int) -> _walk.Walk:
    """Returns the same where dimensions are repeated a whole number of times."""
    levels: list[_walk.Level] = []
    for level, count in zip(_walk.levels(given, unit), made, strict=True):
        levels += [_walk.Level(count // level.count, 0), level]
    return _walk.Walk(tuple(levels))
