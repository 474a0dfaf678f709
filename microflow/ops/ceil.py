"""CEIL: the next whole number above."""

from __future__ import annotations

import numpy as np

from microflow.graph.tensor import DType
from microflow.ops._unary import Direction, rounded, unary

OPERATOR = unary(
    name="CEIL",
    code=104,
    doc="The next whole number above.",
    kernels=("round_f32",),
    forms={DType.FLOAT32: rounded(Direction.UP)},
    exact=lambda x, site: np.ceil(x),
)
