"""The part of the language's table that is about inputs and outputs of a model."""

from __future__ import annotations

from microflow.dsl import composites, types
from microflow.dsl.kinds import Key, Kind

# The names of `microflow.graph.ir.DType`, which this layer may not import; a test compares them.
ELEMENT_TYPES = (
    "int8",
    "int16",
    "float32",
    "uint8",
    "int32",
    "bool",
    "int64",
    "uint16",
    "uint32",
    "uint64",
    "int4",
    "float16",
    "float64",
    "string",
    "complex64",
    "resource",
)

_PORT_KEYS = (
    Key(
        "tensor",
        types.TENSOR,
        "The tensor, by its name or by its index in the model. "
        "Not needed where the model has only one input or output.",
    ),
    Key("shape", composites.SHAPE, "The tensor's shape, checked against the model."),
    Key("type", types.word(ELEMENT_TYPES), "The tensor's element type, checked against the model."),
    Key(
        "real",
        composites.RANGE,
        "The range of real values the application thinks in, checked against scale and zero point.",
    ),
    Key("unit", types.TEXT, "The unit of the real values, for documentation."),
)

INPUT = Kind(
    "input",
    "What the application gives to the model. The label is its C identifier.",
    (
        *_PORT_KEYS,
        Key(
            "stream",
            types.FLAG,
            "Whether the application gives this input row by row, so that it is never in memory "
            "as a whole.",
            default="false",
        ),
        Key("frontend", types.PATH, "A C header that turns raw samples into this tensor."),
        Key(
            "accept",
            types.word(("uint8", "int8", "int16", "float32")),
            "The type of the numbers that the application holds, where they are not the tensor's "
            "own elements: a function that converts them is generated.",
        ),
        Key(
            "normalize",
            composites.AFFINE,
            "How the accepted numbers become real values: `(x - mean) / std`, with one mean and "
            "std, or a list with one a channel in the model's order.",
        ),
        Key(
            "order",
            types.word(("bgr", "rgb")),
            "The order of the three channels that the application holds, for a model that takes "
            "red first: `bgr` is exchanged.",
        ),
        Key(
            "layout",
            types.word(("nchw", "nhwc")),
            "How the pixels lie that the application holds: `nhwc` with their channels side by "
            "side, as the tensor has them, or `nchw`, one channel of all pixels after the other.",
        ),
    ),
    label="an input",
    symbol=True,
)

OUTPUT = Kind(
    "output",
    "What the application gets from the model. The label is its C identifier.",
    (
        *_PORT_KEYS,
        Key(
            "labels",
            composites.LABELS,
            "The names of the classes, in the order of the last dimension.",
        ),
        Key(
            "decode",
            composites.DECODE,
            "How the scores become an answer: `argmax`, or `argmax(threshold = 0.70)` for none "
            "below the threshold.",
        ),
    ),
    label="an output",
    symbol=True,
)
