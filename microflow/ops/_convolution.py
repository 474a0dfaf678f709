"""What CONV_2D and DEPTHWISE_CONV_2D have in common: a window of weights over an NHWC picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microflow.graph.access import Access, Whole, whole
from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType
from microflow.numerics import tflm
from microflow.ops import _checks, _dynamic, _hybrid, _layer, _sixteen
from microflow.ops._constants import bias_values, folded_bias, values
from microflow.ops._geometry import Extent, Geometry, geometry, output_size
from microflow.profiles import TFLM

_SUFFIXES = {DType.INT8: "s8", DType.INT16: "s16", DType.FLOAT32: "f32"}


def extents(site: Site) -> tuple[Extent, Extent]:
    """Returns the window's vertical and horizontal extent."""
    o, (_, kernel_h, kernel_w, _) = site.attrs, site.input(1).shape
    return Extent(kernel_h, o.stride_h, o.dilation_h), Extent(kernel_w, o.stride_w, o.dilation_w)


def window(site: Site) -> Geometry:
    """Returns the window's geometry over the input."""
    o = site.attrs
    return geometry(site.input(0).shape, site.output.shape, *extents(site), o.padding, o.pads)


def output_picture(site: Site) -> tuple[int, int]:
    """Returns the output's rows and columns."""
    _, height, width, _ = site.input(0).shape
    top, bottom, left, right = site.attrs.pads
    vertical, horizontal = extents(site)
    return (
        output_size(height, vertical, site.attrs.padding, top + bottom),
        output_size(width, horizontal, site.attrs.padding, left + right),
    )


WEIGHTS = {  # by the type of the input
    DType.FLOAT32: (DType.FLOAT32, DType.INT8),
    DType.INT8: (DType.INT8, DType.INT4),
    DType.INT16: (DType.INT8,),
}


def check(
    site: Site, channel_axis: int, channels: Callable[[Site], Iterator[Finding]]
) -> Iterator[Finding]:
    """Yields the findings of both operators; the weights' output channels lie on `channel_axis`.

    `channels` yields those of the operator at hand, once tensors have four dimensions.
    """
    x, w = site.input(0), site.input(1)
    yield from _checks.types(site, 0, *WEIGHTS)
    yield from _checks.same_type(site)
    yield from _checks.types(site, 1, *WEIGHTS.get(x.dtype, ()))
    yield from _checks.rank(site, 0, 4)
    yield from _checks.rank(site, 1, 4)
    yield from _checks.nonempty(site)
    yield from _dynamic.check(site)
    yield from _hybrid.check(site)
    yield from _checks.quantised(x, site.output, dtypes=_checks.QUANTISED)
    if len(x.shape) == len(w.shape) == 4:
        yield from _check_window(site)
        yield from channels(site)
        yield from _checks.bias(site, 2, w.shape[channel_axis], known=False)
        yield from _checks.channel_scales(w, w.shape[channel_axis])
    if x.dtype is DType.INT16:
        yield from _sixteen.check_scales(site)


def _check_window(site: Site) -> Iterator[Finding]:
    problems = list(_checks.window(site, *extents(site)))
    yield from problems or _checks.covers(site, output_picture(site))


def access(site: Site, channelwise: bool, reversible: bool = True) -> Access:
    """Returns the access of both operators: the input through the window, if weights are known."""
    if wants_operands(site) or _hybrid.is_hybrid(site):
        return whole(len(site.inputs))
    constants = (Whole(),) * (len(site.inputs) - 1)
    return Access((window(site).window, *constants), channelwise, reversible)


def fits(site: Site) -> bool:
    """Tells whether the only window of each image is the image."""
    return site.output.shape[1:3] == (1, 1) and window(site).fits(site.input(0).shape)


def kernel(site: Site, name: str) -> str:
    """Returns the kernel `name` for the type of the input."""
    return f"{name}_{_SUFFIXES[site.input(0).dtype]}"


