"""Operators on two tensors whose shapes are broadcast against each other, as NumPy does it.

A kernel walks the output as `runs` of `count` elements. Within a run an operand advances by one
element or stands still (`a_step`, `b_step`); from run to run it moves by the strides of the `outer`
dimensions around the run. Neighbouring dimensions that are broadcast alike are one, so tensors of
equal shape are a single run, and so is a tensor with a scalar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby, zip_longest
from math import prod
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from microflow.graph.access import Access, Elementwise, Whole
from microflow.graph.call import Array, KernelCall, Value, array
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks
from microflow.ops._constants import values


def check(site: Site) -> Iterator[Finding]:
    """Yields findings on the types and shapes of two operands and their output, and on scales."""
    yield from check_types(site)
    yield from _checks.quantised(site.input(0), site.input(1), site.output)
    yield from check_shapes(site)


def check_types(site: Site) -> Iterator[Finding]:
    """Yields findings where an operand's type is not the output's."""
    yield from _checks.same_type(site, 0)
    yield from _checks.same_type(site, 1)


def check_shapes(site: Site) -> Iterator[Finding]:
    """Yields findings on the shapes of two operands."""
    a, b = site.input(0), site.input(1)
    if broadcast_shape(a.shape, b.shape) is None:
        yield Finding(
            f"broadcasting {list(a.shape)} against {list(b.shape)}",
            "shapes whose dimensions, from the last, are equal or 1",
            b,
        )


def infer(site: Site) -> tuple[Shape, ...]:
    """Returns the shape that both operands are broadcast to."""
    shape = broadcast_shape(site.input(0).shape, site.input(1).shape)
    assert shape is not None
    return (shape,)


def access(site: Site) -> Access:
    """Returns an access by element for operands of the output's size; others are read whole."""
    size = site.output.elements
    reads = [Elementwise() if site.input(i).elements == size else Whole() for i in (0, 1)]
    return Access(tuple(reads))


def broadcast_shape(a: Shape, b: Shape) -> Shape | None:
    """Returns the common shape of `a` and `b`, or None where they don't broadcast."""
    pairs = list(_pairs(a, b))
    if any(x != y and 1 not in (x, y) for x, y in pairs):
        return None
    return tuple(y if x == 1 else x for x, y in reversed(pairs))


def call(site: Site, kernel: str, params: Mapping[str, Value]) -> KernelCall:
    """Returns the call of a kernel on two broadcast operands: `params` and the layout's."""
    a, b = site.input(0), site.input(1)
    return KernelCall(
        kernel, (a.id, b.id), (site.output.id,), {**layout(a.shape, b.shape), **params}
    )


def folded(
    site: Site, compute: Callable[..., NDArray[Any]], limits: tuple[float, float] | None = None
) -> tuple[bytes, ...] | None:
    """Returns `compute` of two constants that have no scale, within `limits`; else None."""
    a, b = site.input(0), site.input(1)
    if not (a.is_constant and b.is_constant) or a.dtype in (DType.INT8, DType.INT16):
        return None
    with np.errstate(all="ignore"):
        made = compute(values(a), values(b))
    if limits is not None:
        made = made.clip(*np.array(limits, made.dtype))
    return (made.astype(made.dtype.newbyteorder("<")).tobytes(),)


def layout(a: Shape, b: Shape) -> dict[str, Value]:
    """Returns the parameters by which a kernel walks its output and both operands."""
    run, *outer = _collapsed(a, b) or [_Extent(1, True, True)]
    return {
        "runs": prod(e.size for e in outer),
        "count": run.size,
        "a_step": int(run.in_a),
        "b_step": int(run.in_b),
        "outer": len(outer),
        "extents": _table("extents", [e.size for e in outer]),
        "a_strides": _table("a_strides", _strides([run, *outer], [e.in_a for e in (run, *outer)])),
        "b_strides": _table("b_strides", _strides([run, *outer], [e.in_b for e in (run, *outer)])),
    }


def block_layout(a: Shape, b: Shape, a_block: int, b_block: int) -> dict[str, Value]:
    """Returns the parameters by which a kernel walks blocks of elements, a run for each.

    The shapes count blocks; a block of `a` has `a_block` elements, one of `b` has `b_block`.
    """
    single = _Extent(1, True, True)
    extents = _collapsed(a, b)
    a_strides = _strides([single, *extents], [True, *(e.in_a for e in extents)])
    b_strides = _strides([single, *extents], [True, *(e.in_b for e in extents)])
    return {
        "runs": prod(e.size for e in extents),
        "outer": len(extents),
        "extents": _table("extents", [e.size for e in extents]),
        "a_strides": _table("a_strides", [stride * a_block for stride in a_strides]),
        "b_strides": _table("b_strides", [stride * b_block for stride in b_strides]),
    }


@frozen
class _Extent:
    """A dimension of the output, and which operands extend along it."""

    size: int
    in_a: bool
    in_b: bool


def _pairs(a: Shape, b: Shape) -> Iterator[tuple[int, int]]:
    """The dimensions of both shapes, from the last to the first."""
    return zip_longest(reversed(a), reversed(b), fillvalue=1)


def _collapsed(a: Shape, b: Shape) -> list[_Extent]:
    """The dimensions from the last, without those of 1, neighbours of one kind merged."""
    wide = [(x, y) for x, y in _pairs(a, b) if (x, y) != (1, 1)]
    groups = groupby(wide, key=lambda pair: (pair[0] != 1, pair[1] != 1))
    return [
        _Extent(prod(x if in_a else y for x, y in members), in_a, in_b)
        for (in_a, in_b), members in groups
    ]


def _strides(extents: Sequence[_Extent], present: Sequence[bool]) -> list[int]:
    """The strides, in elements, of all but the first extent: 0 where the operand is repeated."""
    strides, stride = [], 1
    for extent, here in zip(extents, present, strict=True):
        strides.append(stride if here else 0)
        stride *= extent.size if here else 1
    return strides[1:]


def _table(name: str, numbers: Sequence[int]) -> Array | None:
    return array(name, np.array(numbers, np.int32)) if numbers else None
