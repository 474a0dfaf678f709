"""RELU: negative values become zero."""

from __future__ import annotations

import math

import numpy as np

from microflow.graph.call import KernelCall
from microflow.graph.enums import Activation
from microflow.graph.ir import Site
from microflow.graph.tensor import DType
from microflow.numerics import tflm
from microflow.ops import _unary
from microflow.ops._rescale import rescaled, rescaled_wide
from microflow.ops._unary import Floats, unary


def _int8(site: Site) -> KernelCall:
    x, y = site.input(0), site.output
    return rescaled(x, y, *tflm.activation_range(Activation.RELU, y))


def _int16(site: Site) -> KernelCall:
    x, y = site.input(0), site.output
    return rescaled_wide(x, y, *tflm.activation_range(Activation.RELU, y))


def _float32(site: Site) -> KernelCall:
    return _unary.call(site, "relu_f32", out_min=0.0, out_max=math.inf)


def _exact(x: Floats, site: Site) -> Floats:
    return np.where(x < 0, np.float32(0), x)


OPERATOR = unary(
    name="RELU",
    code=19,
    doc="Replaces negative values by zero; integers may change their scale.",
    kernels=("clamp_s8", "relu_f32", "requantize_s8_s8", "requantize_wide"),
    limits="int16: a zero point other than 0.",
    beyond="quantised uint8",
    forms={DType.INT8: _int8, DType.INT16: _int16, DType.FLOAT32: _float32},
    exact=_exact,
    check=_unary.centred,
)
