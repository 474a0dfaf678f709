"""COS: the cosine of an angle in radians."""

from __future__ import annotations

from microflow.graph.tensor import DType
from microflow.ops._unary import mapped, unary

OPERATOR = unary(
    name="COS",
    code=108,
    doc="The cosine of an angle in radians, with cosf.",
    kernels=("cos_f32",),
    forms={DType.FLOAT32: mapped("cos_f32")},
)
