"""Measures how far floats lie apart."""

from __future__ import annotations

import numpy as np

from tests.ops.same import Array


def units_apart(a: Array, b: Array) -> int:
    """Returns the largest distance in units in the last place; fails where only one is NaN."""
    assert a.dtype == b.dtype == np.float32
    assert np.array_equal(np.isnan(a), np.isnan(b)), "NaN in different places"
    numbers = ~np.isnan(a)
    distances = np.abs(_ordinal(a[numbers]) - _ordinal(b[numbers]))
    return int(distances.max(initial=0))


def _ordinal(values: Array) -> Array:
    """The position of each float in the order of all floats; both zeros are 0."""
    bits = values.view(np.int32).astype(np.int64)
    return np.where(bits < 0, -(2**31) - bits, bits)
