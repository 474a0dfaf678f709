"""RSQRT: one over the square root.

The reference ends a run that meets a quantised value below zero; here it counts as 0, whose result
is the largest there is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

import numpy as np

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType
from microflow.numerics import fixed_point, tflm
from microflow.ops import _unary
from microflow.ops._unary import Floats, Table, unary

ROOT_BITS = 20  # behind the point of a root, before the scales are applied


def _check(site: Site) -> Iterator[Finding]:
    yield from _unary.centred(site)


def _multiplier(site: Site) -> tuple[int, int]:
    """Multiplier and shift that bring a root to the output's steps."""
    factor = 1.0 / (math.sqrt(site.input(0).scale) * site.output.scale)
    multiplier, shift = tflm.quantised_multiplier(factor)
    return (multiplier, shift - ROOT_BITS) if shift - ROOT_BITS >= -31 else (0, 0)


def _table(site: Site) -> Table:
    multiplier, shift = _multiplier(site)
    roots = np.array([_root(int(steps)) for steps in _unary.steps(site.input(0))])
    scaled = fixed_point.requantise(roots, multiplier, shift) + site.output.zero_point
    return np.where(roots == 0, np.int8(127), _unary.clipped(scaled))


@cache
def _root(steps: int) -> int:
    """1 / sqrt(steps) with ROOT_BITS fractional bits; 0 where there is none."""
    if steps <= 0:
        return 0
    multiplier, shift = fixed_point.inverse_sqrt(steps)
    return int(fixed_point.requantise(np.array(1), multiplier, shift + ROOT_BITS))


def _int16(site: Site) -> KernelCall:
    multiplier, shift = _multiplier(site)
    return _unary.call(site, "rsqrt_s16", multiplier=multiplier, shift=shift)


def _float32(site: Site) -> KernelCall:
    return _unary.call(site, "sqrt_f32", reciprocal=1)


def _exact(x: Floats, site: Site) -> Floats:
    return np.reciprocal(np.sqrt(x))


OPERATOR = unary(
    name="RSQRT",
    code=76,
    doc="One over the square root; integers may change their scale.",
    kernels=("rsqrt_s16", "sqrt_f32"),
    limits="int16: a zero point other than 0.",
    table=_table,
    forms={DType.INT16: _int16, DType.FLOAT32: _float32},
    exact=_exact,
    check=_check,
)
