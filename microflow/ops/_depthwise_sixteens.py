"""DEPTHWISE_CONV_2D for vectors of 16 channels (depthwise_sixteens_s8): any window, with MVE."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Site
from microflow.numerics import tflm
from microflow.ops import _convolution, _layer
from microflow.targets import Core

_LANES = 16
_SHAPE = (
    "batches", "in_h", "in_w", "out_h", "out_w", "out_c", "kernel_h", "kernel_w", "stride_h",
    "stride_w", "dilation_h", "dilation_w", "pad_top", "pad_left", "order",
)  # fmt: skip


def designs(site: Site, core: Core) -> Iterator[tuple[KernelCall, ...]]:
    """Yields the call where the kernel serves the site: see its contract.

    A window that is the picture is left to the kernel that can take it in pieces.
    """
    if "mve" not in core.isa or not _convolution.is_plain(site) or _convolution.fits(site):
        return
    x, y = site.input(0), site.output
    weights = _convolution.centred_weights(site)
    assert weights is not None, "wants no operands"
    scales = _layer.scales(site, np.moveaxis(weights, 3, 0))
    if x.shape[3] != y.shape[3] or scales[2].max() > -1:
        return
    low, high = tflm.activation_range(site.attrs.activation, y)
    shape = _convolution.shape_params(site)
    params: dict[str, Value] = {
        **{name: shape[name] for name in _SHAPE},
        "in_zero_point": x.zero_point,
        "out_zero_point": y.zero_point,
        "out_min": low,
        "out_max": high,
        "weights": array("weights", packed(weights[0])),
        "scales": array("scales", beside(scales)),
    }
    yield (
        KernelCall(
            "depthwise_sixteens_s8", (x.id,), (y.id,), params, row_pointers=weights.shape[1]
        ),
    )


def packed(weights: NDArray[np.int8]) -> NDArray[np.int8]:
    """Returns weights [rows, columns, channels] as [strips, rows, columns, 16]."""
    rows, columns, channels = weights.shape
    strips = -(-channels // _LANES)
    filled = np.zeros((rows, columns, strips * _LANES), np.int8)
    filled[..., :channels] = weights
    return np.moveaxis(filled.reshape(rows, columns, strips, _LANES), 2, 0)


def beside(scales: NDArray[np.int32]) -> NDArray[np.int32]:
    """Returns scales [3, channels] as [strips, 3, 16], every fourth channel together."""
    channels = scales.shape[1]
    strips = -(-channels // _LANES)
    filled = np.zeros((3, strips * _LANES), np.int32)
    filled[:, :channels] = scales
    return filled.reshape(3, strips, 4, 4).transpose(1, 0, 3, 2)
