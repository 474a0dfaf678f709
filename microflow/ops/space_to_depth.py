"""SPACE_TO_DEPTH: the pixels of a block become the channels of one."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import Shape
from microflow.ops import _depth, _walk
from microflow.ops.options import option


@frozen
class SpaceToDepthOptions:
    """Schema: SpaceToDepthOptions."""

    block_size: int = option(0, "i32")


def _infer(site: Site) -> tuple[Shape, ...]:
    (n, h, w, c), block = site.input(0).shape, site.attrs.block_size
    return ((n, h // block, w // block, c * block * block),)


def _check(site: Site) -> Iterator[Finding]:
    return _depth.check(site, (1, 2), site.attrs.block_size)


def _walked(site: Site) -> _walk.Walk:
    (n, h, w, c), block = site.input(0).shape, site.attrs.block_size
    split = _walk.levels((n, h // block, block, w // block, block, c), site.input(0).dtype.size)
    batch, row, row_in, column, column_in, channel = split
    return _walk.Walk((batch, row, column, row_in, column_in, channel))


OPERATOR = Operator(
    name="SPACE_TO_DEPTH",
    code=26,
    doc="Blocks of pixels become channels.",
    kernels=("strided_slice",),
    limits="Ranks other than 4; rows or columns that are no multiple of a block's.",
    beyond="uint8, int16, int32, int64, bool",
    options=SpaceToDepthOptions,
    infer=_infer,
    check=_check,
    types="all",
    **_walk.functions(_walked),
)
