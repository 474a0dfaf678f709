"""BATCH_TO_SPACE_ND: puts blocks of pixels together again that lie in batches, and crops."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import Shape
from microflow.ops import _blocks, _movement
from microflow.targets import Core


def _infer(site: Site) -> tuple[Shape, ...]:
    if not _blocks.are_known(site):
        return (site.output.shape,)
    shape, (block, crops) = site.input(0).shape, _blocks.sizes(site)
    spatial = zip(shape[1:-1], block, crops, strict=True)
    sizes = (size * each - before - after for size, each, (before, after) in spatial)
    return ((shape[0] // prod(block), *sizes, shape[-1]),)


def _check(site: Site) -> Iterator[Finding]:
    yield from _blocks.check(site)
    if not _blocks.are_known(site):
        return
    shape, (block, _) = site.input(0).shape, _blocks.sizes(site)
    if shape[0] % prod(block):
        yield Finding(
            f"{shape[0]} batches for blocks of {prod(block)} pixels",
            "batches that are a multiple of a block's pixels",
            site.input(0),
        )
    elif min(_infer(site)[0][1:-1]) < 1:
        yield Finding("crops that leave nothing", "smaller crops", site.input(2))


def _fold(site: Site) -> tuple[bytes, ...] | None:
    if not (site.input(0).is_constant and _blocks.are_known(site)):
        return None
    x, (block, crops) = _movement.blocks(site.input(0)), _blocks.sizes(site)
    spatial, count = x.shape[1:-1], len(block)
    dims = x.reshape(*block, -1, *spatial, x.shape[-1])
    pairs = [axis for i in range(count) for axis in (count + 1 + i, i)]
    order = (count, *pairs, dims.ndim - 1)
    full = [size * each for size, each in zip(spatial, block, strict=True)]
    picture = dims.transpose(order).reshape(-1, *full, x.shape[-1])
    kept = (slice(a, size - b) for size, (a, b) in zip(full, crops, strict=True))
    return (picture[(slice(None), *kept)].tobytes(),)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    return _blocks.lower(site, "batch_to_space")


OPERATOR = Operator(
    name="BATCH_TO_SPACE_ND",
    code=37,
    doc="Puts blocks of pixels in batches together and crops; one or two spatial dimensions.",
    kernels=("batch_to_space",),
    limits=(
        "Ranks other than 3 and 4; tensors with no elements; batches that the blocks do not "
        "divide; crops that leave nothing."
    ),
    beyond="uint8, int16, int32, int64, bool",
    arity=(3, 3),
    infer=_infer,
    check=_check,
    access=_blocks.access,
    fold=_fold,
    lower=_lower,
    types="all",
)
