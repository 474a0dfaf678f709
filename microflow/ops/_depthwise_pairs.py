"""DEPTHWISE_CONV_2D with windows of any size (depthwise_pairs_s8), with Arm's DSP extension."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Site
from microflow.ops import _convolution, _strips
from microflow.ops._channels import Channels
from microflow.targets import Core

_LEAST_OUTPUTS = 3  # of a row: four are computed at a time
_MOST_BYTES = 2048  # of scratch memory, where four outputs need no more, else twice that
_SHAPE = (
    "batches", "in_h", "in_w", "out_h", "out_w", "kernel_h", "kernel_w",
    "stride_h", "stride_w", "dilation_h", "pad_top", "pad_left",
)  # fmt: skip


def designs(site: Site, core: Core) -> Iterator[tuple[KernelCall, ...]]:
    """Yields the call where the kernel serves the site: see its contract."""
    if "dsp" not in core.isa or not _strips.are_there(site):
        return
    if site.output.shape[2] < _LEAST_OUTPUTS or _scratch(site, 4) > 2 * _MOST_BYTES:
        return
    channels = _strips.channels(site)
    if channels is None:
        return
    x, y, shape = site.input(0), site.output, _convolution.shape_params(site)
    words = packed(channels, site.attrs.stride_w)
    part, pairs = _part(site), _pairs(site)
    params: dict[str, Value] = {
        **{name: shape[name] for name in _SHAPE},
        "channels": y.shape[3],
        "part": part,
        "pairs": pairs,
        "words": words.shape[1],
        "in_zero_point": x.zero_point,
        "out_zero_point": y.zero_point,
        "filters": array("filters", words),
    }
    rows, scratch = site.input(1).shape[1], _scratch(site, part)
    operands = (x.id,), (y.id,)
    yield (
        KernelCall("depthwise_pairs_s8", *operands, params, rows, scratch=scratch, whole_rows=True),
    )


def _pairs(site: Site) -> int:
    """The pairs of columns of a window that lie a stride apart."""
    stride: int = site.attrs.stride_w
    return -(-site.input(1).shape[2] // (2 * stride))


def _part(site: Site) -> int:
    """How many outputs of a row are computed at a time, a multiple of 4."""
    fours = -(-site.output.shape[2] // 4)
    while fours > 1 and _scratch(site, 4 * fours) > _MOST_BYTES:
        fours -= 1
    return 4 * fours


def _scratch(site: Site, part: int) -> int:
    """The bytes of memory that the kernel asks for."""
    stride: int = site.attrs.stride_w
    planes = -(-site.input(1).shape[1] // 2) * stride
    return 16 * planes * (part + 2 * _pairs(site))


def packed(channels: Channels, stride: int) -> NDArray[np.int32]:
    """Returns the kernel's words of each channel."""
    count, height, width = channels.weights.shape
    rows, columns = -(-height // 2), -(-width // (2 * stride))
    padded = np.zeros((count, 2 * rows, 2 * columns * stride), np.int8)
    padded[:, :height, :width] = channels.weights
    lanes = padded.reshape(count, rows, 2, columns, 2, stride).transpose(0, 5, 1, 3, 2, 4)
    words = np.ascontiguousarray(lanes).reshape(count, -1).view("<i4")
    scales = np.stack([2 * channels.bias, channels.multiplier, -channels.shift - 1], axis=1)
    return np.hstack([scales.astype(np.int32), words])
