"""ELU: negative values become exp(x) - 1."""

from __future__ import annotations

import numpy as np

from microflow.graph.ir import DType, Site
from microflow.numerics.real import exp_f32
from microflow.ops import _unary
from microflow.ops._unary import Table, mapped, unary


def _table(site: Site) -> Table:
    """Each step in single precision, as the reference's."""
    x, y = site.input(0), site.output
    with np.errstate(all="ignore"):
        real = np.float32(x.scale) * _unary.steps(x).astype(np.float32)
        below = exp_f32(np.minimum(real, np.float32(0))) - np.float32(1)
        steps = np.where(real < 0, below, real) * (np.float32(1) / np.float32(y.scale))
    exact = steps.astype(np.float64)
    nearest = np.trunc(exact + np.copysign(0.5, exact))
    return _unary.clipped(nearest.clip(-(2**30), 2**30).astype(np.int64) + y.zero_point)


OPERATOR = unary(
    name="ELU",
    code=111,
    doc="Negative values become exp(x) - 1: int8 by a table of 256 entries, float32 with expm1f.",
    table=_table,
    forms={DType.FLOAT32: mapped("elu_f32")},
)
