"""TILE: repeats each dimension a number of times. LiteRT has it, TensorFlow Lite Micro does not."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks, _movement, _repeat, _walk
from microflow.ops._constants import values


def _infer(site: Site) -> tuple[Shape, ...]:
    """The stated shape where the numbers are not known before run time."""
    x, times = site.input(0), site.input(1)
    if not times.is_constant:
        return (site.output.shape,)
    pairs = zip(x.shape, values(times).ravel().tolist(), strict=True)
    return (tuple(size * count for size, count in pairs),)


def _check(site: Site) -> Iterator[Finding]:
    x, times, y = site.input(0), site.input(1), site.output
    yield from _movement.movable(site)
    yield from _movement.filled(x)
    yield from _checks.types(site, 1, DType.INT32, DType.INT64)
    if times.elements != len(x.shape):
        yield Finding(
            f"{times.elements} numbers of copies for {len(x.shape)} dimensions",
            "a number a dimension",
            times,
        )
    elif times.is_constant and (values(times) < 1).any():
        yield Finding("no copy", "one copy or more along each dimension", times)
    elif len(y.shape) != len(x.shape):
        yield Finding("an output of another rank than the input", "one rank", y)
    elif any(made % size for made, size in zip(y.shape, x.shape, strict=True)):
        yield Finding("an output of parts of copies", "whole copies of the input", y)


def _walked(site: Site) -> _walk.Walk:
    x = site.input(0)
    return _repeat.tiled(x.shape, site.output.shape, x.dtype.size)


def _keeps_rows(site: Site) -> bool:
    """In a picture whose rows stay in order, each row is repeated by itself."""
    x, y = site.input(0).shape, site.output.shape
    return len(y) == 4 and x[:2] == y[:2]


OPERATOR = Operator(
    name="TILE",
    code=69,
    doc="Repeats each dimension a number of times; any rank.",
    kernels=("copy_strided", "strided_slice"),
    limits="Numbers of copies that do not lead to the output's shape.",
    arity=(2, 2),
    infer=_infer,
    check=_check,
    types="all",
    **_walk.functions(_walked, _keeps_rows),
)
