"""SQUARE: the number times itself."""

from __future__ import annotations

import numpy as np

from microflow.graph.tensor import DType
from microflow.ops._unary import Function, arithmetic, unary

OPERATOR = unary(
    name="SQUARE",
    code=92,
    doc="The number times itself.",
    kernels=("unary_f32",),
    forms={DType.FLOAT32: arithmetic(Function.SQUARE)},
    exact=lambda x, site: np.square(x),
)
