"""ARG_MIN: where along a dimension the least element is."""

from __future__ import annotations

from microflow.ops import _arg

OPERATOR = _arg.operator(
    name="ARG_MIN",
    code=79,
    doc="The position of the least element along a dimension, the first of equals.",
    sign=-1,
)
