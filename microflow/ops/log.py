"""LOG: the natural logarithm."""

from __future__ import annotations

from microflow.graph.tensor import DType
from microflow.ops._unary import mapped, unary

OPERATOR = unary(
    name="LOG",
    code=73,
    doc="The natural logarithm, with logf.",
    kernels=("log_f32",),
    forms={DType.FLOAT32: mapped("log_f32")},
)
