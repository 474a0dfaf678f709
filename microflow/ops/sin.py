"""SIN: the sine of an angle in radians."""

from __future__ import annotations

from microflow.graph.tensor import DType
from microflow.ops._unary import mapped, unary

OPERATOR = unary(
    name="SIN",
    code=66,
    doc="The sine of an angle in radians, with sinf.",
    kernels=("sin_f32",),
    forms={DType.FLOAT32: mapped("sin_f32")},
)
