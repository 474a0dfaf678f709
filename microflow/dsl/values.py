"""Values of a manifest that are more than a number or a string."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from attrs import field, frozen

from microflow.diag import Span

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
class Budget:
    """What a model may take: bytes, and seconds of one inference. None: not limited.

    `spans` are the places of the limits that are given.
    """

    flash: int | None = None
    ram: int | None = None
    stack: int | None = None
    latency: float | None = None
    spans: Mapping[str, Span] = field(factory=dict)
