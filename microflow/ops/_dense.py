"""Weights that meet a whole input: FULLY_CONNECTED, and a convolution with one window an image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import DType, Site
from microflow.numerics import tflm
from microflow.ops._constants import bias_values, folded_bias, values


def call(site: Site, filters: int, weights_zero_point: int = 0) -> KernelCall:
    """Returns the call that multiplies each input vector by the weights, of shape [filters, …].

    The weights are the operator's second input, the bias its third; it has a fused activation.
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
            _int8_params(site, weights, weights_zero_point)
            if int8
            else _float_params(site, filters)
        ),
    }
    kernel = "fully_connected_s8" if int8 else "fully_connected_f32"
    return KernelCall(kernel, (x.id,), (y.id,), params, sums=filters if batches == 1 else 0)


def _float_params(site: Site, filters: int) -> dict[str, Value]:
    low, high = tflm.float_activation_range(site.attrs.activation)
    bias = bias_values(site.optional(2), filters, "float32")
    return {"out_min": low, "out_max": high, "bias": array("bias", bias)}


def _int8_params(
    site: Site, weights: NDArray[np.int8], weights_zero_point: int
) -> dict[str, Value]:
    x, w, y = site.input(0), site.input(1), site.output
    assert w.quantization is not None
    multiplier, shift = tflm.quantised_multipliers(tflm.channel_factors(x, w, y))
    low, high = tflm.activation_range(site.attrs.activation, y)
    bias = folded_bias(weights, site.optional(2), x.zero_point, weights_zero_point)
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
