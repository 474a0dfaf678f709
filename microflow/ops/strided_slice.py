"""STRIDED_SLICE: elements at regular steps along each dimension, forwards or backwards."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np
from attrs import evolve, frozen

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import DType, Finding, Operator, Shape, Site
from microflow.ops import _checks, _movement
from microflow.ops._constants import values
from microflow.ops.options import option
from microflow.targets import Core

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


def _ranges(site: Site) -> tuple[range, ...]:
    """The indices taken of each dimension; all of those that `begin` does not mention."""
    shape = site.input(0).shape
    indices = zip(*(values(site.input(i)).ravel().tolist() for i in (1, 2, 3)), strict=True)
    given = [
        _range(site, axis, *triple)
        for axis, triple in zip(range(len(shape)), indices, strict=False)
    ]
    return (*given, *(range(size) for size in shape[len(given) :]))


def _range(site: Site, axis: int, begin: int, end: int, stride: int) -> range:
    bit, size = 1 << axis, site.input(0).shape[axis]
    first = None if site.attrs.begin_mask & bit else begin
    if site.attrs.shrink_axis_mask & bit:
        start = slice(first, None).indices(size)[0]
        return range(start, start + 1)
    last = None if site.attrs.end_mask & bit else end
    return range(*slice(first, last, stride).indices(size))


def _infer(site: Site) -> tuple[Shape, ...]:
    shrunk = site.attrs.shrink_axis_mask
    return (tuple(len(r) for axis, r in enumerate(_ranges(site)) if not shrunk >> axis & 1),)


def _check(site: Site) -> Iterator[Finding]:
    yield from _movement.movable(site)
    for position, role in enumerate(_INDICES, 1):
        yield from _checks.types(site, position, DType.INT32, DType.INT64)
        yield from _checks.constant(site, position, role)
    for mask in ("ellipsis_mask", "new_axis_mask", "offset"):
        if getattr(site.attrs, mask):
            yield Finding(f"option {mask}", "indices for every dimension instead", site.output)
    if len({site.input(i).elements for i in (1, 2, 3)}) != 1:
        yield Finding("begin, end and strides of different lengths", "equal lengths")
    elif all(site.input(i).is_constant for i in (1, 2, 3)):
        yield from _check_indices(site)


def _check_indices(site: Site) -> Iterator[Finding]:
    strides = values(site.input(3)).ravel().tolist()
    if 0 in strides:
        yield Finding("a stride of 0", "strides other than 0", site.input(3))
        return
    for axis, taken in enumerate(_ranges(site)):
        if not site.attrs.shrink_axis_mask >> axis & 1:
            continue
        if axis < len(strides) and strides[axis] < 0:
            yield Finding("a negative stride of a single index", "a stride of 1", site.input(3))
        if taken.start >= site.input(0).shape[axis]:
            yield Finding(
                f"an index outside dimension {axis}", "an index within the dimension", site.input(1)
            )


def _access(site: Site) -> Access:
    return whole(4)


def _fold(site: Site) -> tuple[bytes, ...] | None:
    if not site.input(0).is_constant:
        return None
    return (_movement.blocks(site.input(0))[np.ix_(*_ranges(site))].tobytes(),)


@frozen
class _Level:
    """A dimension of the output as it lies in the input: `step` in bytes."""

    count: int
    step: int


def _levels(site: Site) -> tuple[list[_Level], int, int]:
    """Returns the dimensions, outermost first; the bytes that lie together; the first's offset.

    Dimensions of one element disappear, neighbours at one regular step become one.
    """
    levels: list[_Level] = []
    together, offset, unit = site.input(0).dtype.size, 0, site.input(0).dtype.size
    for taken, size in zip(reversed(_ranges(site)), reversed(site.input(0).shape), strict=True):
        level = _Level(len(taken), taken.step * unit)
        offset += taken.start * unit
        unit *= size
        if level.count == 1:
            continue
        if not levels and level.step == together:
            together *= level.count
        elif levels and level.step == levels[0].step * levels[0].count:
            levels[0] = evolve(levels[0], count=levels[0].count * level.count)
        else:
            levels.insert(0, level)
    return levels, together, offset


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    levels, together, offset = _levels(site)
    *outer, rows = levels or [_Level(1, 0)]
    params: dict[str, Value] = {
        "rows": rows.count,
        "row_bytes": together,
        "in_offset": offset,
        "in_step": rows.step,
    }
    operands = (site.input(0).id,), (site.output.id,)
    if not outer:
        params |= {"out_offset": 0, "out_step": together}
        return (KernelCall("copy_strided", *operands, params),)
    params |= {
        "slices": prod(level.count for level in outer),
        "dims": len(outer),
        "count": array("count", np.array([level.count for level in outer], np.int32)),
        "step": array("step", np.array([level.step for level in outer], np.int32)),
    }
    return (KernelCall("strided_slice", *operands, params),)


OPERATOR = Operator(
    name="STRIDED_SLICE",
    code=45,
    doc="Any rank, steps forwards and backwards; begin, end and shrink masks.",
    options=StridedSliceOptions,
    arity=(4, 4),
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    types="all",
)
