"""The plans that were considered, as points: time to the right, memory upwards."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from attrs import frozen

from microflow.render.report.facts import Candidate, Plan
from microflow.render.report.numbers import binary, grouped, pixels, place, ticks

HEIGHT = 200  # pixels of the plot
TOP = 16
AXIS = 22
_MARGIN = 0.08  # of the width, left and right of the points


@frozen
class Point:
    """A plan: where it is drawn, what is said of it."""

    x: str
    y: str
    label: str
    anchor: str
    dx: int
    dy: int
    radius: int
    chosen: bool


@frozen
class Line:
    """From one plan to the next."""

    x1: str
    y1: str
    x2: str
    y2: str


@frozen
class Mark:
    """An address or a time on an axis."""

    at: str
    label: str
    anchor: str = "end"


@frozen
class Front:
    """All there is to draw; `unit` says what is to the right."""

    height: int
    axis: int
    unit: str
    points: tuple[Point, ...]
    lines: tuple[Line, ...]
    rows: tuple[Mark, ...]
    times: tuple[Mark, ...]


def front(plan: Plan) -> Front | None:
    """Returns the chart of the plans that were considered; None of fewer than two."""
    found = sorted(plan.front, key=lambda c: (-c.arena_bytes, cost(c), c.row_calls))
    if len(found) < 2:
        return None
    apart = told_apart(found)
    costs = [cost(c) if apart else c.row_calls for c in found]
    top = max(c.arena_bytes for c in found)
    xs = [_across(c, costs) for c in costs]
    ys = [_upright(c.arena_bytes, top) for c in found]
    return Front(
        height=TOP + HEIGHT + AXIS,
        axis=TOP + HEIGHT,
        unit="modelled time" if apart else "row calls, each of one row of a layer",
        points=tuple(
            _point(c, x, y, below) for c, x, y, below in zip(found, xs, ys, _below(xs), strict=True)
        ),
        lines=tuple(
            Line(place(a, 1), pixels(c), place(b, 1), pixels(d))
            for (a, b), (c, d) in zip(pairwise(xs), pairwise(ys), strict=True)
        ),
        rows=tuple(Mark(pixels(_upright(t, top)), binary(t) if t else "0") for t in ticks(top)),
        times=_times(costs, apart),
    )


@frozen
class Figure:
    """A number, and how it is written."""

    number: int
    text: str


@frozen
class Candidates:
    """The plans that were considered as a table; `chosen` is the number of a row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Figure, ...], ...]
    chosen: int | None


def candidates(plan: Plan) -> Candidates:
    """Returns the plans from the least arena on. A column of which nothing is known is left out."""
    found = sorted(plan.front, key=lambda c: (c.arena_bytes, cost(c), c.row_calls))
    columns = {
        "Arena": [c.arena_bytes for c in found],
        "Stack": [c.stack_bytes for c in found],
        "Code": [c.code_bytes for c in found],
        "Cycles": [c.modelled_cycles for c in found if c.modelled_cycles is not None],
        "Layers by row": [c.banded_operators for c in found],
        "Row calls": [c.row_calls for c in found],
    }
    known = {name: numbers for name, numbers in columns.items() if len(numbers) == len(found)}
    return Candidates(
        columns=tuple(known),
        rows=tuple(
            tuple(Figure(n, grouped(n)) for n in row) for row in zip(*known.values(), strict=True)
        ),
        chosen=next((i for i, c in enumerate(found) if c.chosen), None),
    )


def told_apart(found: Sequence[Candidate]) -> bool:
    """Tells whether the time of all plans is known, and differs by more than a thousandth."""
    known = [c.modelled_cycles for c in found if c.modelled_cycles is not None]
    return len(known) == len(found) and max(known) > 1.001 * min(known)


def cost(candidate: Candidate) -> int:
    """Returns what a plan costs in time: modelled cycles, or calls where those are not known."""
    cycles = candidate.modelled_cycles
    return candidate.row_calls if cycles is None else cycles


def _point(candidate: Candidate, x: float, y: float, below: bool) -> Point:
    """The point; its label stands above it to the right, or below it to the left."""
    label = grouped(candidate.arena_bytes)
    return Point(
        x=place(x, 1),
        y=pixels(y),
        label=label,
        anchor="end" if below else "start",
        dx=-2 if below else 2,
        dy=18 if below else -9,
        radius=6 if candidate.chosen else 4,
        chosen=candidate.chosen,
    )


def _below(xs: Sequence[float]) -> list[bool]:
    """Which labels stand below: every other one of those that are close together, and the last."""
    found: list[bool] = []
    for i, x in enumerate(xs):
        close = i > 0 and x - xs[i - 1] < 2 * _MARGIN
        found.append((close and not found[-1]) or x > 1 - 2 * _MARGIN)
    return found


def _across(amount: int, costs: Sequence[int]) -> float:
    low, high = min(costs), max(costs)
    return _MARGIN + (1 - 2 * _MARGIN) * (amount - low) / (high - low or 1)


def _upright(size: int, top: int) -> float:
    return TOP + HEIGHT * (1 - size / (top or 1))


def _times(costs: Sequence[int], is_time: bool) -> tuple[Mark, ...]:
    """The ends of the axis: the least and the most time, the latter against the former."""
    low, high = min(costs), max(costs)
    if not is_time:
        ends = [(low, grouped(low)), (high, grouped(high))]
    else:
        ends = [
            (low, f"{grouped(low)} cycles"),
            (high, f"+{100 * (high - low) / (low or 1):.2g} %"),
        ]
    marks = zip(dict(ends).items(), ("start", "end"), strict=False)
    return tuple(Mark(place(_across(c, costs), 1), label, anchor) for (c, label), anchor in marks)
