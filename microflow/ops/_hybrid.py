"""Layers of floats with int8 weights, which converters call dynamic-range quantisation.

TensorFlow Lite Micro refuses them. LiteRT's reference quantises the input at run time, each image
by its own range, sums integers, and makes floats of the sums; one kernel serves all layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType
from microflow.numerics import tflm
from microflow.ops import _checks
from microflow.ops._constants import bias_values, values


def is_hybrid(site: Site) -> bool:
    """Tells whether a layer has floats for its input and int8 weights."""
    return site.input(0).dtype is DType.FLOAT32 and site.input(1).dtype is DType.INT8


def check(site: Site) -> Iterator[Finding]:
    """Yields findings where a hybrid layer's weights or bias are not constant."""
    if is_hybrid(site):
        yield from _checks.constant(site, 1, "int8 weights of a float layer")
        yield from _checks.constant(site, 2, "bias of a float layer with int8 weights")
        yield from _checks.activation(site)


def call(
    site: Site,
    layout: Mapping[str, Value],
    asymmetric: bool,
    weights_first: bool = False,
) -> KernelCall:
    """Returns the call of a hybrid layer.

    `layout` are the parameters of shapes and of steps between weights. `asymmetric` tells whether
    images get a zero point, `weights_first` in which order a sum is multiplied by the scales.
    """
    x, w, y = site.input(0), site.input(1), site.output
    assert w.quantization is not None
    low, high = tflm.float_activation_range(site.attrs.activation)
    scales = np.array(w.quantization.scales, np.float32)
    filters = y.shape[-1] if y.shape else 1
    params: dict[str, Value] = {
        **layout,
        "asymmetric": int(asymmetric),
        "weights_first": int(weights_first),
        "scale_step": int(len(scales) > 1),
        "out_min": low,
        "out_max": high,
        "weights": array("weights", values(w)),
        "scales": array("scales", scales),
        "bias": array("bias", bias_values(site.optional(2), filters, "float32")),
    }
    images = layout["batches"]
    assert isinstance(images, int)
    scratch = x.elements // images
    return KernelCall("conv2d_hybrid_f32", (x.id,), (y.id,), params, scratch=scratch)
