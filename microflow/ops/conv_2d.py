"""CONV_2D: a window of weights over a picture, for every output channel."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.access import Access, Whole
from microflow.graph.call import KernelCall, array
from microflow.graph.enums import Activation, Padding
from microflow.graph.ir import Cost, DType, Finding, Operator, Shape, Site
from microflow.numerics import tflm
from microflow.ops import _checks
from microflow.ops._constants import bias_values, folded_bias, values
from microflow.ops._geometry import Extent, Geometry, Pads, geometry, output_size
from microflow.ops.options import option
from microflow.targets import Core


@frozen
class Conv2DOptions:
    """Schema: Conv2DOptions. `pads` holds explicit zero-point padding that a pass folded in."""

    padding: Padding = option(0, Padding, Padding.SAME)
    stride_w: int = option(1, "i32")
    stride_h: int = option(2, "i32")
    activation: Activation = option(3, Activation, Activation.NONE)
    dilation_w: int = option(4, "i32", 1)
    dilation_h: int = option(5, "i32", 1)
    pads: Pads = (0, 0, 0, 0)


def _extents(site: Site) -> tuple[Extent, Extent]:
    o, (_, kernel_h, kernel_w, _) = site.attrs, site.input(1).shape
    return Extent(kernel_h, o.stride_h, o.dilation_h), Extent(kernel_w, o.stride_w, o.dilation_w)


def _geometry(site: Site) -> Geometry:
    o = site.attrs
    return geometry(site.input(0).shape, site.output.shape, *_extents(site), o.padding, o.pads)


def _infer(site: Site) -> tuple[Shape, ...]:
    batches, height, width, _ = site.input(0).shape
    top, bottom, left, right = site.attrs.pads
    vertical, horizontal = _extents(site)
    out_h = output_size(height, vertical, site.attrs.padding, top + bottom)
    out_w = output_size(width, horizontal, site.attrs.padding, left + right)
    return ((batches, out_h, out_w, site.input(1).shape[0]),)


def _check(site: Site) -> Iterator[Finding]:
    yield from _checks.types(site, 0, *_checks.FLOAT_OR_INT8)
    yield from _checks.same_type(site)
    yield from _checks.types(site, 1, site.input(0).dtype)
    yield from _checks.rank(site, 0, 4)
    yield from _checks.rank(site, 1, 4)
    yield from _checks.constant(site, 1, "weights")
    yield from _checks.constant(site, 2, "bias")
    yield from _checks.quantised(site.input(0), site.input(1), site.output)
    yield from _checks.activation(site)
    yield from _checks.steps(site)
    if len(site.input(1).shape) == 4:
        yield from _check_channels(site)


def _check_channels(site: Site) -> Iterator[Finding]:
    channels = site.input(0).shape[-1]
    filters, _, _, filter_channels = site.input(1).shape
    groups = channels // filter_channels if filter_channels else 0
    if groups == 0 or channels % filter_channels or filters % groups:
        yield Finding(
            f"weights for {filter_channels} channels on an input of {channels}",
            "weights whose channels divide the input's, with as many groups dividing the filters",
            site.input(1),
        )


def _access(site: Site) -> Access:
    return Access((_geometry(site).window, *[Whole()] * (len(site.inputs) - 1)))


def _cost(site: Site) -> Cost:
    _, kernel_h, kernel_w, channels = site.input(1).shape
    return Cost(macs=site.output.elements * kernel_h * kernel_w * channels)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    lower = _lower_s8 if site.input(0).dtype is DType.INT8 else _lower_f32
    return (lower(site),)


def _shape_params(site: Site) -> dict[str, int]:
    """The fields that all convolution kernels share."""
    g = _geometry(site)
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
        "filter_c": site.input(1).shape[3],
        "kernel_h": g.vertical.kernel,
        "kernel_w": g.horizontal.kernel,
        "stride_h": g.vertical.stride,
        "stride_w": g.horizontal.stride,
        "dilation_h": g.vertical.dilation,
        "dilation_w": g.horizontal.dilation,
        "pad_top": g.top,
        "pad_left": g.left,
    }


def _lower_s8(site: Site) -> KernelCall:
    x, w, y = site.input(0), site.input(1), site.output
    weights = values(w)
    multiplier, shift = tflm.channel_multipliers(x, w, y, w.shape[0])
    low, high = tflm.activation_range(site.attrs.activation, y)
    return KernelCall(
        "conv2d_s8",
        (x.id,),
        (y.id,),
        {
            **_shape_params(site),
            "in_zero_point": x.zero_point,
            "out_zero_point": y.zero_point,
            "out_min": low,
            "out_max": high,
            "weights": array("weights", weights),
            "bias": array("bias", folded_bias(weights, site.optional(2), x.zero_point)),
            "multiplier": array("multiplier", multiplier),
            "shift": array("shift", shift),
        },
        row_pointers=weights.shape[1],
    )


def _lower_f32(site: Site) -> KernelCall:
    weights = values(site.input(1))
    low, high = tflm.float_activation_range(site.attrs.activation)
    return KernelCall(
        "conv2d_f32",
        (site.input(0).id,),
        (site.output.id,),
        {
            **_shape_params(site),
            "out_min": low,
            "out_max": high,
            "weights": array("weights", weights),
            "bias": array("bias", bias_values(site.optional(2), len(weights), "float32")),
        },
        row_pointers=weights.shape[1],
    )


OPERATOR = Operator(
    name="CONV_2D",
    code=3,
    doc="2-D convolution: dilation, groups, a fused clamp, one scale a channel or one for all.",
    options=Conv2DOptions,
    arity=(2, 3),
    infer=_infer,
    check=_check,
    access=_access,
    cost=_cost,
    lower=_lower,
)
