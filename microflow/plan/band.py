"""Bands: neighbouring tasks that run row by row through rolling rings of rows.

The last task's rows drive the band: a row pulls the rows it needs from the tasks before it, each of
which pulls its own first, so nothing is computed twice. The simulation here plays the pulls in
order; the rings' sizes, their places, and the proof follow from the sequence of events.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import combinations

from attrs import evolve, field, frozen

from microflow.plan.shapes import Shape, driving_rows, played, reads
from microflow.plan.tasks import Work, padded

NARROW_ROWS = 255  # of all pictures of a band whose counters are bytes
ARRIVAL = -1  # the task of events in which a row of a streamed input arrives
_TRIES = 6  # orders in which rings are placed

# (task, row that it makes; a sink: row that it takes). A task that takes the rows under a window
# one by one has an event for each of them.
Event = tuple[int, int]


@frozen
class Ring:
    """Room for the last `slots` rows of a buffer, `offset` bytes into the band's memory."""

    buffer: int
    slots: int
    row_bytes: int
    offset: int

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return self.slots * self.row_bytes


@frozen
class Band:
    """A band with its memory: `size` bytes, for sums, kernels' scratch, counters and rings.

    `shares` says where the rows of each inner buffer lie: in the ring of that buffer, which is its
    own or that of an elementwise result computed in place, or in the output. The counters of a
    streamed band must outlive it, so they lie elsewhere. `needed` rows of a streamed input are
    looked at; the rest is not.

    A counter of `counter_bytes` tells how many rows of an inner buffer have been made, another in
    which slot of its ring the next one goes, where there are several.
    """

    shape: Shape
    rings: Mapping[int, Ring]
    shares: Mapping[int, int]
    sums: int  # offset
    counters: int  # offset
    counter_bytes: int
    size: int
    needed: int
    events: tuple[Event, ...] = field(repr=False)

    @property
    def row_calls(self) -> int:
        """How many rows are computed, or taken by a sink."""
        return sum(task != ARRIVAL for task, _ in self.events)

    @property
    def state_bytes(self) -> int:
        """The bytes of all counters; a stream also counts rows computed, and rows pushed."""
        turning = sum(ring.slots > 1 for ring in self.rings.values())
        progress = 2 if self.shape.streamed is not None else 0
        return self.counter_bytes * (len(self.shape.inner) + turning + progress)

    def slot(self, buffer: int) -> Ring | None:
        """Returns the ring that holds the rows of an inner buffer; None: the output does."""
        return self.rings.get(self.shares[buffer])


def simulate(work: Work, shape: Shape) -> Band:
    """Returns the band of this shape: its pulls played, its rings placed."""
    events = tuple(_events(work, shape))
    shares = _shares(work, shape)
    lives = _lives(work, shape, events, shares)
    slots = {b: _slots(rows) for b, rows in lives.items()}
    tail = work.tasks[shape.last]
    scratch = padded(max(work.tasks[t].scratch for t in shape.tasks), 8)
    sums = 0 if tail.by_rows else padded(tail.sums)
    rings = {b: Ring(b, slots[b], shape.pictures[b].row_bytes, 0) for b in slots}
    band = Band(
        shape=shape,
        rings=rings,
        shares=shares,
        sums=scratch,
        counters=scratch + sums,
        counter_bytes=_counter_bytes(work, shape),
        size=0,
        needed=sum(task == ARRIVAL for task, _ in events),
        events=events,
    )
    state = 0 if shape.streamed is not None else padded(band.state_bytes)
    sizes = {b: ring.size for b, ring in rings.items()}
    offsets, size = _place(sizes, lives, band.counters + state)
    placed = {b: evolve(ring, offset=offsets[b]) for b, ring in rings.items()}
    return evolve(band, rings=placed, size=size)


def _counter_bytes(work: Work, shape: Shape) -> int:
    """The bytes of a counter that no row of the band overflows."""
    rows = max(driving_rows(work, shape), *(p.rows for p in shape.pictures.values()), 0)
    return 1 if rows <= NARROW_ROWS else 2


def _events(work: Work, shape: Shape) -> list[Event]:
    """Plays the pulls: every row is made when it is first needed, after the rows before it."""
    events: list[Event] = []
    made = dict.fromkeys(shape.inner, 0)

    def pull(buffer: int, row: int) -> None:
        while made[buffer] <= row:
            y = made[buffer]
            made[buffer] += 1
            if buffer == shape.streamed:
                events.append((ARRIVAL, y))
            else:
                run(work.maker[buffer], y)

    def run(position: int, y: int) -> None:
        if position in shape.raising:
            ((operand, rows),) = reads(work, position, y)
            for row in rows:
                pull(operand.buffer, row)
                events.append((position, y))
            return
        for operand, rows in reads(work, position, y):
            if operand.buffer in made:
                pull(operand.buffer, rows.stop - 1)  # where it reads none, those above it
        events.append((position, y))

    if shape.streamed is not None:
        pull(shape.streamed, 0)  # nothing runs before a row has arrived
    for y in range(driving_rows(work, shape)):
        run(shape.last, y)
    return events


