"""A window of a tensor at a place that is known at run time: read from it, or written into it."""

from __future__ import annotations

from math import prod

import numpy as np

from microflow.graph.call import KernelCall, Value, array
from microflow.graph.tensor import Shape, Tensor


def read(source: Tensor, begin: Tensor, window: Tensor) -> KernelCall:
    """Returns the call that copies the window of `source` that starts at `begin`."""
    operands = (source.id, begin.id), (window.id,)
    return KernelCall("window_at", *operands, _params(source, window, begin, writes=False))


def write(window: Tensor, begin: Tensor, target: Tensor) -> KernelCall:
    """Returns the call that writes `window` into `target`, where it starts at `begin`."""
    operands = (window.id, begin.id), (target.id,)
    return KernelCall("window_at", *operands, _params(target, window, begin, writes=True))


def _params(whole: Tensor, window: Tensor, begin: Tensor, writes: bool) -> dict[str, Value]:
    dims = _moving_dims(whole.shape, window.shape)
    return {
        "writes": int(writes),
        "index_bytes": begin.dtype.size,
        "dims": dims,
        "rows": prod(window.shape[: dims - 1]),
        "unit": prod(whole.shape[dims:]) * whole.dtype.size,
        "size": array("size", np.array(whole.shape[:dims], np.int32)),
        "count": array("count", np.array(window.shape[:dims], np.int32)),
    }


def _moving_dims(whole: Shape, window: Shape) -> int:
    """The number of dimensions up to the last that the window does not fill; at least 1."""
    sizes = enumerate(zip(whole, window, strict=True), 1)
    return max((dims for dims, (size, count) in sizes if count < size), default=1)
