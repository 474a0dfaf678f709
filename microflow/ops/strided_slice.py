"""STRIDED_SLICE: elements at regular steps along each dimension, forwards or backwards."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks, _movement, _walk
from microflow.ops._constants import values
from microflow.ops.options import option

_INDICES = ("begin", "end", "strides")  # inputs 1 to 3


@frozen
class StridedSliceOptions:
    """Schema: StridedSliceOptions. Bit i of a mask stands for dimension i."""

    begin_mask: int = option(0, "i32")
    end_mask: int = option(1, "i32")
    ellipsis_mask: int = option(2, "i32")
    new_axis_mask: int = option(3, "i32")
    shrink_axis_mask: int = option(4, "i32")
    offset: bool = option(5, "bool", False)


@frozen
class _Taken:
    """A dimension of the output, or a single index; `axis` is the input's, None: it is new."""

    axis: int | None
    indices: range
    single: bool = False
    stride: int = 1


def _taken(site: Site) -> list[_Taken]:
    """What is taken: as the numbers say, an ellipsis and what they don't mention whole."""
    shape, masks = site.input(0).shape, site.attrs
    numbers = list(zip(*(values(site.input(i)).ravel().tolist() for i in (1, 2, 3)), strict=True))
    found: list[_Taken] = []
    axis = 0
    for position, (begin, end, stride) in enumerate(numbers):
        bit = 1 << position
        if masks.ellipsis_mask & bit:
            behind = _behind(site, position)
            found += _whole(shape, axis, behind)
            axis = max(axis, behind)
        elif masks.new_axis_mask & bit:
            found.append(_Taken(None, range(1)))
        elif axis < len(shape):
            indices = _range(site, shape[axis], bit, (begin, end, stride))
            single = bool(masks.shrink_axis_mask & bit)
            found.append(_Taken(axis, indices, single, stride))
            axis += 1
    return found + _whole(shape, axis, len(shape))


def _behind(site: Site, ellipsis: int) -> int:
    """The first dimension behind an ellipsis: the numbers behind it stand for the last ones."""
    rest = range(ellipsis + 1, site.input(1).elements)
    named = sum(not site.attrs.new_axis_mask >> position & 1 for position in rest)
    return len(site.input(0).shape) - named


def _whole(shape: Shape, first: int, end: int) -> list[_Taken]:
    return [_Taken(axis, range(shape[axis])) for axis in range(first, end)]


def _range(site: Site, size: int, bit: int, numbers: tuple[int, int, int]) -> range:
    begin, end, stride = numbers
    first = None if site.attrs.begin_mask & bit else begin
    if site.attrs.shrink_axis_mask & bit:
        start = slice(first, None).indices(size)[0]
        return range(start, start + 1)
    if site.attrs.offset:
        start = slice(first, None, stride).indices(size)[0]
        return range(*slice(start, max(start + end, 0), stride).indices(size))
    last = None if site.attrs.end_mask & bit else end
    return range(*slice(first, last, stride).indices(size))


def _infer(site: Site) -> tuple[Shape, ...]:
    return (tuple(len(taken.indices) for taken in _taken(site) if not taken.single),)


def _check(site: Site) -> Iterator[Finding]:
    yield from _movement.movable(site)
    for position, role in enumerate(_INDICES, 1):
        yield from _checks.types(site, position, DType.INT32, DType.INT64)
        yield from _checks.constant(site, position, role)
    if len({site.input(i).elements for i in (1, 2, 3)}) != 1:
        yield Finding("begin, end and strides of different lengths", "equal lengths")
    elif all(site.input(i).is_constant for i in (1, 2, 3)):
        yield from _check_ellipsis(site)
        yield from _check_indices(site)


def _check_ellipsis(site: Site) -> Iterator[Finding]:
    mask, count = site.attrs.ellipsis_mask, site.input(1).elements
    positions = [position for position in range(count) if mask >> position & 1]
    if len(positions) > 1:
        yield Finding("more than one ellipsis", "one ellipsis", site.output)
    for position in positions:
        before = position - (site.attrs.new_axis_mask & (1 << position) - 1).bit_count()
        if _behind(site, position) <= before:
            yield Finding("an ellipsis that stands for no dimension", "no ellipsis", site.output)


def _check_indices(site: Site) -> Iterator[Finding]:
    if 0 in values(site.input(3)):
        yield Finding("a stride of 0", "strides other than 0", site.input(3))
        return
    for taken in _taken(site):
        if taken.axis is None or not taken.single:
            continue
        if taken.stride < 0:
            yield Finding("a negative stride of a single index", "a stride of 1", site.input(3))
        if taken.indices.start >= site.input(0).shape[taken.axis]:
            yield Finding(
                f"an index outside dimension {taken.axis}",
                "an index within the dimension",
                site.input(1),
            )


def _walked(site: Site) -> _walk.Walk:
    x = site.input(0)
    found = [taken.indices for taken in _taken(site) if taken.axis is not None]
    dims = list(zip(found, _walk.levels(x.shape, x.dtype.size), strict=True))
    return _walk.Walk(
        tuple(_walk.Level(len(taken), taken.step * level.step) for taken, level in dims),
        sum(taken.start * level.step for taken, level in dims),
    )


def _keeps_rows(site: Site) -> bool:
    """Tells whether all rows of pictures are taken, in their order."""
    taken, shape = _taken(site), site.input(0).shape
    if len(shape) != 4 or any(each.single or each.axis is None for each in taken):
        return False
    return all(taken[axis].indices == range(shape[axis]) for axis in (0, 1))


OPERATOR = Operator(
    name="STRIDED_SLICE",
    code=45,
    doc="Any rank, steps forwards and backwards, new axes, an ellipsis; indices are constants.",
    kernels=("copy_strided", "strided_slice"),
    limits=(
        "Indices that are no constants; several ellipses; an ellipsis that stands for no dimension."
    ),
    beyond="uint8, int64; ranks above 4; new axes, ellipses and ends that are offsets",
    options=StridedSliceOptions,
    arity=(4, 4),
    infer=_infer,
    check=_check,
    types="all",
    **_walk.functions(_walked, _keeps_rows),
)
