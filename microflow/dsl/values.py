"""Values of a manifest that are more than a number or a string."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from attrs import field, frozen

from microflow.diag import Span
from microflow.targets import Target

T = TypeVar("T")


@frozen
class Given(Generic[T]):
    """A value with the place where the manifest gives it."""

    value: T
    span: Span


@frozen
class Decode:
    """Takes the largest score (argmax); below `threshold`, a real value, there is no answer."""

    threshold: float | None


@frozen
class Arena:
    """Memory that models share, one at a time. `size` is the most it may take, None: any.

    `align` is in bytes, the least; `section` is a linker section's name, "" for none of its own.
    """

    label: Given[str]
    size: Given[int] | None = None
    align: int = 1
    section: str = ""


@frozen
class Place:
    """The memories that weights and arena shall lie in. None: in flash, and in RAM."""

    weights: Given[str] | None = None
    arena: Given[str] | None = None

    def weights_on(self, target: Target) -> str:
        """Returns the memory of `target` that holds the weights."""
        return _memory(self.weights, "flash", target)

    def arena_on(self, target: Target) -> str:
        """Returns the memory of `target` that holds the arena."""
        return _memory(self.arena, "ram", target)


def _memory(given: Given[str] | None, usual: str, target: Target) -> str:
    """The memory that is given, where there is one on `target`.

    The chips of a manifest have what its models name; one that a command line names may not.
    """
    region = None if given is None else target.region(given.value)
    return region.name if region is not None and region.kind == usual else usual


@frozen
class Budget:
    """What a model may take: bytes, and seconds of one inference. None: not limited.

    `spans` are the places of the limits that are given.
    """

    flash: int | None = None
    ram: int | None = None
    stack: int | None = None
    latency: float | None = None
    spans: Mapping[str, Span] = field(factory=dict)
