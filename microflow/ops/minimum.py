"""MINIMUM: the lesser of two tensors' elements, broadcast against each other."""

from microflow.ops import _extremum

OPERATOR = _extremum.operator("MINIMUM", 57, greatest=False)
