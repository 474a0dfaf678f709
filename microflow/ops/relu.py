"""RELU: negative values become zero."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from microflow.graph.call import KernelCall
from microflow.graph.enums import Activation
from microflow.graph.ir import Site
from microflow.graph.tensor import DType
from microflow.numerics import tflm
from microflow.ops import _unary
from microflow.ops._rescale import (
    EIGHT_BITS,
    activation_factor,
    rescaled,
    rescaled_wide,
    tabulated,
)
from microflow.ops._unary import Floats, unary
from microflow.ops._unsigned import signed_tensor
from microflow.targets import Core


def _eight_bits(site: Site) -> KernelCall:
    x, y = site.input(0), site.output
    limits = tflm.activation_range(Activation.RELU, signed_tensor(y))
    return rescaled(x, y, *limits, activation_factor(site))


def _designs(site: Site, core: Core) -> Iterator[tuple[KernelCall, ...]]:
    if site.input(0).dtype in EIGHT_BITS:
        yield from tabulated(_eight_bits(site), core)


def _int16(site: Site) -> KernelCall:
    x, y = site.input(0), site.output
    limits = tflm.activation_range(Activation.RELU, y)
    return rescaled_wide(x, y, *limits, activation_factor(site))


def _float32(site: Site) -> KernelCall:
    return _unary.call(site, "relu_f32", out_min=0.0, out_max=math.inf)


def _exact(x: Floats, site: Site) -> Floats:
    return np.where(x < 0, np.float32(0), x)


OPERATOR = unary(
    name="RELU",
    code=19,
    doc="Replaces negative values by zero; integers may change their scale.",
    kernels=("clamp_s8", "lookup_s8", "relu_f32", "requantize_s8_s8", "requantize_wide"),
    limits="int16: a zero point other than 0.",
    beyond="quantised uint8",
    forms={
        DType.INT8: _eight_bits,
        DType.UINT8: _eight_bits,
        DType.INT16: _int16,
        DType.FLOAT32: _float32,
    },
    quantised=(DType.INT8, DType.UINT8, DType.INT16),
    exact=_exact,
    check=_unary.centred,
    designs=_designs,
)
