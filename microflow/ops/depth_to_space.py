"""DEPTH_TO_SPACE: the channels of a pixel become a block of pixels."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import Shape
from microflow.ops import _depth, _walk
from microflow.ops.options import option


@frozen
class DepthToSpaceOptions:
    """Schema: DepthToSpaceOptions."""

    block_size: int = option(0, "i32")


def _infer(site: Site) -> tuple[Shape, ...]:
    (n, h, w, c), block = site.input(0).shape, site.attrs.block_size
    return ((n, h * block, w * block, c // (block * block)),)


def _check(site: Site) -> Iterator[Finding]:
    return _depth.check(site, (3,), site.attrs.block_size**2)


def _walked(site: Site) -> _walk.Walk:
    (n, h, w, c), block = site.input(0).shape, site.attrs.block_size
    split = (n, h, w, block, block, c // (block * block))
    batch, row, column, row_in, column_in, channel = _walk.levels(split, site.input(0).dtype.size)
    return _walk.Walk((batch, row, row_in, column, column_in, channel))


OPERATOR = Operator(
    name="DEPTH_TO_SPACE",
    code=5,
    doc="Channels become blocks of pixels.",
    kernels=("strided_slice",),
    limits="Ranks other than 4; channels that are no multiple of a block's pixels.",
    beyond="uint8, int16, int32, int64, bool",
    options=DepthToSpaceOptions,
    infer=_infer,
    check=_check,
    types="all",
    **_walk.functions(_walked),
)
