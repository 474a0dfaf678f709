"""The output channels of int8 layers with known weights: what their sums can be.

Kernels that pack weights ask this before they promise anything.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from microflow.graph.ir import Site
from microflow.numerics.fixed_point import MAX, requantise
from microflow.ops import _layer
from microflow.ops._constants import bias_values
from microflow.ops._layer import Longs


@frozen
class Channels:
    """Filters [channels, …] and what makes their sums outputs; a positive shift is to the left.

    The input's zero point is folded into the bias, exactly: that may take more than 32 bits.
    """

    weights: NDArray[np.int8]
    bias: Longs
    multiplier: Longs
    shift: Longs

    def sums(self) -> tuple[Longs, Longs]:
        """Returns the least and the greatest sum of each channel, over all inputs."""
        return _layer.sums(self.weights, self.bias)

    def are_within(self, largest_sum: int, largest_shift: int) -> bool:
        """Tells whether sums are at most so far from 0, and shifts to the right, by 1 or more."""
        least, most = self.sums()
        small = bool(least.min() >= -largest_sum and most.max() <= largest_sum)
        return small and bool(self.shift.max() <= -1 and self.shift.min() >= -largest_shift)


def channels_of(site: Site, filters: NDArray[np.int8]) -> Channels:
    """Returns the channels of a layer whose weights are `filters`, output channels first."""
    count = len(filters)
    sums = filters.reshape(count, -1).sum(axis=1, dtype=np.int64)
    bias = bias_values(site.optional(2), count, "int64") - site.input(0).zero_point * sums
    multiplier, shift = (table.astype(np.int64) for table in _layer.tables(site, count))
    return Channels(filters, bias, multiplier, shift)


def settled(channels: Channels, zero_point: int, low: int, high: int) -> Channels:
    """Returns the same; those of a single output have weights of 0, and scales that all cores do.

    Such are channels without weights, whose bias may be huge. `low` and `high` clamp outputs.
    """
    least, most = channels.sums()
    # What wraps is not monotonic.
    plain = (least >= -MAX - 1) & (most <= MAX) & ((channels.shift <= 0) | (least == most))
    scaled = requantise(np.stack([least, most]), channels.multiplier, channels.shift)
    first, last = (scaled + zero_point).clip(low, high)
    single = plain & (first == last)
    weights = channels.weights.copy()
    weights[single] = 0
    return Channels(  # 4 (output - zero point) * 2^30 / 2^31 / 2
        weights,
        np.where(single, 4 * (first - zero_point), channels.bias),
        np.where(single, 2**30, channels.multiplier),
        np.where(single, -1, channels.shift),
    )
