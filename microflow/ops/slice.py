"""SLICE: a window of a tensor, which may begin where the model decides at run time."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks, _movement, _walk, _window_at
from microflow.ops._constants import values
from microflow.targets import Core

_INDICES = ("begin", "size")  # inputs 1 and 2
_REST = -1  # as a size: all behind the beginning


def _begin(site: Site) -> list[int]:
    return [int(first) for first in values(site.input(1)).ravel()]


def _infer(site: Site) -> tuple[Shape, ...]:
    """The stated shape where sizes are not known before run time, as the reference does."""
    begin, size = site.input(1), site.input(2)
    if not size.is_constant:
        return (site.output.shape,)
    sizes = [int(count) for count in values(size).ravel()]
    if not begin.is_constant:
        pairs = zip(sizes, site.output.shape, strict=True)
        return (tuple(made if count == _REST else count for count, made in pairs),)
    whole_sizes = zip(sizes, _begin(site), site.input(0).shape, strict=True)
    return (tuple(full - at if count == _REST else count for count, at, full in whole_sizes),)


def _check(site: Site) -> Iterator[Finding]:
    x = site.input(0)
    yield from _movement.movable(site)
    for position, role in enumerate(_INDICES, 1):
        yield from _checks.types(site, position, DType.INT32, DType.INT64)
        if site.input(position).elements != len(x.shape):
            yield Finding(
                f"{role} of {site.input(position).elements} numbers for {len(x.shape)} dimensions",
                "a number a dimension",
                site.input(position),
            )
    if len(site.output.shape) != len(x.shape):
        yield Finding("an output of another rank than the input", "one rank", site.output)
    yield from _check_window(site)


def _check_window(site: Site) -> Iterator[Finding]:
    x, (shape,) = site.input(0), _infer(site)
    begin = _begin(site) if site.input(1).is_constant else [0] * len(shape)
    for axis, (first, size, full) in enumerate(zip(begin, shape, x.shape, strict=True)):
        if first < 0 or size < 0 or first + size > full:
            yield Finding(
                f"{size} elements from {first} on in dimension {axis} of {full}",
                "a window within the tensor",
                x,
            )


def _walked(site: Site) -> _walk.Walk:
    x = site.input(0)
    levels = _walk.levels(x.shape, x.dtype.size)
    sizes = zip(levels, site.output.shape, strict=True)
    return _walk.Walk(
        tuple(evolve(level, count=count) for level, count in sizes),
        sum(first * level.step for first, level in zip(_begin(site), levels, strict=True)),
    )


def _access(site: Site) -> Access:
    """In a picture of whose rows all are kept, each row is cut by itself."""
    if not site.input(1).is_constant:
        return whole(3)
    rows = len(site.output.shape) == 4 and site.output.shape[:2] == site.input(0).shape[:2]
    return _walk.access(site, _walked(site), rows)


def _fold(site: Site) -> tuple[bytes, ...] | None:
    if not site.input(1).is_constant:
        return None
    return _walk.folded(site.input(0), _walked(site))


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    if site.input(1).is_constant:
        return (_walk.call(site.input(0), site.output, _walked(site)),)
    return (_window_at.read(site.input(0), site.input(1), site.output),)


def _copies(site: Site) -> bool:
    return site.input(1).is_constant and _walk.is_copy(site, _walked(site))


OPERATOR = Operator(
    name="SLICE",
    code=65,
    doc="A window of a tensor of any rank; it may begin where a tensor says at run time.",
    kernels=("copy_strided", "strided_slice", "window_at"),
    limits="A constant window that leaves the tensor.",
    beyond="uint8, int64",
    arity=(3, 3),
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    types="all",
    copies=_copies,
)
