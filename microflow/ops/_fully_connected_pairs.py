"""Layers of known int8 weights that are packed for Arm's DSP extension.

There are two kernels: fully_connected_pairs_s8, and fully_connected_short_s8 for few inputs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from microflow.graph.call import KernelCall, array
from microflow.graph.ir import Site
from microflow.numerics import tflm
from microflow.ops import _dense, _layer
from microflow.ops._channels import Channels, channels_of
from microflow.ops._constants import values
from microflow.targets import Core

_RUN = 512  # products of one filter whose sum, times 256, fits a word
_LARGEST_SUM, _LARGEST_SHORT_SUM = 2**30 - 1, 2**23 - 1
_LARGEST_SHIFT = 22
_SHORT = 256  # inputs for which what comes on top of products counts
_WASTED = 32  # and products that fill up the last filters


def designs(site: Site, core: Core, filters: int) -> Iterator[tuple[KernelCall, ...]]:
    """Yields the calls of the kernels that serve the site: see their contracts.

    `filters` are the weights' first size; they have no zero point.
    """
    if "dsp" not in core.isa or not _dense.is_plain(site):
        return
    if tflm.activation_range(site.attrs.activation, site.output) != (-128, 127):
        return
    layer = channels_of(site, values(site.input(1)).reshape(filters, -1))
    if not layer.are_within(_LARGEST_SUM, _LARGEST_SHIFT):
        return
    for call in (_short_call(site, layer), _call(site, layer)):
        if call is not None:
            yield (call,)


def _call(site: Site, layer: Channels) -> KernelCall | None:
    """The call of fully_connected_pairs_s8, where two weights fit 16 bits."""
    count, depth = layer.weights.shape
    words = packed(layer.weights)
    if words is None:
        return None
    batches = site.output.elements // count
    multiplier, shift = _layer.tables(site)  # one of each may serve all filters
    params = {
        "batches": batches,
        "in_c": depth,
        "out_c": count,
        "out_zero_point": site.output.zero_point,
        "scale_step": int(len(multiplier) > 1),
        "weights": array("weights", words),
        "bias": array("bias", (2 * layer.bias).astype(np.int32)),
        "multiplier": array("multiplier", multiplier),
        "shift": array("shift", (-1 - shift).astype(np.uint8)),
    }
    operands = (site.input(0).id,), (site.output.id,)
    sums = count if batches == 1 else 0
    return KernelCall("fully_connected_pairs_s8", *operands, params, sums=sums, piece=4)


def _short_call(site: Site, layer: Channels) -> KernelCall | None:
    """The call of fully_connected_short_s8, where it has few inputs and one vector of them."""
    count, depth = layer.weights.shape
    wasted = (_rounded_up(count, 4) - count) * depth
    few = depth <= _SHORT and (depth <= 4 or depth % 4 == 0) and wasted <= _WASTED * 3
    if not few or site.output.elements > count:
        return None
    both = _both(layer.weights, 4)
    if both is None or not layer.are_within(_LARGEST_SHORT_SUM, _LARGEST_SHIFT):
        return None
    params = {
        "in_c": depth,
        "out_c": count,
        "centre": 2 * site.output.zero_point + 1,
        "stream": array("stream", _stream(layer, both)),
    }
    operands = (site.input(0).id,), (site.output.id,)
    return KernelCall("fully_connected_short_s8", *operands, params)


# ---- Words ----


def packed(weights: NDArray[np.int8]) -> NDArray[np.uint32] | None:
    """Returns fully_connected_pairs_s8's words for weights; None where two do not fit 16 bits."""
    count, depth = weights.shape
    both = _both(weights[: count // 2 * 2], 2)
    if both is None:
        return None
    single = np.pad(weights[count // 2 * 2 :], ((0, 0), (0, -depth % 4)))
    return np.concatenate([_words(both, count // 4 * 2), single.reshape(-1).view("<u4")])


def _both(weights: NDArray[np.int8], step: int) -> NDArray[np.int32] | None:
    """The weights of pairs in one number, of a multiple of `step` filters; None if too large."""
    count, depth = weights.shape
    wide = np.zeros((_rounded_up(count, step), _rounded_up(depth, 4)), np.int32)
    wide[:count, :depth] = weights
    f, g = wide[0::2], wide[1::2]
    both: NDArray[np.int32] = 256 * g + f
    least, most = both.min(initial=0), (g == -128).sum(axis=1).max(initial=0)
    fits = least >= -(2**15) and most < _RUN
    return both if fits else None


def _words(both: NDArray[np.int32], paired: int) -> NDArray[np.uint32]:
    """The words of pairs; the first `paired` of them come two by two."""
    blocks = _blocks(both)
    twos = blocks[:paired].reshape(paired // 2, 2, *blocks.shape[1:]).swapaxes(1, 2)
    return np.concatenate([twos.reshape(-1), blocks[paired:].reshape(-1)])


def _blocks(both: NDArray[np.int32]) -> NDArray[np.uint32]:
    """The words of each pair for each four inputs, [pairs, fours, 2]."""
    pairs, fours = len(both), both.shape[1] // 4
    halves = both.reshape(pairs, fours, 2, 2).swapaxes(2, 3)  # inputs 0, 2, 1, 3
    return halves.astype("<i2").reshape(pairs, fours, 4).view("<u4")


def _stream(layer: Channels, both: NDArray[np.int32]) -> NDArray[np.uint32]:
    """Biases, weights and multipliers of each four filters."""
    more = (0, 2 * len(both) - len(layer.bias))
    biases = np.pad(layer.bias << 8 | (-1 - layer.shift), more)
    multipliers = np.pad(layer.multiplier, more)
    words = _words(both, len(both)).reshape(len(both) // 2, -1)
    columns = [biases.astype(np.uint32).reshape(-1, 4), words]
    return np.hstack([*columns, multipliers.astype(np.uint32).reshape(-1, 4)]).reshape(-1)


def _rounded_up(count: int, step: int) -> int:
    return -(-count // step) * step
