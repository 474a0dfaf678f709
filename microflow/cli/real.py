"""Between real values and a tensor's own, as the generated C converts them."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from microflow.graph.tensor import Tensor

Array: TypeAlias = NDArray[Any]


def is_quantised(tensor: Tensor) -> bool:
    """Tells whether the tensor's integers stand for real values."""
    return tensor.quantization is not None and tensor.scale > 0


def quantise(values: Array, tensor: Tensor) -> Array:
    """Returns the quantised values nearest to real ones, ties away from zero, saturated."""
    limits = np.iinfo(tensor.dtype.numpy)
    low, high = limits.min - tensor.zero_point, limits.max - tensor.zero_point
    with np.errstate(over="ignore"):
        steps = values.astype(np.float32) / np.float32(tensor.scale)
    inside = np.clip(steps, np.float32(low), np.float32(high))
    whole = np.trunc(inside)
    rest = inside - whole
    rounded = whole + (rest >= 0.5) - (rest <= -0.5)
    moved = rounded.astype(np.int64) + tensor.zero_point
    return np.asarray(np.clip(moved, limits.min, limits.max), tensor.dtype.numpy)


def dequantise(values: Array, tensor: Tensor) -> Array:
    """Returns the real values, in single precision; those of an unquantised tensor as they are."""
    if not is_quantised(tensor):
        return values
    steps = (values.astype(np.int64) - tensor.zero_point).astype(np.float32)
    return np.asarray(np.float32(tensor.scale) * steps)
