"""Tensors whose elements lie in the input at regular steps: slices, transposes, repetitions.

The output is contiguous; its dimensions are levels, outermost first, each with the bytes from an
element to the next in the input. A step may be negative (backwards) or 0 (the same again).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from math import prod
from typing import Any

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from microflow.graph.access import Access, Elementwise, Rowwise, Whole
from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Site
from microflow.graph.tensor import Shape, Tensor


@frozen
class Level:
    """A dimension of the output: `step` in bytes of the input."""

    count: int
    step: int


@frozen
class Walk:
    """The levels, and where in the input the first element lies, in bytes."""

    levels: tuple[Level, ...]
    offset: int = 0


def levels(shape: Shape, unit: int) -> tuple[Level, ...]:
    """Returns the dimensions of a tensor of `shape` with elements of `unit` bytes, as they lie."""
    return tuple(Level(size, unit * prod(shape[axis + 1 :])) for axis, size in enumerate(shape))


def functions(
    walked: Callable[[Site], Walk], rows: Callable[[Site], bool] = lambda site: False
) -> dict[str, Any]:
    """Returns the functions of an operator whose first input is always `walked`, by field.

    `rows` tells whether row y of a picture is made of row y.
    """
    return {
        "access": lambda site: access(site, walked(site), rows(site)),
        "fold": lambda site: folded(site.input(0), walked(site)),
        "lower": lambda site, core: (call(site.input(0), site.output, walked(site)),),
        "copies": lambda site: is_copy(site, walked(site)),
    }


def access(site: Site, walk: Walk, rows: bool = False) -> Access:
    """Returns the access of an operator that walks its first input alone.

    `rows` tells whether row y of a picture is made of row y.
    """
    read = Elementwise() if is_copy(site, walk) else Rowwise() if rows else Whole()
    return Access((read, *[Whole()] * (len(site.inputs) - 1)))


def is_copy(site: Site, walk: Walk) -> bool:
    """Tells whether the output is the input, byte for byte."""
    outer, together = _merged(walk.levels, site.input(0).dtype.size)
    return not outer and together == site.input(0).bytes


def folded(source: Tensor, walk: Walk) -> tuple[bytes, ...] | None:
    """Returns the bytes of the only output where `source` is constant, else None."""
    if source.data is None:
        return None
    unit = source.dtype.size
    start = np.array(walk.offset)
    places: NDArray[np.int_] = reduce(_spread, walk.levels, start)
    return (np.frombuffer(source.data, f"V{unit}")[places // unit].tobytes(),)


def call(source: Tensor, output: Tensor, walk: Walk) -> KernelCall:
    """Returns the call that makes `output` of `source`, which lies in memory."""
    operands = (source.id,), (output.id,)
    found, together = _merged(walk.levels, source.dtype.size)
    if not found and together == source.bytes:
        return KernelCall("copy", *operands, {"bytes": together})
    *outer, rows = found or [Level(1, 0)]
    params: dict[str, Value] = {
        "rows": rows.count,
        "row_bytes": together,
        "in_offset": walk.offset,
        "in_step": rows.step,
    }
    if not outer:
        params |= {"out_offset": 0, "out_step": together}
        return KernelCall("copy_strided", *operands, params)
    return KernelCall("strided_slice", *operands, {**params, **_tables(outer)})


def place(source: Tensor, output: Tensor, walk: Walk) -> KernelCall:
    """Returns the call that writes `source` into a part of `output`, which `walk` describes."""
    operands = (source.id,), (output.id,)
    found, together = _merged(walk.levels, source.dtype.size)
    *outer, rows = found or [Level(1, 0)]
    params: dict[str, Value] = {
        "rows": rows.count,
        "row_bytes": together,
        "out_offset": walk.offset,
        "out_step": rows.step,
    }
    if not outer:
        params |= {"in_offset": 0, "in_step": together}
        return KernelCall("copy_strided", *operands, params)
    return KernelCall("strided_place", *operands, {**params, **_tables(outer)})


def _tables(outer: Sequence[Level]) -> dict[str, Value]:
    return {
        "slices": prod(level.count for level in outer),
        "dims": len(outer),
        "count": array("count", np.array([level.count for level in outer], np.int32)),
        "step": array("step", np.array([level.step for level in outer], np.int32)),
    }


def _spread(places: NDArray[np.int_], level: Level) -> NDArray[np.int_]:
    return places[..., None] + np.arange(level.count) * level.step


def _merged(given: Iterable[Level], unit: int) -> tuple[Sequence[Level], int]:
    """Returns the levels, outermost first, and the bytes that lie together.

    Dimensions of one element disappear, neighbours at one regular step become one.
    """
    found: list[Level] = []
    together = unit
    for level in reversed(tuple(given)):
        if level.count == 1:
            continue
        if not found and level.step == together:
            together *= level.count
        elif found and level.step == found[0].step * found[0].count:
            found[0] = evolve(found[0], count=found[0].count * level.count)
        else:
            found.insert(0, level)
    return found, together
