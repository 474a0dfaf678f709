"""SPACE_TO_DEPTH: the pixels of a block become the channels of one."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.access import Access
from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Shape, Site
from microflow.ops import _depth, _walk
from microflow.ops.options import option
from microflow.targets import Core


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


def _access(site: Site) -> Access:
    return _walk.access(site, _walked(site))


def _fold(site: Site) -> tuple[bytes, ...] | None:
    data = _walk.folded(site.input(0), _walked(site))
    return None if data is None else (data,)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    return (_walk.call(site.input(0), site.output, _walked(site)),)


def _copies(site: Site) -> bool:
    return _walk.is_copy(site, _walked(site))


OPERATOR = Operator(
    name="SPACE_TO_DEPTH",
    code=26,
    doc="Blocks of pixels become channels.",
    options=SpaceToDepthOptions,
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    types="all",
    copies=_copies,
)
