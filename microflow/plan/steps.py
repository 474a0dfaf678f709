"""Steps of a plan: one task on whole tensors, or a band; and what a step costs in memory.

All sizes are bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import lcm

from attrs import frozen

from microflow.plan.band import ARRIVAL, Band
from microflow.plan.distance import NEVER, Distances, distances
from microflow.plan.shapes import Shape, played
from microflow.plan.tasks import ALIGNMENT, Operand, Work, may_share, padded


@frozen
class Step:
    """Tasks `first` to `last`, which run together if there is a `band`.

    `operands` are the buffers that are read from memory, `distances` says how near the output may
    lie to each of them.
    """

    first: int
    last: int
    operands: tuple[int, ...]
    outputs: tuple[int, ...]
    scratch: int
    distances: Mapping[int, Distances]
    band: Band | None = None

    @property
    def row_calls(self) -> int:
        """How many rows are computed one by one."""
        return self.band.row_calls if self.band is not None else 0


def single(work: Work, position: int) -> Step:
    """Returns the step that runs one task on whole tensors."""
    task = work.tasks[position]
    near = {o.buffer: distances(task, o) for o in task.operands}
    return Step(position, position, tuple(near), task.outputs, padded(task.scratch), near)


def banded(work: Work, band: Band) -> Step:
    """Returns the step that runs a band."""
    shape = band.shape
    near = {b: _band_distances(work, band, b) for b in shape.operands}
    return Step(shape.first, shape.last, shape.operands, (shape.output,), band.size, near, band)


def peak(work: Work, step: Step, streamed: int | None = None) -> int:
    """Returns the bytes that are needed while `step` runs, if it is placed as well as can be."""
    dying = {b for b in step.operands if work.last[b] <= step.last}
    sizes = {b: padded(work.size[b]) for b in (*step.operands, *step.outputs)}
    return (
        others(work, step.first, step.operands, streamed)
        + nearest(sizes, step, dying)
        + step.scratch
    )


def others(work: Work, first: int, operands: tuple[int, ...], streamed: int | None) -> int:
    """Returns the bytes of buffers that lie unused while a step from task `first` on runs."""
    alive = work.alive[first].items()
    return sum(size for b, size in alive if b not in operands and b != streamed)


def nearest(sizes: Mapping[int, int], step: Step, dying: set[int]) -> int:
    """Returns the bytes of operands and outputs, the output as near to dying ones as is safe."""
    inputs = sum(sizes[b] for b in step.operands)
    made = sum(sizes[b] for b in step.outputs)
    near = [(sizes[b], step.distances.get(b, NEVER)) for b in dying]
    below = [(size, stride(d.below, d.unit)) for size, d in near if d.below is not None]
    above = [(size, stride(d.above, d.unit)) for size, d in near if d.above is not None]
    more = [made, *(max(made + distance - size, 0) for size, distance in above)]
    if below:  # under all of them, and so far from the nearest
        under = sum(size for size, _ in below)
        more.append(max(made - under, min(distance for _, distance in below)))
    return inputs + min(more)


def stride(distance: int, unit: int) -> int:
    """Returns the least safe distance between aligned buffers."""
    return padded(max(distance, 0), lcm(unit, ALIGNMENT))


def estimate(work: Work, shape: Shape, rows: Mapping[int, int]) -> Step:
    """Returns the step of a band at its best: `rows` of each inner buffer, no distances."""
    tail = work.tasks[shape.last]
    rings = sum(n * shape.pictures[b].row_bytes for b, n in rows.items() if n > 1)
    sums = 0 if tail.by_rows else padded(tail.sums)
    best = Distances(0, None) if tail.by_rows else NEVER
    near = dict.fromkeys(shape.operands, best)
    return Step(
        shape.first, shape.last, shape.operands, (shape.output,), padded(rings) + sums, near
    )


def _band_distances(work: Work, band: Band, buffer: int) -> Distances:
    """How far below a whole operand the output of a band must start: rows are read in time."""
    shape, operand = band.shape, work.tasks
    tail = work.tasks[shape.last]
    if not tail.by_rows or not may_share(work.graph.tensors[buffer].dtype, tail.site.output.dtype):
        return NEVER
    assert tail.picture is not None
    least, lowest = 0, None
    for position, y, read in reversed(tuple(played(work, shape, band.events))):
        if position == ARRIVAL:
            continue
        task = operand[position]
        field = _first_byte(read, buffer)
        writes = band.shares.get(task.output, shape.output) == shape.output
        in_place = task.elementwise
        if field is not None and not in_place:
            lowest = field if lowest is None else min(lowest, field)
        if writes and lowest is not None:
            least = max(least, (y + 1) * tail.picture.row_bytes - lowest)
        if field is not None and in_place:
            lowest = field if lowest is None else min(lowest, field)
    return Distances(least, None)


def _first_byte(read: Iterable[tuple[Operand, range]], buffer: int) -> int | None:
    """The first byte of an operand from outside that an event reads; None where it reads none."""
    found = [
        rows.start * operand.picture.row_bytes
        for operand, rows in read
        if operand.buffer == buffer and rows and operand.picture is not None
    ]
    return min(found, default=None)
