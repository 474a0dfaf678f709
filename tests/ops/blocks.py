"""Draws pictures in blocks, and makes models of SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import evolve, frozen
from hypothesis import strategies as st

from tests.assemble import N
from tests.ops.moved import Shape, numbers, tensor
from tests.ops.same import Array, Part, values
from tests.ops.windows import changed

Pairs = list[tuple[int, int]]


@frozen
class Case:
    """Pictures in batches: shapes before and behind the operator, blocks and margins."""

    dtype: str
    shape: Shape
    made: Shape
    block: list[int]
    margins: Pairs
    index: str = "int32"
    zero_point: int = 0


def part(op: str, case: Case, at_run_time: bool = False) -> Part:
    """Returns the operator as a model; blocks and margins may come at run time."""
    made = Part(
        [
            tensor("x", case.dtype, case.shape, zero_point=case.zero_point),
            numbers("b", case.block, case.index),
            numbers("m", case.margins, case.index),
            tensor("y", case.dtype, case.made, zero_point=case.zero_point),
        ],
        [N(op, ["x", "b", "m"], ["y"])],
    )
    if not at_run_time:
        return made
    return evolve(changed(changed(made, "b", data=None), "m", data=None), inputs=["x", "b", "m"])


def inputs(case: Case, seed: int, at_run_time: bool = False) -> list[Array]:
    """Returns values for the inputs of a part."""
    x = values(case.dtype, case.shape, seed)
    if not at_run_time:
        return [x]
    return [x, np.array(case.block, case.index), np.array(case.margins, case.index)]


@st.composite
def cases(draw: st.DrawFn, op: str, *types: str, index: str = "int32") -> Case:
    """Draws pictures of one or two spatial dimensions whose blocks fit."""
    spatial = draw(st.integers(1, 2))
    block = draw(st.lists(st.integers(1, 3), min_size=spatial, max_size=spatial))
    counts = draw(st.lists(st.integers(1, 3), min_size=spatial, max_size=spatial))
    full = [count * size for count, size in zip(counts, block, strict=True)]
    margins: Pairs = []
    for size in full:
        before = draw(st.integers(0, min(size - 1, 3)))
        margins.append((before, draw(st.integers(0, min(size - 1 - before, 3)))))
    kept = [size - sum(pair) for size, pair in zip(full, margins, strict=True)]
    batches, channels = draw(st.integers(1, 2)), draw(st.integers(1, 3))
    space = (batches, *kept, channels)
    dealt = (batches * int(np.prod(block)), *counts, channels)
    shapes = (space, dealt) if op == "SPACE_TO_BATCH_ND" else (dealt, space)
    dtype = draw(st.sampled_from(types))
    zero_point = draw(st.sampled_from([-128, 0, 7])) if dtype == "int8" else 0
    return Case(dtype, *shapes, block, margins, index, zero_point)


def dealt(x: Any, block: list[int], margins: Pairs) -> Any:
    """Returns what SPACE_TO_BATCH_ND makes of `x`, by another way than the kernel's."""
    padded = np.pad(x, [(0, 0), *margins, (0, 0)])
    starts = np.ndindex(*block)
    steps = [[slice(s, None, b) for s, b in zip(start, block, strict=True)] for start in starts]
    return np.concatenate([padded[(slice(None), *step)] for step in steps])


def together(x: Any, block: list[int], margins: Pairs) -> Any:
    """Returns what BATCH_TO_SPACE_ND makes of `x`, by another way than the kernel's."""
    batches = len(x) // int(np.prod(block))
    full = [size * each for size, each in zip(x.shape[1:-1], block, strict=True)]
    made = np.zeros((batches, *full, x.shape[-1]), x.dtype)
    for number, start in enumerate(np.ndindex(*block)):
        step = [slice(s, None, b) for s, b in zip(start, block, strict=True)]
        made[(slice(None), *step)] = x[number * batches : (number + 1) * batches]
    kept = [slice(a, size - b) for size, (a, b) in zip(full, margins, strict=True)]
    return made[(slice(None), *kept)]
