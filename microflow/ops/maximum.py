"""MAXIMUM: the greater of two tensors' elements, broadcast against each other."""

from microflow.ops import _extremum

OPERATOR = _extremum.operator("MAXIMUM", 55, greatest=True)
