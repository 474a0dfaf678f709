"""Divides a graph's tasks into steps: which run on whole tensors, and which row by row as bands.

The least peak comes first, then the fewest rows computed one by one. Bands are costed at their best
until a division picks them; only then they are simulated, and the search goes on with the truth. So
few of the many possible bands ever are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from attrs import define, field, frozen

from microflow.plan.band import simulate
from microflow.plan.shapes import Shape, reach, row_calls, shapes
from microflow.plan.steps import Step, banded, estimate, peak, single
from microflow.plan.tasks import Work

Range = tuple[int, int]  # first and last task of a step
MAX_BANDED = 64  # tasks in a band
MAX_BANDS = 20_000  # that are looked at, roughly; where there are many tasks, bands are shorter
MAX_POINTS = 12  # of a front


@frozen
class Division:
    """Steps in order, the peak that they need at best (bytes), the rows computed one by one."""

    steps: tuple[Step, ...]
    peak: int
    row_calls: int


@define
class Choices:
    """The steps that may be taken, by range, with peak and rows; true ones as they become known."""

    work: Work
    streamed: int | None
    shapes: dict[Range, Shape]
    known: dict[Range, Step]
    peaks: dict[Range, int]
    calls: dict[Range, int]
    simulated: int = field(default=0)

    @property
    def ends(self) -> dict[int, list[int]]:
        """The first tasks of all steps that end with a task, by that task."""
        found: dict[int, list[int]] = {}
        for first, last in self.peaks:
            found.setdefault(last, []).append(first)
        return found


def choices(work: Work, streamed: int | None, bands: bool) -> Choices:
    """Returns all steps that `work` may be divided into; `streamed` is an input or None.

    Whoever reads a streamed input must stand in a band.
    """
    readers = set(work.readers[streamed]) if streamed is not None else set()
    found = Choices(work, streamed, {}, {}, {}, {})
    longest = min(MAX_BANDED, MAX_BANDS // max(len(work.tasks), 1))
    for first in range(len(work.tasks)):
        if first not in readers:
            _know(found, (first, first), single(work, first))
        for possible in shapes(work, first, streamed, longest):
            if possible.streamed is not None or (bands and possible.last > first):
                found.shapes[first, possible.last] = possible
    for at, possible in found.shapes.items():
        rows = reach(work, possible)
        found.peaks[at] = peak(work, estimate(work, possible, rows), streamed)
        found.calls[at] = row_calls(work, possible)
    return found


def least(options: Choices) -> Division | None:
    """Returns the division of the least peak, then of the fewest rows; None: there is none."""
    lowest = _settle(options, partial(_minimax, options))
    return None if lowest is None else cheapest(options, lowest.peak)


def cheapest(options: Choices, limit: float) -> Division | None:
    """Returns the division with the fewest rows computed one by one within a peak of `limit`."""
    return _settle(options, partial(_fewest, options, limit))


def front(options: Choices) -> Iterator[Division]:
    """Yields divisions from the least peak to the fewest rows computed one by one.

    Each needs more memory than the one before it and computes fewer rows. Where there are more than
    `MAX_POINTS`, those with the fewest rows are kept, and the least peak.
    """
    found: list[Division] = []
    limit = float("inf")
    while len(found) < MAX_POINTS and (more := cheapest(options, limit)) is not None:
        if more.peak > limit:
            break  # nothing runs, which takes nothing however low the limit
        if found and found[-1].row_calls == more.row_calls:
            found.pop()
        found.append(more)
        limit = more.peak - 1
    lowest = least(options) if len(found) == MAX_POINTS else None
    if lowest is not None and lowest.peak < found[-1].peak:
        yield lowest
    yield from reversed(found)


def _settle(options: Choices, search: Callable[[], list[Range] | None]) -> Division | None:
    """Repeats a search until it picks nothing but steps whose figures are true."""
    while (ranges := search()) is not None:
        unknown = [r for r in ranges if r not in options.known]
        if not unknown:
            return _division(options, ranges)
        for at in unknown:
            _know(options, at, banded(options.work, simulate(options.work, options.shapes[at])))
            options.simulated += 1
    return None


def _know(options: Choices, at: Range, step: Step) -> None:
    options.known[at] = step
    options.peaks[at] = peak(options.work, step, options.streamed)
    options.calls[at] = step.row_calls


def _division(options: Choices, ranges: Sequence[Range]) -> Division:
    steps = tuple(options.known[r] for r in ranges)
    highest = max((options.peaks[r] for r in ranges), default=0)
    return Division(steps, highest, sum(s.row_calls for s in steps))


def _minimax(options: Choices) -> list[Range] | None:
    """The ranges whose highest peak is least."""
    return _path(options, lambda so_far, at: max(so_far, options.peaks[at]))


def _fewest(options: Choices, limit: float) -> list[Range] | None:
    """The ranges of fewest rows, all of them within `limit`."""

    def cost(so_far: float, at: Range) -> float:
        return so_far + options.calls[at] if options.peaks[at] <= limit else float("inf")

    return _path(options, cost)


def _path(options: Choices, cost: Callable[[float, Range], float]) -> list[Range] | None:
    """The cheapest way through all tasks, by dynamic programming over where steps end."""
    count, ends = len(options.work.tasks), options.ends
    best: list[float] = [0.0] + [float("inf")] * count
    came = [0] * (count + 1)
    for last in range(count):
        for first in ends.get(last, ()):
            found = cost(best[first], (first, last))
            if found < best[last + 1]:
                best[last + 1], came[last + 1] = found, first
    if best[count] == float("inf"):
        return None
    ranges: list[Range] = []
    at = count
    while at > 0:
        ranges.append((came[at], at - 1))
        at = came[at]
    return ranges[::-1]
