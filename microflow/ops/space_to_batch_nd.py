"""SPACE_TO_BATCH_ND: deals the pixels of each block out to batches.

Converters surround dilated convolutions with it. The reference pads int8 with zeros, also where
another number stands for 0; LiteRT's uint8 has the zero point there.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np
from attrs import evolve, frozen

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import Shape
from microflow.ops import _blocks, _movement
from microflow.targets import Core


@frozen
class SpaceToBatchNDOptions:
    """Schema: SpaceToBatchNDOptions, which is empty."""

    unsigned: bool = False  # the pictures are uint8 in the file


def _padded(site: Site) -> list[tuple[int, int]]:
    """The spatial dimensions with their margins, and the sizes of blocks."""
    block, margins = _blocks.sizes(site)
    spatial = zip(site.input(0).shape[1:-1], margins, block, strict=True)
    return [(before + size + after, each) for size, (before, after), each in spatial]


def _infer(site: Site) -> tuple[Shape, ...]:
    if not _blocks.are_known(site):
        return (site.output.shape,)
    shape, padded = site.input(0).shape, _padded(site)
    batches = shape[0] * prod(each for _, each in padded)
    return ((batches, *(size // each for size, each in padded), shape[-1]),)


def _check(site: Site) -> Iterator[Finding]:
    yield from _blocks.check(site)
    if not _blocks.are_known(site):
        return
    for size, each in _padded(site):
        if size % each:
            yield Finding(
                f"blocks of {each} in a dimension of {size} with its padding",
                "padding to a whole number of blocks",
                site.input(2),
            )


def _fold(site: Site) -> tuple[bytes, ...] | None:
    if not (site.input(0).is_constant and _blocks.are_known(site)):
        return None
    x, (_, margins) = _movement.blocks(site.input(0)), _blocks.sizes(site)
    numbers = np.arange(1, x.size + 1).reshape(x.shape)
    padded = np.pad(numbers, [(0, 0), *margins, (0, 0)])
    split = [part for size, each in _padded(site) for part in (size // each, each)]
    dims = padded.reshape(x.shape[0], *split, x.shape[-1])
    inside, outer = range(2, dims.ndim - 1, 2), range(1, dims.ndim - 1, 2)
    order = (*inside, 0, *outer, dims.ndim - 1)
    zero = np.frombuffer(bytes([_padding(site)]) * x.dtype.itemsize, x.dtype)
    table = np.concatenate([zero, x.ravel()])
    return (table[dims.transpose(order)].tobytes(),)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    (call,) = _blocks.lower(site, "space_to_batch")
    return (evolve(call, params={**call.params, "value": _padding(site)}),)


def _padding(site: Site) -> int:
    """The byte of the padding: of what is uint8 in the file, the zero point."""
    return site.output.zero_point & 0xFF if site.attrs.unsigned else 0


OPERATOR = Operator(
    name="SPACE_TO_BATCH_ND",
    code=38,
    doc="Deals blocks of pixels out to batches; one or two spatial dimensions. Padding is zeros, "
    "whatever the zero point, as in the reference.",
    kernels=("space_to_batch",),
    limits=(
        "Ranks other than 3 and 4; tensors with no elements; padding to no whole number of blocks."
    ),
    beyond="uint8, int16, int32, int64, bool",
    options=SpaceToBatchNDOptions,
    arity=(3, 3),
    infer=_infer,
    check=_check,
    access=_blocks.access,
    fold=_fold,
    lower=_lower,
    types="all",
)
