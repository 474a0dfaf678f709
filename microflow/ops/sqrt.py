"""SQRT: the square root."""

from __future__ import annotations

import numpy as np

from microflow.graph.call import KernelCall
from microflow.graph.ir import Site
from microflow.graph.tensor import DType
from microflow.ops import _unary
from microflow.ops._unary import unary


def _float32(site: Site) -> KernelCall:
    return _unary.call(site, "sqrt_f32", reciprocal=0)


OPERATOR = unary(
    name="SQRT",
    code=75,
    doc="The square root.",
    kernels=("sqrt_f32",),
    forms={DType.FLOAT32: _float32},
    exact=lambda x, site: np.sqrt(x),
)
