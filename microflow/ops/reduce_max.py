"""REDUCE_MAX: the greatest element over any dimensions."""

from __future__ import annotations

from microflow.graph.tensor import DType
from microflow.ops import _extreme

OPERATOR = _extreme.operator(
    name="REDUCE_MAX",
    code=82,
    doc="The greatest over any dimensions, as one or two groups of neighbours.",
    beyond="quantised uint8",
    sign=_extreme.GREATEST,
    dtypes=(DType.INT8, DType.FLOAT32),
)
