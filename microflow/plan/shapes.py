"""Which neighbouring tasks could run row by row as one band, and what enters and leaves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set

from attrs import field, frozen

from microflow.plan.tasks import Operand, Picture, Task, Work


@frozen
class Shape:
    """Tasks `first` to `last`. `operands` are the whole buffers that are read from outside.

    `pictures` gives the rows of each inner buffer, as its maker writes them: `inner` are those that
    are made and read inside, a streamed input first.
    """

    first: int
    last: int
    output: int
    operands: tuple[int, ...]
    streamed: int | None
    pictures: Mapping[int, Picture] = field(repr=False)
    raising: frozenset[int]  # tasks that take the rows under a window one by one

    @property
    def inner(self) -> tuple[int, ...]:
        """The buffers that rings of rows stand for."""
        return tuple(self.pictures)

    @property
    def tasks(self) -> range:
        """The tasks, by position."""
        return range(self.first, self.last + 1)


def shape(work: Work, first: int, last: int, streamed: int | None = None) -> Shape | None:
    """Returns the shape of the band of these tasks; None where they can't be one.

    All but the last must work by rows and be read inside only; the last may be a sink instead. The
    input `streamed` must not be read behind the band.
    """
    tasks = work.tasks[first : last + 1]
    tail = tasks[-1]
    if not all(t.by_rows for t in tasks[:-1]) or not (tail.by_rows or tail.sums):
        return None
    if any(not _stays(work, t.output, last) for t in tasks[:-1]):
        return None
    made = {t.output for t in tasks[:-1]}
    outside = dict.fromkeys(o.buffer for t in tasks for o in t.operands if o.buffer not in made)
    pictures = {t.output: t.picture for t in tasks[:-1] if t.picture is not None}
    enters = streamed if streamed in outside else None
    if enters is not None:
        del outside[enters]
        rows = _streamed_rows(work, enters)
        if rows is None or not _stays(work, enters, last):
            return None
        pictures = {enters: rows, **pictures}
    raising = frozenset(p for p in range(first, last + 1) if _raises(work, p, made))
    found = Shape(first, last, tail.output, tuple(outside), enters, pictures, raising)
    return found if all(_agrees(work, found, p, o) for p, o in _operands(work, found)) else None


def reads(work: Work, position: int, row: int) -> Iterator[tuple[Operand, range]]:
    """Yields what task `position` reads for `row` of its output; a sink takes a row of its operand.

    The rows are those of the operand as the task sees it.
    """
    task = work.tasks[position]
    for operand in task.operands:
        yield operand, operand.rows(row) if task.by_rows else range(row, row + 1)


def played(
    work: Work, shape: Shape, events: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, int, tuple[tuple[Operand, range], ...]]]:
    """Yields each event of a band as (task, row, what it reads).

    A task that takes the rows under a window one by one has an event for each of them.
    """
    taken: Counter[tuple[int, int]] = Counter()
    for position, row in events:
        if position < 0:
            yield position, row, ()
        elif position in shape.raising:
            (operand, rows), *_ = reads(work, position, row)
            number = rows.start + taken[position, row]
            taken[position, row] += 1
            yield position, row, ((operand, range(number, number + 1)),)
        else:
            yield position, row, tuple(reads(work, position, row))


def reach(work: Work, shape: Shape) -> dict[int, int]:
    """Returns how many rows of each inner buffer are surely needed at once."""
    found = dict.fromkeys(shape.inner, 1)
    for position in shape.tasks:
        task = work.tasks[position]
        if not task.by_rows or task.picture is None:
            continue
        for operand in (o for o in task.operands if o.buffer in found):
            rows = operand.rows(task.picture.rows // 2)
            needed = 1 if position in shape.raising else len(rows)
            found[operand.buffer] = max(found[operand.buffer], needed)
    return found


def row_calls(work: Work, shape: Shape) -> int:
    """Returns how many rows the band computes, or gives to its sink, one by one."""
    made = dict.fromkeys(shape.inner, 0)
    total = 0
    for position in reversed(shape.tasks):
        task = work.tasks[position]
        rows = made.get(task.output, 0) if position < shape.last else driving_rows(work, shape)
        total += rows if position not in shape.raising else _rows_under(task, rows)
        for operand, under in reads(work, position, rows - 1) if rows else ():
            if operand.buffer in made:
                made[operand.buffer] = max(made[operand.buffer], under.stop)
    return total


def driving_rows(work: Work, shape: Shape) -> int:
    """Returns the rows of the output; of a sink, those of its operand."""
    task = work.tasks[shape.last]
    picture = task.picture if task.by_rows else shape.pictures[task.operands[0].buffer]
    assert picture is not None
    return picture.rows


def _rows_under(task: Task, rows: int) -> int:
    """The rows under the windows of the first `rows` of a task's output."""
    return sum(len(operand.rows(y)) for operand in task.operands for y in range(rows))


def _raises(work: Work, position: int, made: Set[int]) -> bool:
    """Tells whether a task takes rows one by one: those that the band makes for it alone."""
    task = work.tasks[position]
    if not task.raises or not task.by_rows or task.picture is None:
        return False
    (operand,) = task.operands
    alone = operand.buffer in made and work.readers[operand.buffer] == (position,)
    return alone and all(len(operand.rows(y)) for y in range(task.picture.rows))


def _stays(work: Work, buffer: int, last: int) -> bool:
    """Tells whether a buffer is read, and by no task behind `last`."""
    readers = work.readers[buffer]
    return bool(readers) and readers[-1] <= last and buffer not in work.kept


def _operands(work: Work, shape: Shape) -> Iterator[tuple[int, Operand]]:
    for position in shape.tasks:
        for operand in work.tasks[position].operands:
            yield position, operand


def _agrees(work: Work, shape: Shape, position: int, operand: Operand) -> bool:
    """Tells whether a task reads the same rows that the maker writes."""
    task, picture = work.tasks[position], shape.pictures.get(operand.buffer)
    if picture is None:
        return not task.by_rows or operand.picture is not None
    if not task.by_rows:
        return picture.row_bytes % task.piece == 0
    seen = operand.picture
    return seen is not None and (seen.rows, seen.row_bytes) == (picture.rows, picture.row_bytes)


def _streamed_rows(work: Work, buffer: int) -> Picture | None:
    """The rows in which an input arrives: as its first reader sees them."""
    first = work.tasks[work.readers[buffer][0]]
    return next(o.picture for o in first.operands if o.buffer == buffer)
