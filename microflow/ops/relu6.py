"""RELU6: values are clamped to 0 to 6.

TensorFlow Lite Micro clamps integers in the input's quantisation and leaves the output's aside;
LiteRT gives them the output's.
"""

from __future__ import annotations

import numpy as np

from microflow.graph.call import KernelCall
from microflow.graph.enums import Activation
from microflow.graph.ir import Site
from microflow.graph.tensor import DType
from microflow.numerics import tflm
from microflow.ops import _unary
from microflow.ops._rescale import activation_factor, clamped, clamped_wide, rescaled
from microflow.ops._unary import Floats, unary
from microflow.ops._unsigned import signed_tensor
from microflow.profiles import TFLM


def _int8(site: Site) -> KernelCall:
    x, y = site.input(0), site.output
    if site.profile != TFLM:
        return _litert(site)
    return clamped(x, y, 0, *tflm.activation_range(Activation.RELU6, x))


def _litert(site: Site) -> KernelCall:
    """Returns the call of 8-bit values as LiteRT has them: the output on a scale of its own."""
    x, y = site.input(0), site.output
    limits = tflm.activation_range(Activation.RELU6, signed_tensor(y))
    return rescaled(x, y, *limits, activation_factor(site))


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
    doc="Clamps values to 0 to 6; the output takes the input's scale, but for uint8 and under "
    "profiles of LiteRT.",
    kernels=("clamp_s8", "relu_f32", "requantize_s8_s8", "requantize_wide"),
    beyond="uint8, as LiteRT computes it",
    forms={
        DType.INT8: _int8,
        DType.UINT8: _litert,
        DType.INT16: _int16,
        DType.FLOAT32: _float32,
    },
    quantised=(DType.INT8, DType.UINT8, DType.INT16),
    exact=_exact,
)
