"""EXP: the exponential function."""

from __future__ import annotations

from microflow.graph.tensor import DType
from microflow.ops._unary import mapped, unary

OPERATOR = unary(
    name="EXP",
    code=47,
    doc="The exponential function, with expf.",
    kernels=("exp_f32",),
    forms={DType.FLOAT32: mapped("exp_f32")},
)
