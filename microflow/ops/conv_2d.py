"""CONV_2D: a window of weights over a picture, for every output channel."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from microflow.graph.access import Access
from microflow.graph.call import KernelCall, Value
from microflow.graph.enums import Activation, Padding
from microflow.graph.ir import Cost, Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import (
    _convolution,
    _dense,
    _dynamic,
    _fully_connected_pairs,
    _fully_connected_quads,
    _hybrid,
    _pairs,
    _quads,
    _sixteen,
)
from microflow.ops._geometry import Pads
from microflow.ops.options import option
from microflow.targets import Core

_MANY = 8  # filters of a picture of one pixel for which a kernel of its own pays


@frozen
class Conv2DOptions:
    """Schema: Conv2DOptions. `pads` holds explicit zero-point padding that a pass folded in.

    A pass made an `unsigned` one of a convolution of uint8.
    """

    padding: Padding = option(0, Padding, Padding.SAME)
    stride_w: int = option(1, "i32")
    stride_h: int = option(2, "i32")
    activation: Activation = option(3, Activation, Activation.NONE)
    dilation_w: int = option(4, "i32", 1)
    dilation_h: int = option(5, "i32", 1)
    pads: Pads = (0, 0, 0, 0)
    unsigned: bool = field(default=False, repr=False)


def _infer(site: Site) -> tuple[Shape, ...]:
    height, width = _convolution.output_picture(site)
    return ((site.input(0).shape[0], height, width, site.input(1).shape[0]),)


def _check(site: Site) -> Iterator[Finding]:
    return _convolution.check(site, 0, _check_channels)


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
    elif groups > 1 and _hybrid.is_hybrid(site):
        yield Finding("groups in a float layer with int8 weights", "one group", site.input(1))


def _cost(site: Site) -> Cost:
    _, kernel_h, kernel_w, channels = site.input(1).shape
    return Cost(macs=site.output.elements * kernel_h * kernel_w * channels)


def _is_dense(site: Site) -> bool:
    """Tells whether every output is a sum over a whole image.

    An image of one pixel, and int16, stay with the kernel that other convolutions have.
    """
    x, w = site.input(0), site.input(1)
    pixels = x.shape[1] * x.shape[2]
    if x.dtype is DType.INT16 or _dynamic.is_dynamic(site) or _hybrid.is_hybrid(site):
        return False
    if _convolution.wants_operands(site):
        return _is_point(site)
    if pixels == 1:
        return False
    return w.shape[3] == x.shape[3] and _convolution.fits(site)


def _is_point(site: Site) -> bool:
    """Tells whether each pixel is a sum over the pixel in its place."""
    x, y, w = site.input(0).shape, site.output.shape, site.input(1).shape
    return w[1:] == (1, 1, x[3]) and x[:3] == y[:3]


def _access(site: Site) -> Access:
    x, w = site.input(0), site.input(1)
    channelwise = w.shape[3] == 1 and w.shape[0] == x.shape[3]
    return _convolution.access(site, channelwise, reversible=not _is_dense(site))


def _sums(site: Site) -> int:
    """A sum for each output, where its window has every row of the only image under a tap.

    None of int16, whose sums may have 64 bits.
    """
    if site.input(0).dtype is DType.INT16:
        return 0
    batches, height, _, _ = site.input(0).shape
    g = _convolution.window(site)
    one = batches == site.output.shape[1] == 1
    return site.output.elements if one and g.vertical.covers(height, g.top) else 0


def _steps(site: Site) -> dict[str, Value]:
    filters, kernel_h, kernel_w, filter_c = site.input(1).shape
    return {
        "filter_c": filter_c,
        "group_filters": filters // (site.input(0).shape[3] // filter_c),
        "filter_step": kernel_h * kernel_w * filter_c,
        "tap_step": filter_c,
    }


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, w = site.input(0), site.input(1)
    if _hybrid.is_hybrid(site):
        return (_convolution.hybrid_call(site, _steps(site), depthwise=False),)
    if _is_dense(site):
        return (_dense.call(site, w.shape[0], w.zero_point if site.attrs.unsigned else 0),)
    weights = _convolution.centred_weights(site) if w.is_constant else None
    if weights is None or _convolution.wants_operands(site):
        return (_convolution.dynamic_call(site, _steps(site)),)
    params = {
        **_convolution.shape_params(site),
        "filter_c": w.shape[3],
        **_convolution.value_params(site, weights, weights),
    }
    if x.dtype is DType.INT16:
        params |= {"wide": int(_sixteen.is_wide(site)), "out_zero_point": 0}
    kernel, operands = _convolution.kernel(site, "conv2d"), ((x.id,), (site.output.id,))
    return (KernelCall(kernel, *operands, params, row_pointers=w.shape[1], sums=_sums(site)),)


def _designs(site: Site, core: Core) -> Iterator[tuple[KernelCall, ...]]:
    """Where the whole input is under one window, those that can take it in pieces."""
    x, w = site.input(0), site.input(1)
    if _is_dense(site):
        yield from _fully_connected_quads.designs(site, core, w.shape[0])
        yield from _fully_connected_pairs.designs(site, core, w.shape[0])
        return
    if not _convolution.is_plain(site) or w.shape[3] != x.shape[3]:
        return
    weights = _convolution.centred_weights(site)
    if weights is not None and (x.shape[1] == 1 or _sums(site) == 0):
        yield from _quads.designs(site, core, weights)
        if _convolution.fits(site) and len(weights) >= _MANY:
            yield from _fully_connected_pairs.designs(site, core, len(weights))
        yield from _pairs.designs(site, core, weights)


OPERATOR = Operator(
    name="CONV_2D",
    code=3,
    doc="2-D convolution: dilation, groups, a fused clamp, one scale a channel or one for all; "
    "weights of int8 (with floats too), int4 or computed at run time.",
    kernels=(
        "conv2d_dynamic_f32",
        "conv2d_dynamic_s16",
        "conv2d_dynamic_s8",
        "conv2d_f32",
        "conv2d_hybrid_f32",
        "conv2d_s16",
        "conv2d_s8",
        "fully_connected_f32",
        "fully_connected_once_s8",
        "fully_connected_s8",
    ),
    packed=(
        "conv2d_pairs_s8",
        "conv2d_quads_s8",
        "fully_connected_pairs_s8",
        "fully_connected_quads_s8",
        "fully_connected_short_s8",
    ),
    limits=(
        "Ranks other than 4; with floats and int8 weights, weights or a bias that are no "
        "constants, or groups; int4 weights beside operands computed at run time; windows over "
        "32767 pixels, or with VALID padding larger than the picture."
    ),
    beyond="quantised uint8; float32 with int8 weights",
    options=Conv2DOptions,
    arity=(2, 3),
    infer=_infer,
    check=_check,
    access=_access,
    cost=_cost,
    types="int8, uint8, int16, float32",
    lower=_lower,
    designs=_designs,
)
