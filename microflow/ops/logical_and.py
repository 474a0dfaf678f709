"""LOGICAL_AND: whether both operands are true, element by element."""

from microflow.ops import _logical

OPERATOR = _logical.operator("LOGICAL_AND", 86, 0b1000)
