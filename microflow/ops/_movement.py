"""What the operators that only move elements share: types, constants as opaque blocks, calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microflow.graph.call import KernelCall, array
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.ops import _checks

MOVABLE = tuple(t for t in DType if t not in (DType.STRING, DType.RESOURCE, DType.INT4))


def movable(site: Site) -> Iterator[Finding]:
    """Yields a finding where the first input's type cannot be moved or is not the output's."""
    yield from _checks.types(site, 0, *MOVABLE)
    yield from _checks.same_type(site)


def filled(tensor: Tensor) -> Iterator[Finding]:
    """Yields a finding where a tensor, a constant then, has no elements to move."""
    if tensor.elements == 0:
        yield Finding("a tensor with no elements", "at least one element", tensor)


def axis_in_range(axis: int, rank: int, tensor: Tensor) -> Iterator[Finding]:
    """Yields a finding where `axis` is no dimension of a tensor of `rank`."""
    if not -rank <= axis < rank:
        yield Finding(
            f"axis {axis} in {rank} dimensions", f"an axis from {-rank} to {rank - 1}", tensor
        )


def blocks(tensor: Tensor) -> NDArray[np.void]:
    """Returns a constant's elements as opaque blocks of bytes, in its shape."""
    assert tensor.data is not None
    return np.frombuffer(tensor.data, f"V{tensor.dtype.size}").reshape(tensor.shape)


def all_blocks(site: Site) -> list[NDArray[np.void]] | None:
    """Returns the blocks of every input, or None where one is computed at run time."""
    inputs = [t for t in site.inputs if t is not None]
    return [blocks(t) for t in inputs] if all(t.is_constant for t in inputs) else None


def bytes_within(shape: Shape, axis: int, tensor: Tensor) -> int:
    """Returns the bytes of one step along `axis` of `shape`, with elements of `tensor`'s type."""
    return int(np.prod(shape[axis + 1 :], dtype=int)) * tensor.dtype.size


def place(source: Tensor, output: Tensor, rows: int, offset: int, step: int) -> KernelCall:
    """Returns the call that copies `source`, as equal `rows`, into `output`.

    The first row is written `offset` bytes from the output's start, the next ones `step` bytes
    apart. A constant becomes a parameter, because it may lie in a memory of its own.
    """
    params: dict[str, Any] = {
        "rows": rows,
        "row_bytes": source.bytes // rows if rows else 0,
        "out_offset": offset,
        "out_step": step,
    }
    if source.data is None:
        params |= {"in_offset": 0, "in_step": params["row_bytes"]}
        return KernelCall("copy_strided", (source.id,), (output.id,), params)
    params["data"] = array("data", np.frombuffer(source.data, np.uint8))
    return KernelCall("copy_constant", (), (output.id,), params)
