"""From steps and addresses to places on the map of memory.

Horizontal places are shares of the width, so that the map fills whatever room it has; vertical
ones are pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate

from attrs import frozen

from microflow.render.report.facts import Result
from microflow.render.report.numbers import pixels, place

TOP = 20  # pixels above the arena, for the mark of the peak
AXIS = 36  # below it
LINE = 13  # of a line of text
_BORDER = 0.7  # columns before the first and after the last step
_LEAST, _MOST = 15, 64  # pixels of a column where there is little room
_USUAL = 640  # pixels of a narrow map
_LOWEST, _HIGHEST = 180, 400  # pixels of the arena
_LEVEL = 28  # pixels for each address at which a buffer begins
_THINNEST = 2.0  # pixels; less cannot be seen


@frozen
class Scale:
    """From steps and addresses to places: step s spans ``edges[s]`` to ``edges[s + 1]``."""

    edges: Mapping[int, float]
    width: float
    top: int
    height: int

    def across(self, first: int, last: int) -> tuple[str, str]:
        """Returns x and width of steps `first` to `last`."""
        start = self.edges[first]
        return place(start, self.width), place(self.edges[last + 1] - start, self.width)

    def y(self, address: int) -> float:
        """Returns how many pixels from above an address lies."""
        return TOP + self.height * (1 - address / self.top)

    def upright(self, offset: int, size: int) -> tuple[str, str]:
        """Returns y and height of `size` bytes from `offset`."""
        height = max(self.height * size / self.top, _THINNEST)
        return pixels(self.y(offset) - height), pixels(height)

    @property
    def column(self) -> float:
        """The pixels of a column where there is little room."""
        return min(max(_USUAL / self.width, _LEAST), _MOST)


def scale_of(result: Result) -> Scale:
    """Returns the scale of a plan: a band is as wide as the layers in it."""
    plan = result.plan
    widths = [_BORDER, *(float(len(step.operators)) for step in plan.steps), _BORDER]
    edges = list(accumulate(widths, initial=0.0))
    top = max(plan.arena_bytes, plan.lower_bound, 1)
    levels = len({b.offset for b in plan.buffers})
    height = min(max(_LEVEL * levels, _LOWEST), _HIGHEST)
    return Scale(dict(enumerate(edges, -1)), edges[-1], top, height)
