"""Convolutions whose filters are packed by pairs (conv2d_pairs_s8), with Arm's DSP extension."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Site
from microflow.numerics import tflm
from microflow.ops import _convolution
from microflow.ops._channels import Channels, channels_of, settled
from microflow.ops._geometry import Extent
from microflow.targets import Core

_END = 0x80  # behind the last pair; no shift has this bit
_LARGEST_SUM = 2**23 - 1
_LARGEST_SHIFT = 23  # to the right; a larger one makes such sums 0
_MOST_DILATION = 2  # of columns: what lies between them costs as much as they do
_SHAPE = (
    "batches", "in_h", "in_w", "in_c", "out_h", "out_w", "out_c", "kernel_h",
    "stride_h", "stride_w", "dilation_h", "pad_top", "pad_left", "order",
)  # fmt: skip


def designs(site: Site, core: Core, filters: NDArray[np.int8]) -> Iterator[tuple[KernelCall, ...]]:
    """Yields the call where the kernel serves the site: see its contract.

    `filters` are the weights [out_c, kernel_h, kernel_w, in_c].
    """
    if "dsp" not in core.isa or not _convolution.is_plain(site) or len(filters) == 1:
        return
    columns = _convolution.window(site).horizontal
    if _gapped(filters, columns):
        return
    spread = _spread(filters, columns.dilation)
    lines = _lines(spread)
    words = _packed(site, lines.reshape(len(lines), -1))
    if words is None:
        return
    x, y, shape = site.input(0), site.output, _convolution.shape_params(site)
    params: dict[str, Value] = {
        **{name: shape[name] for name in _SHAPE},
        "kernel_w": spread.shape[2],
        "run": lines.shape[2],
        "in_zero_point": x.zero_point,
        "out_zero_point": y.zero_point,
        "weights": array("weights", words),
    }
    operands, rows = ((x.id,), (y.id,)), lines.shape[1]
    scratch = _scratch(site, filters)
    yield (KernelCall("conv2d_pairs_s8", *operands, params, row_pointers=rows, scratch=scratch),)


# ---- How the bytes under a window are counted ----


def _spread(filters: NDArray[np.int8], dilation: int) -> NDArray[np.int8]:
    """Returns [out_c, kernel_h, taps, in_c], with weights of 0 for pixels between taps."""
    count, rows, columns, channels = filters.shape
    spread = np.zeros((count, rows, (columns - 1) * dilation + 1, channels), np.int8)
    spread[:, :, ::dilation] = filters
    return spread


def _gapped(filters: NDArray[np.int8], extent: Extent) -> bool:
    """Tells whether too much lies between the taps of a row."""
    return filters.shape[2] > 1 and extent.dilation > _MOST_DILATION


def _lines(filters: NDArray[np.int8]) -> NDArray[np.int8]:
    """Returns [out_c, kernel_h, run]: each row has a multiple of four bytes."""
    count, rows, columns, channels = filters.shape
    run = columns * channels
    return np.pad(filters.reshape(count, rows, run), ((0, 0), (0, 0), (0, -run % 4)))


def _scratch(site: Site, filters: NDArray[np.int8]) -> int:
    """The bytes of memory for the kernel; for a column of pixels, enough to lay it down too."""
    g = _convolution.window(site)
    _, height, width, _ = site.input(0).shape
    upright = _room(filters, g.horizontal, g.left, width, site.output.shape[2])
    if width > 1 or site.output.shape[2] > 1 or _gapped(filters.swapaxes(1, 2), g.vertical):
        return upright
    laid = _room(filters.swapaxes(1, 2), g.vertical, g.top, height, site.output.shape[1])
    return max(upright, laid)


def _room(filters: NDArray[np.int8], extent: Extent, left: int, width: int, outputs: int) -> int:
    """Three staged windows, and a row of them where some are partly outside the picture."""
    _, rows, run = _lines(_spread(filters, extent.dilation)).shape
    channels = int(filters.shape[3])
    step, staged = extent.stride * channels, 6 * int(rows) * int(run)
    last = (outputs - 1) * step - left * channels
    inside = left == 0 and last + run <= width * channels
    return staged if inside else staged + -(-(2 * step + run) // 4) * 4


# ---- Filters ----


def _packed(site: Site, weights: NDArray[np.int8]) -> NDArray[np.uint32] | None:
    """Returns the kernel's words; None where it does not compute a channel."""
    if tflm.activation_range(site.attrs.activation, site.output) != (-128, 127):
        return None
    count, zero_point = len(weights), site.output.zero_point
    channels = settled(channels_of(site, weights), zero_point, -128, 127)
    if not channels.are_within(_LARGEST_SUM, _LARGEST_SHIFT):
        return None
    even = _stream(channels, np.arange(count // 2 * 2))
    odd = () if count % 2 == 0 else (_stream(channels, np.arange(count - 2, count)),)
    streams = [even, *odd]
    known = [words for words in streams if words is not None]
    return np.concatenate(known) if len(known) == len(streams) else None


def _stream(channels: Channels, numbers: NDArray[np.int64]) -> NDArray[np.uint32] | None:
    """The words of pairs of the channels `numbers`; None where 16 bits do not hold two weights."""
    low, high = (channels.weights[numbers[i::2]].astype(np.int32) for i in (0, 1))
    both = low + 256 * high
    if both.min() < -(2**15):
        return None
    quads = both.reshape(len(low), -1, 2, 2).swapaxes(2, 3)  # bytes 0, 2, 1, 3
    weights = quads.astype("<i2").reshape(len(low), -1).view("<u4")
    biases = (channels.bias << 8) | (-1 - channels.shift)
    behind = [channels.multiplier[numbers[0::2]], biases[numbers[0::2]]]
    columns = [*behind, channels.multiplier[numbers[1::2]]]
    tail = np.stack(columns, axis=1).astype(np.uint32)
    words = np.hstack([biases[numbers[1::2], None].astype(np.uint32), weights, tail])
    return np.append(words.reshape(-1), np.uint32(_END)).astype(np.uint32)
