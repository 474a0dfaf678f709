"""Rows of a tensor that are picked by indices, which may be known at run time alone.

The reference fails where an index is none of a dimension. Kernels take the nearest instead; one
that is constant is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.ops import _checks, _movement
from microflow.ops._constants import values


def check(site: Site, source: int, indices: int) -> Iterator[Finding]:
    """Yields findings on the types of a tensor, its indices and the output."""
    yield from _checks.types(site, source, *_movement.MOVABLE)
    yield from _movement.filled(site.input(source))
    yield from _checks.types(site, indices, DType.INT32, DType.INT64)


def check_indices(indices: Tensor, sizes: Shape) -> Iterator[Finding]:
    """Yields a finding where constant indices leave dimensions of these `sizes`.

    Indices go round through the dimensions: with one dimension, all are its own.
    """
    if not indices.is_constant:
        return
    tuples = values(indices).reshape(-1, len(sizes))
    for axis, size in enumerate(sizes):
        wrong = [int(index) for index in tuples[:, axis] if not 0 <= index < size]
        if wrong:
            yield Finding(
                f"index {wrong[0]} of {size} elements", f"indices from 0 to {size - 1}", indices
            )


def access(site: Site) -> Access:
    """Returns an access that promises nothing about order."""
    return whole(len(site.inputs))


def call(
    source: Tensor, indices: Tensor, output: Tensor, first: int, sizes: Shape, batches: int = 1
) -> KernelCall:
    """Returns the call that gathers rows of `source`.

    A tuple of indices stands for the dimensions from `first` on, of these `sizes`; the dimensions
    behind them are a row. `batches` of the leading dimensions have indices of their own.
    """
    outer = prod(source.shape[:first])
    params: dict[str, Value] = {
        "batches": batches,
        "outer": outer // batches,
        "count": indices.elements // len(sizes) // batches,
        "row_bytes": prod(source.shape[first + len(sizes) :]) * source.dtype.size,
        "index_bytes": indices.dtype.size,
        "dims": len(sizes),
        "size": array("size", np.array(sizes, np.int32)),
    }
    return KernelCall("gather", (source.id, indices.id), (output.id,), params)
