"""Which plan of the front is taken: the goal decides, among those that fit if any does.

`balanced` takes the least RAM within `SLACK` of the fastest plan, `latency` the fastest, `ram` the
least RAM, `flash` the smallest image.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from attrs import frozen

from microflow.plan.plan import Plan, settle
from microflow.plan.segment import Choices, Division, front
from microflow.plan.sizes import Sizes

SLACK = 0.05  # how much slower than the fastest a balanced plan may be


@frozen
class Room:
    """The bytes that there are; None: no limit.

    `ram` and `flash` are for everything, the others for a part: the arena, the RAM beside it, the
    constants, the flash beside them.
    """

    ram: int | None = None
    flash: int | None = None
    arena: int | None = None
    beside_arena: int | None = None
    constants: int | None = None
    beside_constants: int | None = None

    def holds(self, sizes: Sizes) -> bool:
        """Tells whether a plan fits."""
        needs = (
            (self.ram, sizes.ram_bytes),
            (self.flash, sizes.flash_bytes),
            (self.arena, sizes.arena_bytes),
            (self.beside_arena, sizes.ram_bytes - sizes.arena_bytes),
            (self.constants, sizes.constant_bytes),
            (self.beside_constants, sizes.flash_bytes - sizes.constant_bytes),
        )
        return all(limit is None or needed <= limit for limit, needed in needs)


@frozen
class Candidate:
    """A plan of the front with its division, its time (in the pace's unit) and its figures."""

    division: Division
    plan: Plan
    time: float
    sizes: Sizes


Measure = Callable[[Plan], Sizes]
Pace = Callable[[Division], float]  # the time of an inference, in any unit


def choose(
    options: Choices, goal: str, pace: Pace, measure: Measure, room: Room = Room()
) -> Candidate:
    """Returns the plan of the front that serves `goal` best, among those that fit if any does."""
    divisions = list(front(options))
    if goal == "latency":
        found = _until_one_fits(options, divisions[::-1], pace, measure, room)
    elif goal == "balanced":
        limit = (1 + SLACK) * min(map(pace, divisions))
        quick = [d for d in divisions if pace(d) <= limit]
        found = _worth_measuring(options, quick, pace, measure)
        if not any(room.holds(c.sizes) for c in found):
            found += _worth_measuring(options, divisions, pace, measure)
    elif goal == "ram":
        found = _worth_measuring(options, divisions, pace, measure)
    else:
        found = [_candidate(options, d, pace, measure) for d in divisions]
    fitting = [c for c in found if room.holds(c.sizes)] or found
    return min(fitting, key=_wish(goal))


def candidates(options: Choices, pace: Pace, measure: Measure) -> Iterator[Candidate]:
    """Yields the plans of the front, from the least arena to the least time."""
    for division in front(options):
        yield _candidate(options, division, pace, measure)


def _wish(goal: str) -> Callable[[Candidate], tuple[float, float]]:
    """What is made as small as possible: the goal's own figure, then RAM or time."""
    if goal == "latency":
        return lambda c: (c.time, c.sizes.ram_bytes)
    if goal == "flash":
        return lambda c: (c.sizes.flash_bytes, c.sizes.ram_bytes)
    return lambda c: (c.sizes.ram_bytes, c.time)


def _until_one_fits(
    options: Choices, divisions: Sequence[Division], pace: Pace, measure: Measure, room: Room
) -> list[Candidate]:
    found: list[Candidate] = []
    for division in divisions:
        found.append(_candidate(options, division, pace, measure))
        if room.holds(found[-1].sizes):
            break
    return found


def _worth_measuring(
    options: Choices, divisions: Sequence[Division], pace: Pace, measure: Measure
) -> list[Candidate]:
    """Measures from the least peak on, until the arena alone exceeds what was found in all."""
    found: list[Candidate] = []
    for division in divisions:
        if found and division.peak >= min(c.sizes.ram_bytes for c in found):
            break
        found.append(_candidate(options, division, pace, measure))
    return found


def _candidate(options: Choices, division: Division, pace: Pace, measure: Measure) -> Candidate:
    plan = settle(options.work, division)
    return Candidate(division, plan, pace(division), measure(plan))
