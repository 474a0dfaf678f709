"""Constant tensors as numpy arrays, and the packing that int8 kernels share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from microflow.graph.tensor import DType, Tensor


def values(tensor: Tensor) -> NDArray[Any]:
    """Returns a constant's values, in its shape and type; those of 4 bits as int8."""
    assert tensor.data is not None
    dtype = DType.INT8 if tensor.dtype is DType.INT4 else tensor.dtype
    little = np.dtype(dtype.numpy).newbyteorder("<")
    return np.frombuffer(tensor.data, little).reshape(tensor.shape)


def bias_values(bias: Tensor | None, channels: int, dtype: str = "int32") -> NDArray[Any]:
    """Returns the bias of each output channel; zeros where there is none."""
    if bias is None:
        return np.zeros(channels, dtype)
    return values(bias).reshape(channels).astype(dtype)


def folded_bias(
    weights: NDArray[np.int8], bias: Tensor | None, zero_point: int, weights_zero_point: int = 0
) -> NDArray[np.int32]:
    """Returns bias[o] - zero_point * sum over weights[o] of (weight - weights_zero_point).

    Sums are int32 and wrap, as the kernels' do.
    """
    channels = weights.shape[0]
    centred = weights.reshape(channels, -1).astype(np.int64) - weights_zero_point
    exact = bias_values(bias, channels, "int64") - zero_point * centred.sum(axis=1)
    wrapped: NDArray[np.int32] = exact.astype(np.uint32).astype(np.int32)
    return wrapped
