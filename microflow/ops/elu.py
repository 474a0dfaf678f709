"""ELU: negative values become exp(x) - 1."""

from __future__ import annotations

import numpy as np

from microflow.graph.ir import Site
from microflow.graph.tensor import DType
from microflow.numerics.real import exp_f32, nearest
from microflow.ops import _unary
from microflow.ops._unary import Table, mapped, unary

_MANY = 2.0**30  # steps, which saturate at any zero point; NaN counts as so many below it


def _table(site: Site) -> Table:
    """Each step in single precision, as the reference's."""
    x, y = site.input(0), site.output
    with np.errstate(all="ignore"):
        real = np.float32(x.scale) * _unary.steps(x).astype(np.float32)
        below = exp_f32(np.minimum(real, np.float32(0))) - np.float32(1)
        steps = np.where(real < 0, below, real) * (np.float32(1) / np.float32(y.scale))
    whole = nearest(np.nan_to_num(steps, nan=-_MANY).clip(-_MANY, _MANY))
    return _unary.clipped(whole.astype(np.int64) + y.zero_point)


OPERATOR = unary(
    name="ELU",
    code=111,
    doc="Negative values become exp(x) - 1: int8 by a table of 256 entries, float32 with expm1f.",
    kernels=("elu_f32", "lookup_s8"),
    table=_table,
    forms={DType.FLOAT32: mapped("elu_f32")},
)
