"""Reads a tensor's quantisation, as tolerantly as TensorFlow Lite Micro does."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from microflow.diag import Rule
from microflow.flatbuffer import Table
from microflow.graph.tensor import DType, Quantization, Tensor
from microflow.importer import schema
from microflow.importer.refusal import Refusal

BAD_QUANTIZATION = Rule(
    "MF3012",
    "bad-quantization",
    """A tensor has a scale or zero point that makes no sense

A quantised tensor means `scale * (q - zero_point)`. The scale must be a finite number that is not
negative, and the zero point one that the tensor's type can hold. No runtime gives a defined result
for anything else.

Example: a scale of NaN, which a calibration data set that contains NaN leaves behind.

Remedy: check the representative data set and convert the model again.
""",
)

_RANGES = {
    DType.INT4: (-8, 7),
    DType.INT8: (-128, 127),
    DType.UINT8: (0, 255),
    DType.INT16: (-(1 << 15), (1 << 15) - 1),
    DType.UINT16: (0, (1 << 16) - 1),
    DType.INT32: (-(1 << 31), (1 << 31) - 1),
    DType.UINT32: (0, (1 << 32) - 1),
    DType.INT64: (-(1 << 63), (1 << 63) - 1),
}


def read_quantization(table: Table | None, tensor: Tensor, place: str) -> Quantization | None:
    """Returns the quantisation of an integer tensor, or None; raises `Refusal` where it is absurd.

    A tensor counts as quantised only where it has both scales and zero points. One zero point
    stands for all scales. The axis of a tensor with a single scale is 0, and so is one that the
    tensor does not have (real models have such biases).
    """
    if table is None or tensor.dtype not in _RANGES:
        return None
    scales = table.vector(schema.Quantization.SCALE, "f32")
    zeros = table.integers(schema.Quantization.ZERO_POINT, "i64")
    if not scales or not zeros:
        return None
    zeros = zeros * len(scales) if len(zeros) == 1 else zeros[: len(scales)]
    for problem in _problems(scales, zeros, tensor):
        raise Refusal(
            BAD_QUANTIZATION,
            f"{place} has {problem}",
            "check the representative data set and convert the model again",
        )
    axis = table.integer(schema.Quantization.QUANTIZED_DIMENSION)
    usable = len(scales) > 1 and 0 <= axis < len(tensor.shape)
    return Quantization(scales, zeros, axis if usable else 0)


def _problems(scales: tuple[float, ...], zeros: tuple[int, ...], tensor: Tensor) -> Iterator[str]:
    low, high = _RANGES[tensor.dtype]
    if len(zeros) < len(scales):
        yield f"{len(zeros)} zero points for {len(scales)} scales"
    for scale in scales:
        if not isfinite(scale) or scale < 0:
            yield f"a scale of {scale}"
    for zero in zeros:
        if not low <= zero <= high:
            yield f"a zero point of {zero}, outside the range of {tensor.dtype.label}"
