"""The tables that bring the sums of CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED to outputs.

What a kernel does with an entry of each table, the header `mf_layer` of the profile says.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from microflow.graph.ir import Site
from microflow.numerics import litert, tflm
from microflow.ops._constants import folded_bias
from microflow.profiles import LITERT_REF, XNNPACK

Tables: TypeAlias = tuple[NDArray[np.int32], NDArray[np.int8]]
Longs: TypeAlias = NDArray[np.int64]


def tables(site: Site, channels: int = 1) -> Tables:
    """Returns multipliers and shifts: one of each, or of each output channel.

    Weights with one scale give at least `channels` of them. Under XNNPACK's profile they are the
    bits of scales in single precision, and no shifts.
    """
    x, w, y = site.input(0), site.input(1), site.output
    if site.profile == XNNPACK:
        scales = litert.float_scales(x, w, y)
        scales = np.resize(scales, channels) if len(scales) == 1 else scales
        return scales.view(np.int32), np.zeros(len(scales), np.int8)
    factors = tflm.channel_factors(x, w, y, site.attrs.unsigned)
    return tflm.quantised_multipliers(factors * (channels if len(factors) == 1 else 1))


def scales(site: Site, filters: NDArray[np.int8]) -> NDArray[np.int32]:
    """Returns the biases, multipliers and shifts of `filters`: [3, output channels].

    Output channels come first. The input's zero point is folded into the biases.
    """
    bias = folded_bias(filters, site.optional(2), site.input(0).zero_point)
    return np.stack([bias, *tables(site, len(filters))])


def rounds_once(site: Site) -> bool:
    """Tells whether the outputs of a FULLY_CONNECTED of 8-bit values are rounded once, not twice.

    LiteRT's are, and those of uint8 under every profile: TFLM has none.
    """
    unsigned: bool = site.attrs.unsigned
    return unsigned or site.profile == LITERT_REF


def single_tables(site: Site, weights: NDArray[np.int8], bias: NDArray[np.int32]) -> Tables | None:
    """Returns multipliers and shifts for outputs that are rounded once.

    `weights` are those of each output and `bias` what is added to its sum. None where there are no
    multipliers that round all sums as LiteRT does.
    """
    x, w, y = site.input(0), site.input(1), site.output
    factors = tflm.channel_factors(x, w, y, site.attrs.unsigned)
    if site.attrs.unsigned:
        return tflm.quantised_multipliers(factors)
    largest = largest_sums(weights, bias)
    bounds = [max(largest)] if len(factors) == 1 else largest
    pairs = [litert.single_multiplier(f, n) for f, n in zip(factors, bounds, strict=True)]
    known = [pair for pair in pairs if pair is not None]
    if len(known) < len(pairs):
        return None
    return np.array([m for m, _ in known], np.int32), np.array([s for _, s in known], np.int8)


def largest_sums(weights: NDArray[np.int8], bias: NDArray[np.int32]) -> list[int]:
    """Returns how far from zero the sum of each output can be, over all inputs."""
    least, most = sums(weights, bias)
    return [int(n) for n in np.maximum(abs(least), abs(most))]


def sums(weights: NDArray[np.int8], bias: NDArray[np.signedinteger]) -> tuple[Longs, Longs]:
    """Returns the least and the greatest sum of each output, over all inputs.

    `weights` are those of each output and `bias` what is added to its sum.
    """
    flat, start = weights.reshape(len(weights), -1), bias.astype(np.int64)
    above = np.maximum(flat, 0).sum(axis=1, dtype=np.int64)
    below = flat.sum(axis=1, dtype=np.int64) - above
    return start - 128 * above + 127 * below, start + 127 * above - 128 * below
