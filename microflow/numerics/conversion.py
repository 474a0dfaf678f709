"""Tables that turn numbers of one byte into a quantised tensor's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from microflow.graph.tensor import DType, Tensor
from microflow.numerics.tflm import INT_RANGE


def conversion_table(accepted: DType, mean: float, std: float, tensor: Tensor) -> NDArray[np.int64]:
    """Returns what each byte becomes, for the 256 bytes of `accepted` (uint8 or int8) in order.

    The tensor's value nearest to (x - mean) / std, ties away from zero, within the type's range;
    each operation in double precision. Without quantisation the scale is 1 and the zero point 0.
    """
    bytes_ = np.arange(256, dtype=np.uint8)
    numbers = bytes_.view(np.dtype(accepted.numpy)).astype(np.float64)
    scale, zero_point = 1.0, 0
    if tensor.quantization is not None:
        scale, zero_point = tensor.scale, tensor.zero_point
    low, high = INT_RANGE[tensor.dtype]
    steps = np.clip((numbers - mean) / std / scale, -1e9, 1e9)
    whole = np.trunc(steps)
    rest = steps - whole
    nearest = whole + (rest >= 0.5) - (rest <= -0.5)
    return np.clip(nearest.astype(np.int64) + zero_point, low, high)
