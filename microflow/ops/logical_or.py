"""LOGICAL_OR: whether any operand is true, element by element."""

from microflow.ops import _logical

OPERATOR = _logical.operator("LOGICAL_OR", 84, 0b1110)
