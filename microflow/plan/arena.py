"""The memory of the shadow execution: each byte remembers what was written there last."""

from __future__ import annotations

import numpy as np
from attrs import define
from numpy.typing import NDArray

FREE, SCRATCH, SUMS, COUNTERS, STATE = -1, -2, -3, -4, -5  # marks that are no tensor's


class UnsafePlan(AssertionError):  # noqa: N818  (a bug of ours, not an error of the user's)
    """A plan lets a live byte be overwritten."""


@define
class Arena:
    """The marks, by byte, and what was counted."""

    marks: NDArray[np.int64]
    reads: int = 0
    writes: int = 0

    def at(self, start: int, size: int, what: object) -> NDArray[np.int64]:
        """Returns the marks of some bytes; raises `UnsafePlan` where there are none."""
        if start < 0 or start + size > len(self.marks):
            raise UnsafePlan(f"{what} reaches past the end of the arena")
        return self.marks[start : start + size]

    def write(self, start: int, size: int, mark: int, what: object) -> None:
        """Marks some bytes."""
        self.at(start, size, what)[:] = mark
        self.writes += 1

    def read(self, start: int, size: int, mark: int, reader: str, what: object) -> None:
        """Raises `UnsafePlan` where some bytes are marked otherwise."""
        if not (self.at(start, size, what) == mark).all():
            raise UnsafePlan(f"{reader} reads bytes of {what} that were overwritten")
        self.reads += 1
