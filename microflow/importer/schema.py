"""Where the TensorFlow Lite schema keeps its fields: the slot of each, by table."""

from __future__ import annotations

from enum import IntEnum


class Model(IntEnum):
    """The root table."""

    VERSION = 0
    OPERATOR_CODES = 1
    SUBGRAPHS = 2
    BUFFERS = 4


class OperatorCode(IntEnum):
    """Which operator: a builtin code or a custom name."""

    DEPRECATED_BUILTIN_CODE = 0
    CUSTOM_CODE = 1
    BUILTIN_CODE = 3


class SubGraph(IntEnum):
    """Tensors and the operators between them."""

    TENSORS = 0
    INPUTS = 1
    OUTPUTS = 2
    OPERATORS = 3


class Operator(IntEnum):
    """An operator applied to tensors."""

    OPCODE_INDEX = 0
    INPUTS = 1
    OUTPUTS = 2
    BUILTIN_OPTIONS_TYPE = 3
    BUILTIN_OPTIONS = 4
    CUSTOM_OPTIONS = 5
    INTERMEDIATES = 8


class Tensor(IntEnum):
    """A tensor's type, shape and where its data is."""

    SHAPE = 0
    TYPE = 1
    BUFFER = 2
    NAME = 3
    QUANTIZATION = 4
    IS_VARIABLE = 5
    SPARSITY = 6
    SHAPE_SIGNATURE = 7
    EXTERNAL_BUFFER = 10


class Quantization(IntEnum):
    """Scales and zero points."""

    SCALE = 2
    ZERO_POINT = 3
    QUANTIZED_DIMENSION = 6


class Buffer(IntEnum):
    """Constant data: in the file's tables, or behind them where the model is larger than 2 GB."""

    DATA = 0
    OFFSET = 1
    SIZE = 2
