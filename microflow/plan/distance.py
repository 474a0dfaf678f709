"""How near a task's output may lie to an operand that dies in it: safe distances, in bytes.

An operator reads and writes pixel by pixel in a known order, so its output may begin inside its
operand as long as no byte is written before its last read (Stahl et al., arXiv:2010.01668).
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from microflow.graph.access import Elementwise, Window
from microflow.plan.tasks import Operand, Picture, Task, may_share


@frozen
class Distances:
    """The least bytes between the starts of an operand and of the output that overlaps it.

    `below`: the output starts at least so far below the operand and is written in ascending order.
    `above`: it starts at least so far above it and is written in descending order. None where that
    is never safe. Only multiples of `unit` are safe distances.
    """

    below: int | None
    above: int | None
    unit: int = 1

    def orders(self, output: int, operand: int) -> frozenset[int]:
        """Returns the orders (1 ascending, -1 descending) that are safe for these offsets."""
        distance = operand - output
        if distance % self.unit:
            return frozenset()
        ascending = self.below is not None and distance >= self.below
        descending = self.above is not None and -distance >= self.above
        return frozenset([1] * ascending + [-1] * descending)


NEVER = Distances(None, None)


def distances(task: Task, operand: Operand) -> Distances:
    """Returns how near the output of `task`, run on whole tensors, may lie to `operand`."""
    if len(task.outputs) != 1 or not may_share(operand.tensor.dtype, task.site.output.dtype):
        return NEVER
    if sum(o.buffer == operand.buffer for o in task.operands) > 1 and not task.elementwise:
        return NEVER
    if isinstance(operand.read, Elementwise):
        return Distances(0, None)
    if not isinstance(operand.read, Window) or operand.picture is None or task.picture is None:
        return NEVER
    return _windowed(task, operand.read, operand.picture, task.picture)


def _windowed(task: Task, window: Window, read: Picture, written: Picture) -> Distances:
    first, end = _fields(window, read, written)
    by_channel = task.channelwise and read.pixel_bytes == written.pixel_bytes
    starts = np.arange(len(first)) * written.pixel_bytes
    ends = starts + written.pixel_bytes
    lowest_from = np.minimum.accumulate(first[::-1])[::-1]
    highest_to = np.maximum.accumulate(end)
    # What a pixel overwrites must not be read by the pixels behind it.
    below = (ends[:-1] - lowest_from[1:]).max(initial=0)
    above = (highest_to[:-1] - starts[1:]).max(initial=0)
    if not by_channel:
        # All but its last channel must not be read by the pixel itself either.
        last = 0 if task.whole_rows else task.site.output.dtype.size
        early = written.pixel_bytes - last
        written_early = early > 0
        below = max(below, (starts + early - lowest_from).max() if written_early else 0)
        above = max(above, (highest_to - starts).max() if written_early else 0)
    return Distances(
        int(below), int(above) if task.reversible else None, read.pixel_bytes if by_channel else 1
    )


def _fields(
    window: Window, read: Picture, written: Picture
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first byte, and the one behind the last, that each output pixel reads.

    A pixel whose window lies outside the picture reads nothing: its range is empty.
    """
    ys, xs = np.arange(written.rows), np.arange(written.columns)
    top, bottom = _span(ys, window, 0, read.rows)
    left, right = _span(xs, window, 1, read.columns)
    first = (top[:, None] * read.columns + left) * read.pixel_bytes
    end = (bottom[:, None] * read.columns + right + 1) * read.pixel_bytes
    empty = (bottom < top)[:, None] | (right < left)
    huge = np.iinfo(np.int64).max // 4
    return np.where(empty, huge, first).ravel(), np.where(empty, -huge, end).ravel()


def _span(
    at: NDArray[np.int64], window: Window, axis: int, size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first and the last pixel along `axis` that outputs `at` read; last < first: none."""
    dilation = window.dilation[axis]
    first = at * window.stride[axis] - window.padding[axis]
    last = first + (window.kernel[axis] - 1) * dilation
    before = -(np.minimum(first, 0) // dilation)  # taps before the picture, and behind it
    behind = -(np.minimum(size - 1 - last, 0) // dilation)
    return first + before * dilation, last - behind * dilation
