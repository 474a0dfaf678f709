"""The proof of a plan: plays every read and write of a run and finds clobbered bytes.

Each byte of the arena remembers what was written there last: a tensor, or a row of a ring. A read
finds the mark that it expects on every byte, or the plan is wrong. Bands are played event by event,
row by row. A step on whole tensors is played at the granularity of kernels' promises: each byte has
the time of its write and that of its last read, in pixels and channels, and no byte that is still
read may be written. Nothing here comes from the planner but offsets, orders and events.

Variables lie outside the arena, where nothing overlaps; what has to hold is that every task finds
the version that it reads in the model's own order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from microflow.graph.access import Elementwise, Window
from microflow.graph.tensor import Tensor
from microflow.plan.arena import FREE, SCRATCH, STATE, Arena, UnsafePlan
from microflow.plan.lifetimes import STREAM, Buffer, scratch_id
from microflow.plan.shadow_band import arrive, play_band
from microflow.plan.steps import Step
from microflow.plan.tasks import Operand, Task, Work

Times: TypeAlias = NDArray[np.int64]


@frozen
class Certificate:
    """What the shadow execution checked: numbers of reads and writes, of rows or whole tensors."""

    reads: int
    writes: int


@frozen
class Layout:
    """What is proved: steps in order with the order of their writes, buffers and their offsets."""

    steps: tuple[Step, ...]
    orders: tuple[int, ...]
    buffers: tuple[Buffer, ...]
    offsets: Mapping[int, int]
    arena_bytes: int


def play(work: Work, layout: Layout) -> Certificate:
    """Returns the certificate of a plan; raises `UnsafePlan` where a read finds foreign bytes."""
    arena = Arena(np.full(layout.arena_bytes, FREE, np.int64))
    state = [(layout.offsets[STREAM], b.size) for b in layout.buffers if b.id == STREAM]
    for at, size in state:
        arena.write(at, size, STATE, "the state of the stream")
    for tensor in (work.graph.tensors[work.owner[t]] for t in work.graph.inputs):
        if tensor.id in layout.offsets:
            arena.write(layout.offsets[tensor.id], tensor.bytes, tensor.id, tensor)
    for number, step in enumerate(layout.steps):
        if step.band is not None:
            arrive(arena, work, step.band, layout.offsets[scratch_id(number)], layout.offsets)
    versions = Counter[int]()
    for number, (step, order) in enumerate(zip(layout.steps, layout.orders, strict=True)):
        for task in work.tasks[step.first : step.last + 1]:
            _touch_variables(versions, task)
        if order < 0 and (step.band is not None or not work.tasks[step.first].reversible):
            raise UnsafePlan(f"step {number} can't write in descending order")
        if step.band is None:
            _play_task(arena, work, layout, number, order)
        else:
            base = layout.offsets[scratch_id(number)]
            play_band(arena, work, step.band, base, layout.offsets)
    for tensor in (work.graph.tensors[work.owner[t]] for t in work.graph.outputs):
        at = layout.offsets[tensor.id]
        arena.read(at, tensor.bytes, tensor.id, "the application", tensor)
    for at, size in state:
        arena.read(at, size, STATE, "the next inference", "the state of the stream")
    return Certificate(arena.reads, arena.writes)


def _touch_variables(versions: Counter[int], task: Task) -> None:
    for variable, version in task.touch.reads:
        if versions[variable] != version:
            name = task.site.node.op.name
            raise UnsafePlan(f"{name} finds variable {variable} updated too early or too late")
    versions.update(task.touch.updates)


# ---- A step on whole tensors ----


def _play_task(arena: Arena, work: Work, layout: Layout, number: int, order: int) -> None:
    task = work.tasks[layout.steps[number].first]
    reader = task.site.node.op.name
    scratch = layout.offsets.get(scratch_id(number), 0), task.scratch
    for operand in task.operands:
        _read_operand(arena, work, layout, operand, reader)
    arena.at(*scratch, "scratch memory")[:] = SCRATCH
    for operand in task.operands:
        _read_operand(arena, work, layout, operand, reader)
    for tensor in task.site.outputs:
        at = layout.offsets[work.owner[tensor.id]]
        for operand in task.operands:
            _check_order(work, layout, task, operand, tensor, order)
        arena.write(at, tensor.bytes, work.owner[tensor.id], tensor)
    arena.at(*scratch, "scratch memory")[:] = SCRATCH
    for tensor in task.site.outputs:
        at = layout.offsets[work.owner[tensor.id]]
        arena.read(at, tensor.bytes, work.owner[tensor.id], reader, tensor)


def _read_operand(arena: Arena, work: Work, layout: Layout, operand: Operand, reader: str) -> None:
    tensor = operand.tensor
    arena.read(layout.offsets[operand.buffer], tensor.bytes, operand.buffer, reader, tensor)


def _check_order(
    work: Work, layout: Layout, task: Task, operand: Operand, output: Tensor, order: int
) -> None:
    """No byte that the operand shares with the output may be written before its last read."""
    read_at = layout.offsets[operand.buffer]
    written_at = layout.offsets[work.owner[output.id]]
    start = max(read_at, written_at)
    end = min(read_at + operand.tensor.bytes, written_at + output.bytes)
    if start >= end:
        return
    last = _last_reads(task, operand, output, order)[start - read_at : end - read_at]
    written = _write_times(output, order)[start - written_at : end - written_at]
    if (written < last).any():
        name = task.site.node.op.name
        raise UnsafePlan(f"{name} reads bytes of {operand.tensor} that were overwritten")


def _write_times(output: Tensor, order: int) -> Times:
    """When each byte is written: its element's number, pixels counted from the end if reversed."""
    size = output.dtype.size
    times = np.arange(output.elements, dtype=np.int64)
    if order < 0:
        channels = output.shape[-1] if output.shape else 1
        times = times.reshape(-1, channels)[::-1].ravel()
    return np.repeat(times, size)


