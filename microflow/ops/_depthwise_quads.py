"""DEPTHWISE_CONV_2D for vectors of four pixels (kernel depthwise_quads_s8), on cores with MVE."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Site
from microflow.numerics import tflm
from microflow.ops import _convolution, _layer
from microflow.targets import Core

_SHAPE = (
    "batches", "in_h", "in_w", "out_h", "out_w", "out_c", "kernel_h", "kernel_w",
    "stride_h", "stride_w", "dilation_h", "pad_top", "pad_left",
)  # fmt: skip


def designs(site: Site, core: Core) -> Iterator[tuple[KernelCall, ...]]:
    """Yields the call where the kernel serves the site: see its contract."""
    if "mve" not in core.isa or not _convolution.is_plain(site) or not _fits(site):
        return
    x, y = site.input(0), site.output
    weights = _convolution.centred_weights(site)
    assert weights is not None, "wants no operands"
    channels = y.shape[3]
    scales = _layer.scales(site, np.moveaxis(weights, 3, 0))
    low, high = tflm.activation_range(site.attrs.activation, y)
    relu = (y.zero_point, low, high) == (-128, -128, 127)
    if scales[2].max() > (0 if relu else -1):
        return
    shape = _convolution.shape_params(site)
    params: dict[str, Value] = {
        **{name: shape[name] for name in _SHAPE},
        "in_zero_point": x.zero_point,
        "relu": int(relu),
        "out_zero_point": y.zero_point,
        "out_min": low,
        "out_max": high,
        "stream": array("stream", stream(weights[0], scales.T, site.attrs.stride_w)),
    }
    yield (
        KernelCall(
            "depthwise_quads_s8",
            (x.id,),
            (y.id,),
            params,
            row_pointers=weights.shape[1],
            scratch=scratch(y.shape[2], channels, site.attrs.stride_w),
            whole_rows=True,
        ),
    )


def _fits(site: Site) -> bool:
    """Tells whether the kernel has the window. A window that is the picture can come in pieces."""
    _, kernel_h, kernel_w, filters = site.input(1).shape
    vertical_fit = kernel_h <= 3 and filters == site.input(0).shape[3]
    dense = site.attrs.dilation_w == 1 or kernel_w == 1
    moves = site.attrs.stride_w in (1, 2) and _convolution.window(site).left <= 2
    return vertical_fit and kernel_w <= 3 and dense and moves and not _convolution.fits(site)


def scratch(out_w: int, channels: int, stride: int) -> int:
    """Returns the bytes of memory that the kernel asks for."""
    quads = -(-out_w // 4)
    pitch = 4 * channels if stride == 1 and channels <= 16 else 64
    return (4 * stride * quads + 2) * pitch + 16 * quads + 80


def stream(weights: NDArray[np.int8], scales: NDArray[np.int32], stride: int) -> NDArray[np.int32]:
    """Returns the words of weights [rows, columns, channels] and scales [channels, 3]."""
    rows, columns, channels = weights.shape
    filled = -(-channels // 4) * 4
    taps = np.zeros((filled, 5, 4), np.uint8)  # channel, word, row
    taps[:channels, 1 : columns + 1, :rows] = weights.transpose(2, 1, 0).view(np.uint8)
    words = np.zeros((filled, 8), np.int32)
    words[:, :5] = taps.view("<i4")[..., 0]
    words[:channels, 5:] = scales
    return words.reshape(-1, 4, 8)[:, (0, 2, 1, 3), (0 if stride == 1 else 1) :]
