"""Which plan of the front is taken: the goal decides, among those that fit if any does.

`balanced` takes the least RAM within `SLACK` of the fastest plan, `latency` the fastest, `ram` the
least RAM, `flash` the smallest image.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from attrs import frozen

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


class Candidate(Protocol):
    """A plan of the front. Its sizes take long to find, so they are asked for as late as can be."""

    @property
    def peak(self) -> int:
        """The bytes of arena that it needs at least."""
        ...

    @property
    def time(self) -> float:
        """The time of an inference, in any unit."""
        ...

    @property
    def sizes(self) -> Sizes:
        """Its figures."""
        ...


C = TypeVar("C", bound=Candidate)


def choose(front: Sequence[C], goal: str, room: Room = Room()) -> C:
    """Returns the plan of `front` that serves `goal` best, among those that fit if any does.

    `front` goes from the least peak to the least time.
    """
    if goal == "latency":
        found = _until_one_fits(front[::-1], room)
    elif goal == "balanced":
        limit = (1 + SLACK) * min(c.time for c in front)
        found = _worth_measuring([c for c in front if c.time <= limit])
        if not any(room.holds(c.sizes) for c in found):
            found += _worth_measuring(front)
    elif goal == "ram":
        found = _worth_measuring(front)
    else:
        found = list(front)
    fitting = [c for c in found if room.holds(c.sizes)] or found
    return min(fitting, key=_wish(goal))


def _wish(goal: str) -> Callable[[Candidate], tuple[float, float]]:
    """What is made as small as possible: the goal's own figure, then RAM or time."""
    if goal == "latency":
        return lambda c: (c.time, c.sizes.ram_bytes)
    if goal == "flash":
        return lambda c: (c.sizes.flash_bytes, c.sizes.ram_bytes)
    return lambda c: (c.sizes.ram_bytes, c.time)


def _until_one_fits(front: Sequence[C], room: Room) -> list[C]:
    fitting = next((at for at, c in enumerate(front) if room.holds(c.sizes)), len(front))
    return list(front[: fitting + 1])


def _worth_measuring(front: Sequence[C]) -> list[C]:
    """Measures from the least peak on, until the arena alone exceeds what was found in all."""
    found: list[C] = []
    for candidate in front:
        if found and candidate.peak >= min(c.sizes.ram_bytes for c in found):
            break
        found.append(candidate)
    return found
