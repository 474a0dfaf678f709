"""DEPTHWISE_CONV_2D: every channel of a picture convolved with filters of its own."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import field, frozen

from microflow.graph.access import Access
from microflow.graph.call import KernelCall, Value
from microflow.graph.enums import Activation, Padding
from microflow.graph.ir import Cost, Finding, Operator, Site
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.ops import (
    _convolution,
    _depthwise3x3,
    _depthwise_pairs,
    _depthwise_quads,
    _depthwise_sixteens,
    _hybrid,
    _pairs,
    _quads,
    _sixteen,
)
from microflow.ops._geometry import Pads
from microflow.ops.options import option
from microflow.targets import Core


@frozen
class DepthwiseConv2DOptions:
    """Schema: DepthwiseConv2DOptions. `pads` holds zero-point padding that a pass folded in.

    A pass made an `unsigned` one of a convolution of uint8.
    The schema's depth multiplier is not read: it follows from the shapes, and some files say 0.
    """

    padding: Padding = option(0, Padding, Padding.SAME)
    stride_w: int = option(1, "i32")
    stride_h: int = option(2, "i32")
    activation: Activation = option(4, Activation, Activation.NONE)
    dilation_w: int = option(5, "i32", 1)
    dilation_h: int = option(6, "i32", 1)
    pads: Pads = (0, 0, 0, 0)
    unsigned: bool = field(default=False, repr=False)


def _infer(site: Site) -> tuple[Shape, ...]:
    height, width = _convolution.output_picture(site)
    return ((site.input(0).shape[0], height, width, site.input(1).shape[3]),)


def _check(site: Site) -> Iterator[Finding]:
    yield from _convolution.check(site, 3, _check_channels)
    yield from _sixteen.check_bias(site, 2)


def _check_channels(site: Site) -> Iterator[Finding]:
    channels = site.input(0).shape[-1]
    sets, _, _, filters = site.input(1).shape
    if sets != 1 or channels == 0 or filters % channels:
        yield Finding(
            f"weights of shape {list(site.input(1).shape)} on an input of {channels} channels",
            "weights of shape [1, height, width, a multiple of the input's channels]",
            site.input(1),
        )
    elif _hybrid.is_hybrid(site) and not _has_scales(site.input(1)):
        yield Finding(
            "one scale for all int8 weights of a float layer",
            "one for each output channel",
            site.input(1),
        )


def _has_scales(weights: Tensor) -> bool:
    scales = weights.quantization.scales if weights.quantization else ()
    return len(scales) == weights.shape[3]


def _cost(site: Site) -> Cost:
    _, kernel_h, kernel_w, _ = site.input(1).shape
    return Cost(macs=site.output.elements * kernel_h * kernel_w)


def _access(site: Site) -> Access:
    channelwise = site.input(1).shape[3] == site.input(0).shape[3]
    return _convolution.access(site, channelwise)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, w = site.input(0), site.input(1)
    multiplier = w.shape[3] // x.shape[3]
    steps: dict[str, Value] = {"filter_c": 1, "filter_step": 1, "tap_step": w.shape[3]}
    steps["group_filters"] = multiplier
    if _hybrid.is_hybrid(site):
        return (_convolution.hybrid_call(site, steps, depthwise=True),)
    weights = _convolution.centred_weights(site) if w.is_constant else None
    if weights is None or _convolution.wants_operands(site):
        return (_convolution.dynamic_call(site, steps),)
    params = {
        **_convolution.shape_params(site),
        "depth_multiplier": multiplier,
        **_convolution.value_params(site, weights, np.moveaxis(weights, 3, 0)),
    }
    kernel, operands = _convolution.kernel(site, "depthwise"), ((x.id,), (site.output.id,))
    takes_pieces = x.dtype is not DType.INT16 and x.shape[0] == 1 and _convolution.fits(site)
    sums = w.shape[3] if takes_pieces else 0
    return (KernelCall(kernel, *operands, params, row_pointers=w.shape[1], sums=sums),)


def _designs(site: Site, core: Core) -> Iterator[tuple[KernelCall, ...]]:
    yield from _depthwise_quads.designs(site, core)
    yield from _depthwise_sixteens.designs(site, core)
    yield from _depthwise3x3.designs(site, core)
    yield from _depthwise_pairs.designs(site, core)
    if _convolution.is_plain(site) and site.input(0).shape[3] == 1 and not _convolution.fits(site):
        weights = _convolution.centred_weights(site)
        assert weights is not None, "wants no operands"
        filters = weights[0].transpose(2, 0, 1)[..., None]
        yield from _quads.designs(site, core, filters)
        yield from _pairs.designs(site, core, filters)


OPERATOR = Operator(
    name="DEPTHWISE_CONV_2D",
    code=4,
    doc="Convolution channel by channel: any multiplier, dilation, a fused clamp, one scale a "
    "channel or one for all; weights of int8 (with floats too), int4 or computed at run time.",
    kernels=(
        "conv2d_dynamic_f32",
        "conv2d_dynamic_s16",
        "conv2d_dynamic_s8",
        "conv2d_hybrid_f32",
        "depthwise_f32",
        "depthwise_s16",
        "depthwise_s8",
    ),
    packed=(
        "conv2d_pairs_s8",
        "conv2d_quads_s8",
        "depthwise3x3_s8",
        "depthwise_pairs_s8",
        "depthwise_quads_s8",
        "depthwise_sixteens_s8",
    ),
    limits=(
        "Ranks other than 4; int16 with a bias of 32 bits, which the reference reads as 64 "
        "bits an element, beyond its end; with floats and int8 weights, weights "
        "or a bias that are no constants, or one scale for all weights; int4 weights beside "
        "operands computed at run time; windows over 32767 pixels, or with VALID padding larger "
        "than the picture."
    ),
    beyond="quantised uint8; float32 with int8 weights; int8 without a bias",
    options=DepthwiseConv2DOptions,
    arity=(2, 3),
    infer=_infer,
    check=_check,
    access=_access,
    cost=_cost,
    types="int8, uint8, int16, float32",
    lower=_lower,
    designs=_designs,
)
