"""ARG_MAX: where along a dimension the greatest element is."""

from __future__ import annotations

from microflow.ops import _arg

OPERATOR = _arg.operator(
    name="ARG_MAX",
    code=56,
    doc="The position of the greatest element along a dimension, the first of equals.",
    sign=1,
)
