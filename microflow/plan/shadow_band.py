"""The shadow execution of a band: played event by event, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from microflow.graph.access import Elementwise
from microflow.plan.arena import COUNTERS, SCRATCH, SUMS, Arena
from microflow.plan.band import ARRIVAL, Band
from microflow.plan.shapes import played
from microflow.plan.tasks import Operand, Task, Work

_ROW_MARKS = 1 << 32  # marks of rows: (buffer + 1) times this, plus the row


def arrive(arena: Arena, work: Work, band: Band, base: int, offsets: Mapping[int, int]) -> None:
    """The first row of a streamed input, which is stored before anything runs."""
    if band.shape.streamed is not None:
        _Player(arena, work, band, base, offsets).write(band.shape.streamed, 0)


def play_band(arena: Arena, work: Work, band: Band, base: int, offsets: Mapping[int, int]) -> None:
    """Plays a band whose memory is at `base`, and the buffers around it at `offsets`."""
    player = _Player(arena, work, band, base, offsets)
    player.begin()
    made: set[tuple[int, int]] = set()
    for position, row, read in played(work, band.shape, band.events):
        if position == ARRIVAL and row > 0:
            player.write(band.shape.streamed, row)
        elif position != ARRIVAL:
            player.run(position, row, read, again=(position, row) in made)
        made.add((position, row))
    player.end()


@frozen
class _Player:
    """What the events of a band read and write."""

    arena: Arena
    work: Work
    band: Band
    base: int
    offsets: Mapping[int, int]

    @property
    def _fixed(self) -> Iterator[tuple[int, int, int, str]]:
        """Memory that lives as long as the band: (address, size, mark, name)."""
        shape = self.band.shape
        tail = self.work.tasks[shape.last]
        if not tail.by_rows:
            yield self.base + self.band.sums, tail.sums, SUMS, "sums"
        if shape.streamed is None:
            yield self.base + self.band.counters, self.band.state_bytes, COUNTERS, "counters"

    def begin(self) -> None:
        for address, size, mark, name in self._fixed:
            self.arena.write(address, size, mark, name)

    def end(self) -> None:
        self._check_fixed()
        tail = self.work.tasks[self.band.shape.last]
        tensor = tail.site.output
        address = self.offsets[tail.output]
        if not tail.by_rows:
            self.arena.write(address, tensor.bytes, tail.output, tensor)
            self._check_fixed()
        self.arena.read(address, tensor.bytes, tail.output, "the band", tensor)

    def run(
        self, position: int, row: int, read: Sequence[tuple[Operand, range]], again: bool
    ) -> None:
        """Makes a row; `again` where an earlier event made it, and this one goes on with it."""
        task = self.work.tasks[position]
        reads = list(self._reads(task, row, read))
        self._check(task, reads)
        if again:
            self._check_row(task.output, row)
        scratch = self.arena.at(self.base, task.scratch, "scratch memory")
        scratch[:] = SCRATCH
        self._check_fixed()
        self._check(task, reads)
        if task.by_rows:
            self.write(task.output, row)
            scratch[:] = SCRATCH
            self._check(task, [r for r in reads if not r.in_step])
            self._check_row(task.output, row)

    def write(self, buffer: int | None, row: int) -> None:
        assert buffer is not None
        address, size, mark = self._row(buffer, row)
        self.arena.write(address, size, mark, self.work.graph.tensors[buffer])

    def _check_fixed(self) -> None:
        for address, size, mark, name in self._fixed:
            self.arena.read(address, size, mark, "the band", name)

    def _check_row(self, buffer: int, row: int) -> None:
        address, size, mark = self._row(buffer, row)
        self.arena.read(address, size, mark, "the band", self.work.graph.tensors[buffer])

    def _check(self, task: Task, reads: Sequence[_RowRead]) -> None:
        for read in reads:
            name = task.site.node.op.name
            self.arena.read(read.address, read.size, read.mark, name, read.operand.tensor)

    def _reads(
        self, task: Task, row: int, read: Sequence[tuple[Operand, range]]
    ) -> Iterator[_RowRead]:
        written = self._row(task.output, row)[0] if task.by_rows else -1
        for operand, rows in read:
            for y in rows:
                address, size, mark = self._row_of(operand, y)
                in_step = _runs_ahead(task, operand) and written <= address
                yield _RowRead(operand, address, size, mark, in_step)

    def _row_of(self, operand: Operand, y: int) -> tuple[int, int, int]:
        if operand.buffer in self.band.shape.pictures:
            return self._row(operand.buffer, y)
        assert operand.picture is not None
        size = operand.picture.row_bytes
        return self.offsets[operand.buffer] + y * size, size, operand.buffer

    def _row(self, buffer: int, y: int) -> tuple[int, int, int]:
        """Address, size and mark of a row of an inner buffer or of the output."""
        shape = self.band.shape
        if buffer == shape.output:
            picture = self.work.tasks[shape.last].picture
            assert picture is not None
            size = picture.row_bytes
            return self.offsets[buffer] + y * size, size, buffer
        size = shape.pictures[buffer].row_bytes
        mark = (buffer + 1) * _ROW_MARKS + y
        ring = self.band.slot(buffer)
        if ring is None:
            return self.offsets[shape.output] + y * size, size, mark
        return self.base + ring.offset + y % ring.slots * size, size, mark


def _runs_ahead(task: Task, operand: Operand) -> bool:
    """Tells whether no element is written before the one under it, and those behind, are read."""
    grows = task.site.output.dtype.size > operand.tensor.dtype.size
    return isinstance(operand.read, Elementwise) and not grows


@frozen
class _RowRead:
    """A row that an event reads; `in_step` where element by element, before the same is written."""

    operand: Operand
    address: int
    size: int
    mark: int
    in_step: bool
