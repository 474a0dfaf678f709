"""Enumerations of the schema that several operators share."""

from __future__ import annotations

from enum import Enum


class Padding(Enum):
    """How a window may leave the picture (schema: Padding)."""

    SAME = 0
    VALID = 1


class Activation(Enum):
    """A clamp or function fused into an operator (schema: ActivationFunctionType)."""

    NONE = 0
    RELU = 1
    RELU_N1_TO_1 = 2
    RELU6 = 3
    TANH = 4
    SIGN_BIT = 5
