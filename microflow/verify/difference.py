"""How far two tensors are apart: bytes, the largest difference, units in the last place."""

from __future__ import annotations

from math import isfinite
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Mask: TypeAlias = NDArray[np.bool_]

FAR = 2**32  # units in the last place: further than any two numbers are apart
_WIDE: dict[str, type] = {"f": np.float64, "c": np.complex128}


@frozen
class OutputComparison:
    """An output over all steps: how many elements it has, and how many are not what they should be.

    `max_difference` is in units of the tensor (steps of a quantised one), or None where NaN or an
    infinity stands against something else.
    """

    name: str
    elements: int
    differing: int
    max_difference: float | None


def compare_output(name: str, ours: Array, expected: Array) -> OutputComparison:
    """Returns how `ours` differs from `expected`, of the same type and shape."""
    wrong = differing(ours, expected)
    return OutputComparison(
        name, ours.size, int(wrong.sum()), _largest(ours[wrong], expected[wrong])
    )


def differing(ours: Array, expected: Array, allowed: int = 0) -> Mask:
    """Returns where elements are not equal, byte for byte; NaN equals NaN whatever its bits.

    Floats at most `allowed` units in the last place apart do not count.
    """
    if ours.dtype.kind != "f":
        return np.asarray(ours != expected)
    if allowed and ours.dtype == np.float32:
        return np.asarray(ulps(ours, expected) > allowed)
    bits = f"u{ours.dtype.itemsize}"
    return np.asarray(
        (ours.view(bits) != expected.view(bits)) & ~(np.isnan(ours) & np.isnan(expected))
    )


def beyond(ours: Array, expected: Array, lsb: int) -> Mask:
    """Returns where elements are not equal, and integers more than `lsb` apart."""
    wrong = differing(ours, expected)
    if not lsb or ours.dtype.kind not in "iu":
        return wrong
    return np.asarray(wrong & (_apart(ours, expected) > lsb))


def _apart(ours: Array, expected: Array) -> NDArray[np.uint64]:
    """The distance of integers of any width: modulo 2**64, so that none overflows."""
    high = np.maximum(ours, expected).astype(np.uint64)
    return np.asarray(high - np.minimum(ours, expected).astype(np.uint64))


def ulps(ours: Array, expected: Array) -> NDArray[np.int64]:
    """Returns the distance of float32 numbers in units in the last place.

    Zeros of either sign are 0 apart, and so is NaN from NaN; NaN is `FAR` from every number.
    """
    distance = np.abs(_ordered(ours) - _ordered(expected))
    either, both = np.isnan(ours) | np.isnan(expected), np.isnan(ours) & np.isnan(expected)
    return np.where(either, np.where(both, 0, FAR), distance)


def _ordered(values: Array) -> NDArray[np.int64]:
    """The rank of each float among all floats, counted from zero."""
    bits = values.view(np.int32).astype(np.int64)
    return np.where(bits < 0, -(bits & 0x7FFFFFFF), bits)


def _largest(ours: Array, expected: Array) -> float | None:
    """The largest difference, as a number that JSON has."""
    wide = _WIDE.get(ours.dtype.kind, np.int64)
    with np.errstate(all="ignore"):
        largest = float(np.abs(ours.astype(wide) - expected.astype(wide)).max(initial=0))
    return largest if isfinite(largest) else None
