"""CONV_2D: a window of weights over a picture, for every output channel."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.access import Access
from microflow.graph.call import KernelCall
from microflow.graph.enums import Activation, Padding
from microflow.graph.ir import Cost, DType, Finding, Operator, Shape, Site
from microflow.ops import _convolution, _dense
from microflow.ops._constants import values
from microflow.ops._geometry import Pads
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


def _cost(site: Site) -> Cost:
    _, kernel_h, kernel_w, channels = site.input(1).shape
    return Cost(macs=site.output.elements * kernel_h * kernel_w * channels)


def _is_dense(site: Site) -> bool:
    """Tells whether every output is a sum over a whole image.

    An image of one pixel stays with the kernel that the model's other convolutions have.
    """
    x, w = site.input(0), site.input(1)
    pixels = x.shape[1] * x.shape[2]
    return pixels > 1 and w.shape[3] == x.shape[3] and _convolution.fits(site)


def _access(site: Site) -> Access:
    x, w = site.input(0), site.input(1)
    channelwise = w.shape[3] == 1 and w.shape[0] == x.shape[3]
    return _convolution.access(site, channelwise, reversible=not _is_dense(site))


def _sums(site: Site) -> int:
    """A sum for each output, where its window has every row of the only image under a tap."""
    batches, height, _, _ = site.input(0).shape
    g = _convolution.window(site)
    one = batches == site.output.shape[1] == 1
    return site.output.elements if one and g.vertical.covers(height, g.top) else 0


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, w = site.input(0), site.input(1)
    if _is_dense(site):
        return (_dense.call(site, w.shape[0]),)
    weights = values(w)
    params = {
        **_convolution.shape_params(site),
        "filter_c": w.shape[3],
        **_convolution.value_params(site, weights, weights),
    }
    kernel = "conv2d_s8" if x.dtype is DType.INT8 else "conv2d_f32"
    operands = (x.id,), (site.output.id,)
    return (KernelCall(kernel, *operands, params, row_pointers=w.shape[1], sums=_sums(site)),)


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
