"""REDUCE_ALL: whether all elements over any dimensions are true."""

from __future__ import annotations

from microflow.graph.tensor import DType
from microflow.ops import _extreme

OPERATOR = _extreme.operator(
    name="REDUCE_ALL",
    code=140,
    doc="Whether all are true over any dimensions, as one or two groups of neighbours.",
    sign=_extreme.LEAST,
    dtypes=(DType.BOOL,),
)
