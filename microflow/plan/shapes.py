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


def shapes(
    work: Work, first: int, streamed: int | None = None, longest: int | None = None
) -> Iterator[Shape]:
    """Yields the shapes of the bands that begin with task `first`, of up to `longest` tasks.

    The shortest comes first. All tasks but the last must work by rows and be read inside only; the
    last may be a sink instead. The input `streamed` must not be read behind the band.
    """
    pictures: dict[int, Picture] = {}
    outside: dict[int, None] = {}
    raising: set[int] = set()
    enters: int | None = None
    needed = first  # the last task that reads an inner buffer
    for last, task in enumerate(work.tasks[first : longest and first + longest], first):
        read = dict.fromkeys(o.buffer for o in task.operands if o.buffer not in pictures)
        if streamed in read:
            enters, rows = streamed, _streamed_rows(work, streamed)
            if rows is None:
                return
            pictures = {streamed: rows, **pictures}
            needed = max(needed, _last_reader(work, streamed))
        outside |= dict.fromkeys(b for b in read if b != enters)
        if not (task.by_rows or task.sums) or not _agrees(work, pictures, last):
            return
        raising |= {last} if _raises(work, last, pictures.keys() - {enters}) else set()
        if needed <= last:
            whole, inner = tuple(outside), dict(pictures)
            yield Shape(first, last, task.output, whole, enters, inner, frozenset(raising))
        if not task.by_rows or task.picture is None:
            return
        pictures[task.output] = task.picture
        needed = max(needed, _last_reader(work, task.output))


def shape(work: Work, first: int, last: int, streamed: int | None = None) -> Shape | None:
    """Returns the shape of the band of these tasks; None where they can't be one."""
    return next((s for s in shapes(work, first, streamed) if s.last == last), None)


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
        if position not in shape.raising:
            for buffer, rows in work.middle[position].items():
                if rows > found.get(buffer, rows):
                    found[buffer] = rows
    return found


def row_calls(work: Work, shape: Shape) -> int:
    """Returns how many rows the band computes, or gives to its sink, one by one."""
    made = dict.fromkeys(shape.inner, 0)
    total = 0
    for position in reversed(shape.tasks):
        task = work.tasks[position]
        rows = made.get(task.output, 0) if position < shape.last else driving_rows(work, shape)
        total += rows if position not in shape.raising else _rows_under(task, rows)
        for operand in (o for o in task.operands if rows and o.buffer in made):
            under = operand.rows(rows - 1).stop if task.by_rows else rows
            made[operand.buffer] = max(made[operand.buffer], under)
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


def _last_reader(work: Work, buffer: int) -> int:
    """The last task that reads a buffer; behind all tasks where it is read by none, or outside."""
    readers = work.readers[buffer]
    return readers[-1] if readers and buffer not in work.kept else len(work.tasks)


def _agrees(work: Work, pictures: Mapping[int, Picture], position: int) -> bool:
    """Tells whether a task reads the same rows of inner buffers that their makers write."""
    task = work.tasks[position]
    return all(_sees(task, operand, pictures.get(operand.buffer)) for operand in task.operands)


def _sees(task: Task, operand: Operand, picture: Picture | None) -> bool:
    """Tells whether a task reads an operand, of whose rows there may be a ring, by rows."""
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
