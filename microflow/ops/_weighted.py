"""ADD and SUB of int8 as XNNPACK computes them: a weighted sum that is rounded once."""

from __future__ import annotations

import math

import numpy as np

from microflow.graph.call import KernelCall
from microflow.graph.ir import Site
from microflow.graph.tensor import DType
from microflow.ops import _arithmetic, _broadcast
from microflow.profiles import XNNPACK

_BITS = 20  # of the larger factor, behind its first one
_RATIOS = (2.0**-10, 2.0**8)  # of an input's scale to the output's that XNNPACK takes


def call(site: Site, b_sign: int) -> KernelCall | None:
    """Returns the call that adds both operands, the second times `b_sign`.

    None where the profile or the type is another. XNNPACK `takes` the operator.
    """
    if site.profile != XNNPACK or site.output.dtype is not DType.INT8:
        return None
    ratios = _ratios(site)
    shift = _BITS + 1 - math.frexp(max(ratios))[1]
    a, b = (round(math.ldexp(ratio, shift)) for ratio in ratios)
    params = {
        **_arithmetic.zero_points(site),
        **_arithmetic.limits(site),
        "shift": shift,
        "a_factor": a,
        "b_factor": b * b_sign,
    }
    return _broadcast.call(site, "weighted_sum_s8", params)


def takes(site: Site) -> bool:
    """Tells whether XNNPACK computes the sum. Where it does not, LiteRT's own may overflow."""
    return all(_RATIOS[0] <= ratio < _RATIOS[1] for ratio in _ratios(site))


def _ratios(site: Site) -> list[float]:
    """By what the operands are multiplied on the way to the output's scale."""
    scale = np.float32(site.output.scale)
    return [float(np.float32(site.input(i).scale) / scale) for i in (0, 1)]