def shape_params(site: Site) -> dict[str, Value]:
    """Returns the kernel parameters that describe the pictures and the window."""
    g = window(site)
    batches, in_h, in_w, in_c = site.input(0).shape
    _, out_h, out_w, out_c = site.output.shape
    return {
        "batches": batches,
        "in_h": in_h,
        "in_w": in_w,
        "in_c": in_c,
        "out_h": out_h,
        "out_w": out_w,
        "out_c": out_c,
        **g.params(),
        "dilation_h": g.vertical.dilation,
        "dilation_w": g.horizontal.dilation,
        "order": 1,
    }


def centred_weights(site: Site) -> NDArray[np.int8] | None:
    """Returns the weights less their zero point; None where int8 does not hold them.

    The zero point counts where weights were uint8, and is ignored otherwise.
    """
    if _weights_zero_point(site) == 0:
        return values(site.input(1))
    centred = values(site.input(1)).astype(np.int16) - _weights_zero_point(site)
    narrow = centred.astype(np.int8)
    return narrow if bool((narrow == centred).all()) else None


def _weights_zero_point(site: Site) -> int:
    return site.input(1).zero_point if site.attrs.unsigned else 0


def wants_operands(site: Site) -> bool:
    """Tells whether the kernel is the one that reads weights and bias as tensors."""
    return _dynamic.is_dynamic(site) or centred_weights(site) is None


def is_plain(site: Site) -> bool:
    """Tells whether it is one of int8 with constants, under the rules of TensorFlow Lite Micro."""
    is_int8 = site.profile == TFLM and site.input(0).dtype is DType.INT8
    return is_int8 and not wants_operands(site)


def dynamic_call(site: Site, steps: dict[str, Value]) -> KernelCall:
    """Returns the call of either operator where it `wants_operands`.

    `steps` are the parameters that tell where weights lie.
    """
    layout = _layout(site, steps)
    int8 = site.input(0).dtype is DType.INT8  # the reference takes int16 for numbers around 0
    return _dynamic.call(
        site,
        layout,
        {
            "in_zero_point": site.input(0).zero_point if int8 else 0,
            "weights_zero_point": _weights_zero_point(site),
            "out_zero_point": site.output.zero_point if int8 else 0,
        },
    )


def hybrid_call(site: Site, steps: dict[str, Value], depthwise: bool) -> KernelCall:
    """Returns the call of either operator on floats with int8 weights.

    The reference quantises symmetrically where a convolution's weights have one scale for all, and
    multiplies by the scales in an order of each operator's own.
    """
    quantization = site.input(1).quantization
    several = quantization is not None and quantization.per_channel
    return _hybrid.call(site, _layout(site, steps), several or depthwise, several and not depthwise)


def _layout(site: Site, steps: dict[str, Value]) -> dict[str, Value]:
    """The parameters of shapes for kernels that have no order, and those of where weights lie."""
    shape = shape_params(site)
    del shape["order"]
    return {**shape, **steps}


def value_params(site: Site, weights: NDArray[Any], filters: NDArray[Any]) -> dict[str, Value]:
    """Returns the kernel parameters that hold numbers: weights, bias, scales and the clamp.

    `weights` are stored as they lie; `filters` are the same with output channels first.
    """
    if site.input(0).dtype is DType.INT8:
        return _int8_params(site, weights, filters)
    if site.input(0).dtype is DType.INT16:
        return {"weights": array("weights", weights), **_sixteen.value_params(site, filters)}
    low, high = tflm.float_activation_range(site.attrs.activation)
    bias = bias_values(site.optional(2), len(filters), "float32")
    return {
        "out_min": low,
        "out_max": high,
        "weights": array("weights", weights),
        "bias": array("bias", bias),
    }


def _int8_params(
    site: Site, weights: NDArray[np.int8], filters: NDArray[np.int8]
) -> dict[str, Value]:
    x, y = site.input(0), site.output
    multiplier, shift = _layer.tables(site, len(filters))
    low, high = tflm.activation_range(site.attrs.activation, y)
    return {
        "in_zero_point": x.zero_point,
        "out_zero_point": y.zero_point,
        "out_min": low,
        "out_max": high,
        "weights": array("weights", weights),
        "bias": array("bias", folded_bias(filters, site.optional(2), x.zero_point)),
        "multiplier": array("multiplier", multiplier),
        "shift": array("shift", shift),
    }
