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
class Affine:
    """Turns numbers into real values: (x - mean) / std; one of each, or one a channel."""

    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)

    def channels(self, count: int) -> tuple[tuple[float, float], ...]:
        """Returns the mean and std of each of `count` channels."""
        means, stds = (v if len(v) == count else v[:1] * count for v in (self.mean, self.std))
        return tuple(zip(means, stds, strict=True))


@frozen
class Conversion:
    """How what the application holds becomes an input.

    `accepted` is the element type of its numbers, which `affine` turns into real values; None: they
    are the tensor's own elements. `swapped` tells that the first and the last of three channels are
    exchanged, `planar` that the channels of all pixels come one behind the other.
    """

    accepted: str | None
    affine: Affine = Affine()
    swapped: bool = False
    planar: bool = False

    @property
    def by_channel(self) -> bool:
        """Tells whether an element's channel matters."""
        own = len(self.affine.mean) > 1 or len(self.affine.std) > 1
        return own or self.swapped or self.planar


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


@frozen
class Kernels:
    """Which kernels shall be in plain C: `plain`, all of them; else those of `operators`.

    Operators are named as the manifest does, in lower case.
    """

    plain: bool = False
    operators: frozenset[str] = frozenset()


@frozen
class Goals:
    """What a model shall be on one target: what to prefer, its limits, and where it lies."""

    optimize: str
    budget: Budget
    place: Place
