"""ROUND: the nearest whole number, ties to even."""

from __future__ import annotations

import numpy as np

from microflow.graph.ir import Site
from microflow.graph.tensor import DType
from microflow.ops._unary import Direction, Floats, rounded, unary


def _exact(x: Floats, site: Site) -> Floats:
    """The reference's steps: what lies from -0.5 to 0 becomes +0."""
    below = np.floor(x)
    rest = x - below
    stays = (rest < 0.5) | ((rest == 0.5) & (np.fmod(below, np.float32(2)) == 0))
    return np.where(stays, below, below + np.float32(1))


OPERATOR = unary(
    name="ROUND",
    code=116,
    doc="The nearest whole number, ties to even.",
    kernels=("round_f32",),
    forms={DType.FLOAT32: rounded(Direction.NEAREST)},
    exact=_exact,
)