def _shares(work: Work, shape: Shape) -> dict[int, int]:
    """Which buffer's rows hold those of each inner one: elementwise results are made in place."""
    shares = {buffer: buffer for buffer in shape.inner}
    shares[shape.output] = shape.output
    for position in reversed(shape.tasks):
        task = work.tasks[position]
        if not task.elementwise or not task.by_rows:
            continue
        free = (
            o.buffer
            for o in reversed(task.operands)
            if o.buffer in shape.pictures
            and o.buffer != shape.streamed
            and work.readers[o.buffer] == (position,)
            and o.tensor.dtype is task.site.output.dtype
        )
        merged = next(free, None)
        if merged is not None:
            shares[merged] = shares[task.output]
    return shares


@frozen
class _Life:
    """A row of a ring: the events that make it and that read it last."""

    row: int
    made: int
    last: int


def _lives(
    work: Work, shape: Shape, events: Sequence[Event], shares: Mapping[int, int]
) -> dict[int, list[_Life]]:
    """The rows of every ring, in the order in which they are made."""
    rings = [b for b in shape.inner if shares[b] == b]
    made: dict[int, dict[int, int]] = {b: {} for b in rings}
    last: dict[int, dict[int, int]] = {b: {} for b in rings}
    for time, (position, y, read) in enumerate(played(work, shape, events)):
        written = shape.streamed if position == ARRIVAL else work.tasks[position].output
        for operand, rows in read:
            ring = shares.get(operand.buffer)
            if ring in last:
                last[ring].update(dict.fromkeys(rows, time))
        assert written is not None
        ring = shares.get(written) if written in shape.pictures else None
        if ring in made:
            made[ring].setdefault(y, time)
            last[ring][y] = time
    return {b: [_Life(y, t, last[b][y]) for y, t in made[b].items()] for b in rings}


def _slots(lives: Sequence[_Life]) -> int:
    """The rows from the oldest that is still read to the newest, at most."""
    most, alive = 1, list[_Life]()
    for life in lives:
        alive = [a for a in alive if a.last >= life.made]
        alive.append(life)
        most = max(most, life.row - alive[0].row + 1)
    return most


def _place(
    sizes: Mapping[int, int], lives: Mapping[int, Sequence[_Life]], base: int
) -> tuple[dict[int, int], int]:
    """Returns (offset of each ring, bytes in all) with rings that are in use together apart."""
    busy = {b: _busy(rows) for b, rows in lives.items()}
    apart: dict[int, set[int]] = {b: set() for b in sizes}
    for a, b in combinations(sizes, 2):
        if _meet(busy[a], busy[b]):
            apart[a].add(b)
            apart[b].add(a)
    order = sorted(sizes, key=lambda b: -sizes[b])
    chance = random.Random(0)
    tried = []
    for _ in range(_TRIES if len(order) > 1 else 1):
        offsets = _first_fit(order, sizes, apart, base)
        tried.append((max((offsets[b] + padded(sizes[b]) for b in order), default=base), offsets))
        order = chance.sample(order, len(order))
    size, offsets = min(tried, key=lambda t: t[0])
    return offsets, size


def _first_fit(
    order: Sequence[int], sizes: Mapping[int, int], apart: Mapping[int, set[int]], base: int
) -> dict[int, int]:
    offsets: dict[int, int] = {}
    for ring in order:
        taken = sorted((offsets[o], offsets[o] + sizes[o]) for o in apart[ring] if o in offsets)
        at = base
        for start, end in taken:
            if at + sizes[ring] <= start:
                break
            at = max(at, padded(end))
        offsets[ring] = at
    return offsets


def _busy(lives: Sequence[_Life]) -> list[tuple[int, int]]:
    """The spans of events in which a ring holds a row that is still read."""
    spans: list[tuple[int, int]] = []
    for life in lives:
        if spans and spans[-1][1] >= life.made:
            spans[-1] = (spans[-1][0], max(spans[-1][1], life.last))
        else:
            spans.append((life.made, life.last))
    return spans


def _meet(a: Sequence[tuple[int, int]], b: Sequence[tuple[int, int]]) -> bool:
    i = j = 0
    while i < len(a) and j < len(b):
        if a[i][1] < b[j][0]:
            i += 1
        elif b[j][1] < a[i][0]:
            j += 1
        else:
            return True
    return False
