"""Runs a band as the generated C does, in the arena of a `Machine`.

Counters and sums lie in the arena, rows are pulled as operators' windows demand, a streamed input
is pushed row by row and each row begins the descent again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from zlib import crc32

from attrs import define, field

from microflow.graph.access import Window
from microflow.graph.tensor import Tensor
from microflow.plan.band import Band, Ring
from microflow.plan.lifetimes import STREAM, scratch_id

from .elements import (
    Crash,
    Job,
    expand,
    last_row,
    row_bytes,
    row_elements,
    rows_under,
    seen_in_row,
    storage_of,
    value,
)

if TYPE_CHECKING:
    from .machine import Machine

ARRIVAL = -1  # stands for a task where a row of the streamed input arrives
_DONE, _PUSHED = 0, 1  # fields of a stream's state
_ENDLESS = 1000  # rows; what the tests draw has far fewer


@define
class BandRunner:
    """A band at step `number`, and the rows that it has made so far."""

    machine: Machine
    number: int
    band: Band
    jobs: Sequence[Job]
    inputs: Mapping[int, bytes]
    events: list[tuple[int, int]] = field(factory=list, init=False)
    owner: dict[int, int] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.owner = storage_of(self.machine.planned.graph)

    def arrive(self, row: int = 0) -> None:
        """Stores a row of a streamed input; the first one before anything runs."""
        streamed = self.band.shape.streamed
        if streamed is not None and row < self.band.needed:
            size = self.band.shape.pictures[streamed].row_bytes
            data = self.inputs[streamed][row * size : (row + 1) * size]
            self.machine.memory.store(self._written(streamed, row), data)
            self.events.append((ARRIVAL, row))

    def run(self) -> list[tuple[int, int]]:
        """Returns the rows that were made or arrived, as (task, row) in order."""
        streamed = self.band.shape.streamed
        if streamed is None:
            self._reset()
            self._begin()
            self._drive()
        else:
            self._stream(streamed)
        if self._sinks:
            self._end()
        return self.events

    def _stream(self, streamed: int) -> None:
        rows = self.band.shape.pictures[streamed].rows
        for pushed in range(rows):
            if pushed == 0:
                self._begin()
            else:
                self.machine.poison(self.number, within=True)
                self.arrive(pushed)
            if pushed < self.band.needed:
                self._advance(streamed)
            self._set(_PUSHED, self._get(_PUSHED) + 1)
            self._drive()
        if self._get(_PUSHED) != rows:
            raise Crash("the stream does not end")
        self._reset()

    def _drive(self) -> None:
        streams = self.band.shape.streamed is not None
        y = self._get(_DONE) if streams else 0
        while y < self._driving_rows and self._make(self.band.shape.last, y):
            y += 1
            if streams:
                self._set(_DONE, y)

    @property
    def _tail(self) -> Job:
        return self.jobs[self.band.shape.last]

    @property
    def _sinks(self) -> bool:
        return self._tail.call.sums > 0

    @property
    def _taken(self) -> Tensor:
        """What a sink takes."""
        return self._tail.site.input(0)

    @property
    def _driving_rows(self) -> int:
        if self._sinks:
            return self.band.shape.pictures[self.owner[self._taken.id]].rows
        return self._tail.site.output.shape[1]

    # ---- Rows ----

    def _make(self, task: int, y: int) -> bool:
        """Makes row y of a task, or gives it to a sink; False where rows of the input lack."""
        job = self.jobs[task]
        if task in self.band.shape.raising:
            return self._raise(task, y)
        sinks = self._sinks and task == self.band.shape.last
        for tensor, read in zip(job.site.inputs, job.site.node.attrs.reads, strict=True):
            assert tensor is not None
            last = y if sinks else last_row(read, y, tensor)
            if self._is_inner(tensor) and not self._pull(self.owner[tensor.id], last):
                return False
        self._log(task, y)
        if sinks:
            self._add(y)
        else:
            self._compute(job, y)
        return True

    def _raise(self, task: int, y: int) -> bool:
        """Makes row y of a task that takes the rows under its window one by one."""
        job, memory = self.jobs[task], self.machine.memory
        output, operand = job.site.output, self.owner[job.site.input(0).id]
        count, size = row_elements(output), output.dtype.size
        under = rows_under(job.site, y)
        for row in under:
            if self._next(operand) > row:
                continue  # it was taken before rows of the input lacked
            if not self._pull(operand, row):
                return False
            self._log(task, y)
            at, to = self._read_inner(operand, row), self._written(self.owner[output.id], y)
            for i in range(count):
                before = bytes(size) if row == under[0] else memory.load(to + i * size, size)
                made = job.raised(memory, before, y * count + i, at)
                memory.store(self._base, expand(i, 79, job.call.scratch))
                memory.store(to + i * size, made)
        return True

    def _log(self, task: int, y: int) -> None:
        self.events.append((task, y))
        if len(self.events) > _ENDLESS:
            raise Crash("the band does not end")

    def _pull(self, buffer: int, last: int) -> bool:
        if buffer == self.band.shape.streamed:
            return self._next(buffer) > last
        maker = next(i for i, j in enumerate(self.jobs) if buffer in j.site.node.outputs)
        while (y := self._next(buffer)) <= last:
            if not self._make(maker, y):
                return False
            self._advance(buffer)
        return True

    def _compute(self, job: Job, y: int) -> None:
        output, memory = job.site.output, self.machine.memory
        row, size = self._written(self.owner[output.id], y), output.dtype.size
        count = row_bytes(output) // size
        for i in range(count):
            to = row + i * size
            job.make(memory, output, y * count + i, to, self._read, self._base)

    # ---- Sinks ----

    def _begin(self) -> None:
        if self._sinks:
            self.machine.memory.store(self._sum(0), bytes(4 * self._tail.call.sums))

    def _add(self, y: int) -> None:
        for index in range(self._tail.call.sums):
            found = int.from_bytes(self.machine.memory.load(self._sum(index), 4), "little")
            found = self._added(y, index, found)
            self.machine.memory.store(self._sum(index), found.to_bytes(4, "little"))

    def _added(self, y: int, index: int, checksum: int) -> int:
        """The checksum with what row y of the picture holds for a sum."""
        site, tensor = self._tail.site, self._taken
        buffer = self.owner[tensor.id]
        at, size = self._read_inner(buffer, y), self.band.shape.pictures[buffer].row_bytes
        if not isinstance(site.node.attrs.reads[0], Window):
            return crc32(self.machine.memory.load(at, size), checksum)
        x, channel = divmod(index, site.output.shape[3])
        for line in range(at, at + size, row_bytes(tensor)):
            checksum = seen_in_row(self.machine.memory, site, line, x, channel, checksum)
        return checksum

    def _end(self) -> None:
        output = self._tail.site.output
        to = self.machine.offsets[output.id]
        for index in range(self._tail.call.sums):
            found = int.from_bytes(self.machine.memory.load(self._sum(index), 4), "little")
            at = to + index * output.dtype.size
            self.machine.memory.store(at, value(found, output, index))

    def _sum(self, index: int) -> int:
        return self._base + self.band.sums + 4 * index

    # ---- Addresses ----

    @property
    def _base(self) -> int:
        return self.machine.layout.offsets[scratch_id(self.number)]

    def _is_inner(self, tensor: Tensor) -> bool:
        return self.owner[tensor.id] in self.band.shape.pictures

    def _written(self, buffer: int, y: int) -> int:
        """Where the next row of a buffer goes, which is row y."""
        ring = self._ring(buffer)
        if ring is None:
            return self._in_output(y)
        return self._base + ring.offset + self._slot(ring.buffer) * ring.row_bytes

    def _read(self, tensor: Tensor, y: int) -> int:
        if self._is_inner(tensor):
            return self._read_inner(self.owner[tensor.id], y)
        return self.machine.offsets[tensor.id] + y * row_bytes(tensor)

    def _read_inner(self, buffer: int, y: int) -> int:
        ring = self._ring(buffer)
        if ring is None:
            return self._in_output(y)
        slot = self._slot(ring.buffer) - (self._next(ring.buffer) - y)
        slot += ring.slots if slot < 0 else 0
        return self._base + ring.offset + slot * ring.row_bytes

    def _ring(self, buffer: int) -> Ring | None:
        return self.band.rings.get(self.band.shares[buffer])

    def _in_output(self, y: int) -> int:
        output = self._tail.site.output
        return self.machine.offsets[output.id] + y * row_bytes(output)

    # ---- Counters, in the arena: what a stream counts, rows made, then slots ----

    def _reset(self) -> None:
        size = self.band.counter_bytes * (self._first_row + len(self._rows) + len(self._turning))
        self.machine.memory.store(self._state, bytes(size))

    @property
    def _state(self) -> int:
        known = self.machine.layout.offsets
        streams = self.band.shape.streamed is not None
        return known[STREAM] if streams else self._base + self.band.counters

    @property
    def _first_row(self) -> int:
        return 0 if self.band.shape.streamed is None else 2

    @property
    def _rows(self) -> list[int]:
        return list(self.band.shape.inner)

    @property
    def _turning(self) -> list[int]:
        """The rings in which the next row's slot is counted too."""
        return [buffer for buffer, ring in self.band.rings.items() if ring.slots > 1]

    def _get(self, number: int) -> int:
        size = self.band.counter_bytes
        return int.from_bytes(self.machine.memory.load(self._state + size * number, size), "little")

    def _set(self, number: int, value: int) -> None:
        size = self.band.counter_bytes
        self.machine.memory.store(self._state + size * number, value.to_bytes(size, "little"))

    def _next(self, buffer: int) -> int:
        return self._get(self._first_row + self._rows.index(buffer))

    def _slot_field(self, buffer: int) -> int:
        return self._first_row + len(self._rows) + self._turning.index(buffer)

    def _slot(self, buffer: int) -> int:
        return self._get(self._slot_field(buffer)) if buffer in self._turning else 0

    def _advance(self, buffer: int) -> None:
        self._set(self._first_row + self._rows.index(buffer), self._next(buffer) + 1)
        if buffer in self._turning:
            slot = self._slot(buffer) + 1
            self._set(self._slot_field(buffer), slot % self.band.rings[buffer].slots)
