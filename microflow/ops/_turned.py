"""Windows over pictures of one row, or one column: with rows and columns exchanged, the same bytes.

Both ways, pixels lie in memory in the same order, and a pixel's taps inside are added in one order.
"""

from __future__ import annotations

from typing import Any

from attrs import evolve

from microflow.graph.ir import Site
from microflow.graph.tensor import Tensor
from microflow.ops import (
    _convolution,
    average_pool_2d,
    conv_2d,
    depthwise_conv_2d,
    l2_pool_2d,
    max_pool_2d,
)
from microflow.ops._constants import values

_CONVOLUTIONS = (conv_2d.OPERATOR, depthwise_conv_2d.OPERATOR)
_POOLS = (average_pool_2d.OPERATOR, l2_pool_2d.OPERATOR, max_pool_2d.OPERATOR)
_HEIGHT, _WIDTH = 1, 2  # dimensions of NHWC


def lies(site: Site) -> bool:
    """Tells whether a window moves along the only row of its pictures."""
    return _is_window(site) and _is_line(site, along=_WIDTH, across=_HEIGHT)


def stands(site: Site) -> bool:
    """Tells whether a window moves along the only column of its pictures."""
    return _is_window(site) and _is_line(site, along=_HEIGHT, across=_WIDTH)


def turned(site: Site) -> Site:
    """Returns a site that lies or stands with rows and columns exchanged, indices as they are."""
    inputs = tuple(t if t is None or len(t.shape) != 4 else _turned(t) for t in site.inputs)
    node = evolve(site.node, attrs=evolve(site.attrs, **_options(site)))
    outputs = tuple(_turned(t) for t in site.outputs)
    return Site(node, inputs, outputs, profile=site.profile)


def _is_window(site: Site) -> bool:
    """Weights that a kernel reads as a tensor lie as they lie."""
    if any(site.node.op is op for op in _CONVOLUTIONS):
        return not _convolution.wants_operands(site)
    return any(site.node.op is op for op in _POOLS)


def _is_line(site: Site, along: int, across: int) -> bool:
    x, y = site.input(0).shape, site.output.shape
    return x[along] > 1 and x[across] == y[across] == 1


def _options(site: Site) -> dict[str, Any]:
    o = site.attrs
    strides = {"stride_h": o.stride_w, "stride_w": o.stride_h}
    if any(site.node.op is op for op in _POOLS):
        return {**strides, "filter_h": o.filter_w, "filter_w": o.filter_h}
    top, bottom, left, right = o.pads
    pads = {"pads": (left, right, top, bottom)}
    return {**strides, **pads, "dilation_h": o.dilation_w, "dilation_w": o.dilation_h}


def _turned(tensor: Tensor) -> Tensor:
    """Pictures have one row or one column, so only weights may have to move."""
    first, height, width, last = tensor.shape
    shape = (first, width, height, last)
    if tensor.data is None or 1 in (height, width):
        return evolve(tensor, shape=shape)
    return evolve(tensor, shape=shape, data=values(tensor).swapaxes(1, 2).tobytes())
