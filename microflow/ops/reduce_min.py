"""REDUCE_MIN: the least element over any dimensions."""

from __future__ import annotations

from microflow.graph.tensor import DType
from microflow.ops import _extreme

OPERATOR = _extreme.operator(
    name="REDUCE_MIN",
    code=89,
    doc="The least over any dimensions, as one or two groups of neighbours.",
    beyond="quantised uint8",
    sign=_extreme.LEAST,
    dtypes=(DType.INT8, DType.FLOAT32),
)
