"""DEPTHWISE_CONV_2D with windows of up to 3x3 (depthwise3x3_s8), with Arm's DSP extension."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Site
from microflow.ops import _convolution, _strips
from microflow.ops._channels import Channels
from microflow.targets import Core

_MOST_PAIRS = 33  # of columns at a time
_PAIR_BYTES = 48
_SHAPE = (
    "batches", "in_h", "in_w", "out_h", "out_w", "kernel_h",
    "stride_h", "stride_w", "dilation_h", "pad_top", "pad_left",
)  # fmt: skip


def designs(site: Site, core: Core) -> Iterator[tuple[KernelCall, ...]]:
    """Yields the call where the kernel serves the site: see its contract."""
    if "dsp" not in core.isa or not _strips.are_there(site) or not _has_window(site):
        return
    channels = _strips.channels(site)
    if channels is None:
        return
    x, y, shape = site.input(0), site.output, _convolution.shape_params(site)
    stride = site.attrs.stride_w
    part = _part(y.shape[2], stride)
    params: dict[str, Value] = {
        **{name: shape[name] for name in _SHAPE},
        "channels": y.shape[3],
        "part": part,
        "in_zero_point": x.zero_point,
        "out_zero_point": y.zero_point,
        "filters": array("filters", packed(channels)),
    }
    rows, scratch = site.input(1).shape[1], _pairs(part, stride) * _PAIR_BYTES
    operands = (x.id,), (y.id,)
    yield (
        KernelCall("depthwise3x3_s8", *operands, params, rows, scratch=scratch, whole_rows=True),
    )


def _has_window(site: Site) -> bool:
    """Tells whether the kernel has the window."""
    g = _convolution.window(site)
    if max(g.vertical.kernel, g.horizontal.kernel) > 3 or g.left > 1:
        return False
    first = (g.vertical.kernel - 1) // 2 * g.vertical.dilation - g.top
    last = first + (site.output.shape[1] - 1) * g.vertical.stride
    return first >= 0 and last < site.input(0).shape[1]  # no window misses its middle row


def _part(outputs: int, stride: int) -> int:
    """How many outputs of a row are computed at a time: as equal parts as fours allow."""
    most = 2 * (_MOST_PAIRS - 1) // stride
    parts = -(-outputs // most)
    return outputs if parts == 1 else -(-outputs // (4 * parts)) * 4


def _pairs(outputs: int, stride: int) -> int:
    """The pairs of columns that are widened for so many outputs."""
    return (outputs + 3) // 2 if stride == 1 else outputs + 1


def packed(channels: Channels) -> NDArray[np.int32]:
    """Returns the kernel's words [channels, 5]."""
    count, height, width = channels.weights.shape
    first = 0 if height == 3 else 1
    taps = np.zeros((count, 3, 3), np.int8)
    taps[:, first : first + height, :width] = channels.weights
    shifts = (-channels.shift - 1).astype(np.int8)
    zero = np.zeros_like(shifts)
    (a, b, c), (d, e, f), (g, h, i) = taps.transpose(1, 2, 0)
    stored = np.stack([a, b, d, e, c, g, f, h, shifts, h, zero, i], axis=1)
    scales = np.stack([2 * channels.bias, channels.multiplier], axis=1).astype(np.int32)
    return np.hstack([scales, stored.view("<i4")])
