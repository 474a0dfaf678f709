"""RELU6: values are clamped to 0 to 6.

The reference clamps integers in the input's quantisation and leaves the output's aside.
"""

from __future__ import annotations

import numpy as np

from microflow.graph.call import KernelCall
from microflow.graph.enums import Activation
from microflow.graph.ir import Site
from microflow.graph.tensor import DType
from microflow.numerics import tflm
from microflow.ops import _unary
from microflow.ops._rescale import clamped, clamped_wide
from microflow.ops._unary import Floats, unary


def _int8(site: Site) -> KernelCall:
    x, y = site.input(0), site.output
    return clamped(x, y, 0, *tflm.activation_range(Activation.RELU6, x))


def _int16(site: Site) -> KernelCall:
    x, y = site.input(0), site.output
    return clamped_wide(x, y, *tflm.activation_range(Activation.RELU6, x))


def _float32(site: Site) -> KernelCall:
    return _unary.call(site, "relu_f32", out_min=0.0, out_max=6.0)


def _exact(x: Floats, site: Site) -> Floats:
    return np.where(x > 6, np.float32(6), np.where(x < 0, np.float32(0), x))


OPERATOR = unary(
    name="RELU6",
    code=21,
    doc="Clamps values to 0 to 6; the output takes the input's scale.",
    kernels=("clamp_s8", "relu_f32", "requantize_wide"),
    forms={DType.INT8: _int8, DType.INT16: _int16, DType.FLOAT32: _float32},
    exact=_exact,
)