def _last_reads(task: Task, operand: Operand, output: Tensor, order: int) -> Times:
    """When each byte of the operand is read last, on the same clock; -1 where it is never read.

    Reads of a moment come before its write.
    """
    tensor, read = operand.tensor, operand.read
    if len(task.outputs) > 1:
        return np.full(tensor.bytes, output.elements, np.int64)
    if isinstance(read, Elementwise) and order > 0:
        return np.repeat(np.arange(tensor.elements, dtype=np.int64), tensor.dtype.size)
    if not isinstance(read, Window) or operand.picture is None or task.picture is None:
        return np.full(tensor.bytes, output.elements, np.int64)
    rows = _last_reader(read, 0, operand.picture.rows, task.picture.rows, order)
    columns = _last_reader(read, 1, operand.picture.columns, task.picture.columns, order)
    pixels = rows[:, None] * task.picture.columns + columns
    if order < 0:
        pixels = task.picture.rows * task.picture.columns - 1 - pixels
    never = (rows < 0)[:, None] | (columns < 0)
    channels = operand.picture.pixel_bytes // tensor.dtype.size
    made = task.picture.pixel_bytes // output.dtype.size
    if task.channelwise and channels == made:
        times = pixels[:, :, None] * made + np.arange(channels)
    else:
        end = pixels * made + made - (0 if task.whole_rows else 1)
        times = np.repeat(end[:, :, None], channels, axis=2)
    times = np.where(never[:, :, None], -1, times)
    return np.repeat(times.ravel(), tensor.dtype.size)


def _last_reader(window: Window, axis: int, size: int, outputs: int, order: int) -> Times:
    """The output row (or column) that reads each row (column) of the input last; -1: none."""
    last = np.full(size, -1, np.int64)
    for y in range(outputs) if order > 0 else reversed(range(outputs)):
        first = y * window.stride[axis] - window.padding[axis]
        taps = range(window.kernel[axis])
        last[[i for k in taps if 0 <= (i := first + k * window.dilation[axis]) < size]] = y
    return last
