"""FLOOR: the next whole number below."""

from __future__ import annotations

import numpy as np

from microflow.graph.tensor import DType
from microflow.ops._unary import Direction, rounded, unary

OPERATOR = unary(
    name="FLOOR",
    code=8,
    doc="The next whole number below.",
    kernels=("round_f32",),
    forms={DType.FLOAT32: rounded(Direction.DOWN)},
    exact=lambda x, site: np.floor(x),
)
