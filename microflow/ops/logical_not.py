"""LOGICAL_NOT: true becomes false, and false true."""

from __future__ import annotations

import numpy as np

from microflow.graph.call import KernelCall
from microflow.graph.ir import Site
from microflow.graph.tensor import DType
from microflow.ops import _unary
from microflow.ops._unary import unary


def _bool(site: Site) -> KernelCall:
    """A clamp with the last bit flipped."""
    return _unary.call(site, "clamp_s8", offset=0, out_min=0, out_max=1, in_flip=0, out_flip=1)


OPERATOR = unary(
    name="LOGICAL_NOT",
    code=87,
    doc="True becomes false, and false true.",
    kernels=("clamp_s8",),
    forms={DType.BOOL: _bool},
    exact=lambda x, site: np.logical_not(x),
)
