"""Weights that meet a whole input: FULLY_CONNECTED, and a convolution with one window an image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Site
from microflow.graph.tensor import DType
from microflow.numerics import tflm
from microflow.ops import _dynamic, _hybrid, _layer, _sixteen
from microflow.ops._constants import bias_values, folded_bias, values
from microflow.profiles import TFLM


def call(site: Site, filters: int, weights_zero_point: int = 0, once: bool = False) -> KernelCall:
    """Returns the call that multiplies each input vector by the weights, of shape [filters, …].

    The weights are the operator's second input, the bias its third; it has a fused activation.
    `once` tells whether int8 outputs are rounded once, and not twice.
    """
    x, y = site.input(0), site.output
    weights = values(site.input(1)).reshape(filters, -1)
    int8 = x.dtype is DType.INT8
    batches = y.elements // filters
    params: dict[str, Value] = {
        "batches": batches,
        "in_c": weights.shape[1],
        "out_c": filters,
        "weights": array("weights", weights),
        **(
            _int8_params(site, weights, weights_zero_point, once)
            if int8
            else _float_params(site, filters)
        ),
    }
    kernel = "fully_connected_s8" if int8 else "fully_connected_f32"
    if once:
        return KernelCall("fully_connected_once_s8", (x.id,), (y.id,), params)
    return KernelCall(kernel, (x.id,), (y.id,), params, sums=filters if batches == 1 else 0)


def is_plain(site: Site) -> bool:
    """Tells whether it is one of int8 with constants, as TensorFlow Lite Micro rounds it."""
    is_int8 = site.profile == TFLM and site.input(0).dtype is DType.INT8
    return is_int8 and not _dynamic.is_dynamic(site) and not site.attrs.unsigned


def wide_call(site: Site, filters: int) -> KernelCall:
    """Returns the same call for int16: each vector is a pixel, all weights its one tap."""
    x, y = site.input(0), site.output
    weights = values(site.input(1)).reshape(filters, -1)
    offsets = -x.zero_point * weights.astype(np.int64).sum(axis=1)
    params: dict[str, Value] = {
        **_point_params(site, filters, weights.shape[1]),
        "order": 1,
        "wide": int(_sixteen.is_wide(site)),
        "out_zero_point": y.zero_point,
        "weights": array("weights", weights),
        **_sixteen.value_params(site, weights, offsets),
    }
    return KernelCall("conv2d_s16", (x.id,), (y.id,), params, row_pointers=1)


def dynamic_call(site: Site, filters: int, depth: int, weights_zero_point: int) -> KernelCall:
    """Returns the same call where the weights or the bias are computed at run time."""
    steps = {"group_filters": filters, "filter_step": depth, "tap_step": depth}
    zero_points = {
        "in_zero_point": site.input(0).zero_point,
        "weights_zero_point": weights_zero_point,
        "out_zero_point": site.output.zero_point,
    }
    return _dynamic.call(site, {**_point_params(site, filters, depth), **steps}, zero_points)


def hybrid_call(site: Site, filters: int, depth: int, asymmetric: bool) -> KernelCall:
    """Returns the same call of floats with int8 weights, where each vector is an image."""
    steps = {"group_filters": filters, "filter_step": depth, "tap_step": depth}
    vectors = {"batches": site.output.elements // filters, "in_w": 1, "out_w": 1}
    layout = {**_point_params(site, filters, depth), **steps, **vectors}
    return _hybrid.call(site, layout, asymmetric)


def _point_params(site: Site, filters: int, depth: int) -> dict[str, Value]:
    """The vectors as pixels of one row, under a window of one tap."""
    window = ("kernel_h", "kernel_w", "stride_h", "stride_w", "dilation_h", "dilation_w")
    return {
        **dict.fromkeys(("batches", "in_h", "out_h", *window), 1),
        **dict.fromkeys(("in_w", "out_w"), site.output.elements // filters),
        **dict.fromkeys(("in_c", "filter_c"), depth),
        **dict.fromkeys(("pad_top", "pad_left"), 0),
        "out_c": filters,
    }


def _float_params(site: Site, filters: int) -> dict[str, Value]:
    low, high = tflm.float_activation_range(site.attrs.activation)
    bias = bias_values(site.optional(2), filters, "float32")
    return {"out_min": low, "out_max": high, "bias": array("bias", bias)}


def _int8_params(
    site: Site, weights: NDArray[np.int8], weights_zero_point: int, once: bool
) -> dict[str, Value]:
    x, w, y = site.input(0), site.input(1), site.output
    assert w.quantization is not None
    low, high = tflm.activation_range(site.attrs.activation, y)
    bias = folded_bias(weights, site.optional(2), x.zero_point, weights_zero_point)
    found = _layer.single_tables(site, weights, bias) if once else _layer.tables(site)
    assert found is not None, "checked under the profile"
    multiplier, shift = found
    return {
        "weights_zero_point": weights_zero_point,
        "out_zero_point": y.zero_point,
        "out_min": low,
        "out_max": high,
        "scale_step": int(w.quantization.per_channel),
        "bias": array("bias", bias),
        "multiplier": array("multiplier", multiplier),
        "shift": array("shift", shift),
    }
