"""NEG: the number with the other sign."""

from __future__ import annotations

import numpy as np

from microflow.graph.tensor import DType
from microflow.ops._unary import Function, arithmetic, unary

OPERATOR = unary(
    name="NEG",
    code=59,
    doc="The number with the other sign.",
    kernels=("unary_f32",),
    forms={DType.FLOAT32: arithmetic(Function.NEG)},
    exact=lambda x, site: np.negative(x),
)
