"""Assembles .tflite models in memory, so that a test shows the whole model it is about.

    from tests.assemble import N, T, assemble

    model = assemble(
        tensors=[
            T("x", "int8", (1, 4, 4, 2), scale=0.5, zero_point=3),
            T("w", "int8", (8, 3, 3, 2), data=weights, scales=[0.1] * 8, axis=0),
            T("b", "int32", (8,), data=bias, scales=[0.05] * 8),
            T("y", "int8", (1, 4, 4, 8), scale=0.25, zero_point=-1),
        ],
        nodes=[N("CONV_2D", ["x", "w", "b"], ["y"], {"strideW": 1, "strideH": 1})],
        inputs=["x"],
        outputs=["y"],
    )

Tensors are named by index or by name; an absent optional input is -1. `data` is an array or a list
(converted to the tensor's type), or bytes that are stored as they are. Options have the names of
the schema's object API (`schema_py_generated.Conv2DOptionsT`); enumerations may be given by name.
A misspelt option or name raises. `assemble` returns the bytes of the file.

Tests of odd files tamper between the steps: `pack(change(model_object(...)))`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from attrs import frozen

Ref = int | str  # a tensor: its index or its name

_OPTIONS = {  # operators whose options are not named after them; the rest is found by name
    "AVERAGE_POOL_2D": "Pool2D",
    "MAX_POOL_2D": "Pool2D",
    "L2_POOL_2D": "Pool2D",
    "L2_NORMALIZATION": "L2Norm",
    "UNIDIRECTIONAL_SEQUENCE_RNN": "SequenceRNN",
    "CONV_3D_TRANSPOSE": "Conv3D",
    "MAXIMUM": "MaximumMinimum",
    "MINIMUM": "MaximumMinimum",
    "RANDOM_STANDARD_NORMAL": "Random",
    "RANDOM_UNIFORM": "Random",
    "MULTINOMIAL": "Random",
    "MEAN": "Reducer",
    "SUM": "Reducer",
    "REDUCE_ALL": "Reducer",
    "REDUCE_ANY": "Reducer",
    "REDUCE_MAX": "Reducer",
    "REDUCE_MIN": "Reducer",
    "REDUCE_PROD": "Reducer",
}

_ENUMERATIONS = {
    "padding": schema.Padding,
    "fusedActivationFunction": schema.ActivationFunctionType,
    "weightsFormat": schema.FullyConnectedOptionsWeightsFormat,
    "kernelType": schema.LSTMKernelType,
    "mode": schema.MirrorPadMode,
    "inDataType": schema.TensorType,
    "outDataType": schema.TensorType,
    "outType": schema.TensorType,
    "outputType": schema.TensorType,
    "idxOutType": schema.TensorType,
    "quantizedBiasType": schema.TensorType,
}


@frozen(eq=False)
class T:
    """A tensor. `scale` is per tensor, `scales` per slice along `axis`; without either, no scale.

    `signature` is the shape with -1 for unknown dimensions, as converters leave it. `like` shares
    the buffer of another tensor.
    """

    name: str
    dtype: str
    shape: Sequence[int]
    scale: float | None = None
    zero_point: int = 0
    data: Any = None
    scales: Sequence[float] | None = None
    zero_points: Sequence[int] | None = None
    axis: int = 0
    variable: bool = False
    signature: Sequence[int] | None = None
    like: Ref | None = None


@frozen(eq=False)
class N:
    """An operator applied to tensors.

    Options not named have the schema's default; `options="absent"` leaves the table away.
    `options_of` names the operator whose options table is written, where that is not the operator's
    own. `op="CUSTOM"` needs `custom`, the operator's name, and may have `custom_options`.
    """

    op: str
    inputs: Sequence[Ref]
    outputs: Sequence[Ref]
    options: Mapping[str, Any] | str | None = None
    version: int = 1
    custom: str | None = None
    custom_options: bytes | None = None
    options_of: str | None = None
    intermediates: Sequence[Ref] = ()


@frozen(eq=False)
class S:
    """A further subgraph, such as the one that CALL_ONCE calls."""

    tensors: Sequence[T]
    nodes: Sequence[N]
    inputs: Sequence[Ref] = ()
    outputs: Sequence[Ref] = ()
    name: str = "sub"


def assemble(
    tensors: Sequence[T],
    nodes: Sequence[N],
    inputs: Sequence[Ref],
    outputs: Sequence[Ref],
    *,
    subgraphs: Sequence[S] = (),
    description: str = "",
) -> bytes:
    """Returns the bytes of a .tflite file; `subgraphs` follow the main one."""
    main = S(tensors, nodes, inputs, outputs, "main")
    return pack(model_object(main, *subgraphs, description=description))


def model_object(*subgraphs: S, description: str = "") -> schema.ModelT:
    """Returns the model as a tree of the schema's objects, to be changed and given to `pack`."""
    model = schema.ModelT()
    model.version = 3
    model.description = description
    model.operatorCodes = []
    model.buffers = [schema.BufferT()]  # by convention, buffer 0 is the empty one
    model.subgraphs = [_subgraph(model, sub) for sub in subgraphs]
    return model


def pack(model: schema.ModelT) -> bytes:
    """Returns `model` as a file, every constant aligned to 16 bytes as the schema demands."""
    builder = flatbuffers.Builder(1024)
    model.buffers = [_Buffer(b.data, b.offset, b.size) for b in model.buffers or []]
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


class _Buffer(schema.BufferT):  # type: ignore[misc]
    """A buffer that aligns its data, which the object API of Python does not."""

    def Pack(self, builder: Any) -> int:  # noqa: N802  (the object API's name)
        vector = None if self.data is None else _aligned(builder, bytes(self.data))
        schema.BufferStart(builder)
        if vector is not None:
            schema.BufferAddData(builder, vector)
        schema.BufferAddOffset(builder, self.offset)
        schema.BufferAddSize(builder, self.size)
        return int(schema.BufferEnd(builder))


def _aligned(builder: Any, data: bytes) -> int:
    builder.StartVector(1, len(data), 16)
    builder.head -= len(data)
    builder.Bytes[builder.head : builder.head + len(data)] = data
    return int(builder.EndVector())


def _subgraph(model: schema.ModelT, sub: S) -> schema.SubGraphT:
    made = schema.SubGraphT(tensors=[], name=sub.name)
    for tensor in sub.tensors:
        made.tensors.append(_tensor(model, made, sub, tensor))
    made.operators = [_operator(model, sub, node) for node in sub.nodes]
    made.inputs = _indices(sub, sub.inputs)
    made.outputs = _indices(sub, sub.outputs)
    return made


def _indices(sub: S, refs: Sequence[Ref]) -> np.ndarray[Any, Any]:
    names = [tensor.name for tensor in sub.tensors]
    return np.array([names.index(r) if isinstance(r, str) else r for r in refs], np.int32)


def _tensor(model: schema.ModelT, made: schema.SubGraphT, sub: S, tensor: T) -> schema.TensorT:
    result = schema.TensorT()
    result.name = tensor.name
    result.type = _member(schema.TensorType, tensor.dtype.upper())
    result.shape = np.array(tensor.shape, np.int32)
    result.isVariable = tensor.variable
    result.quantization = _quantization(tensor)
    result.hasRank = True
    if tensor.signature is not None:
        result.shapeSignature = np.array(tensor.signature, np.int32)
    if tensor.like is not None:
        result.buffer = made.tensors[_indices(sub, [tensor.like])[0]].buffer
        return result
    model.buffers.append(schema.BufferT(data=_data(tensor)))
    result.buffer = len(model.buffers) - 1
    return result


def _data(tensor: T) -> bytes | None:
    if tensor.data is None or isinstance(tensor.data, bytes):
        return tensor.data
    if tensor.dtype == "int4":
        return _packed_int4(np.asarray(tensor.data, np.int8).ravel())
    data = np.asarray(tensor.data, tensor.dtype)
    assert data.size == np.prod(tensor.shape, dtype=int), f"{tensor.name}: data does not fit shape"
    return data.tobytes()


def _packed_int4(values: np.ndarray[Any, Any]) -> bytes:
    nibbles = np.append(values, np.zeros(values.size % 2, np.int8)).view(np.uint8) & 15
    return bytes(nibbles[0::2] | nibbles[1::2] << 4)


def _quantization(tensor: T) -> schema.QuantizationParametersT | None:
    scales = tensor.scales if tensor.scales is not None else [tensor.scale]
    if scales[0] is None:
        return None
    zeros = tensor.zero_points if tensor.zero_points is not None else [tensor.zero_point]
    if len(zeros) == 1:
        zeros = list(zeros) * len(scales)
    made = schema.QuantizationParametersT()
    made.scale = np.array(scales, np.float32)
    made.zeroPoint = np.array(zeros, np.int64)
    made.quantizedDimension = tensor.axis
    return made


def _operator(model: schema.ModelT, sub: S, node: N) -> schema.OperatorT:
    made = schema.OperatorT()
    made.opcodeIndex = _operator_code(model, node)
    made.inputs = _indices(sub, node.inputs)
    made.outputs = _indices(sub, node.outputs)
    if node.intermediates:
        made.intermediates = _indices(sub, node.intermediates)
    if node.custom_options is not None:
        made.customOptions = np.frombuffer(node.custom_options, np.uint8)
    if node.options != "absent":
        _set_options(made, node)
    return made


def _operator_code(model: schema.ModelT, node: N) -> int:
    code = _member(schema.BuiltinOperator, node.op)
    wanted = (code, node.custom, node.version)
    codes = model.operatorCodes
    for index, known in enumerate(codes):
        if (known.builtinCode, known.customCode, known.version) == wanted:
            return index
    codes.append(schema.OperatorCodeT(min(code, 127), node.custom, node.version, code))
    return len(codes) - 1


def _set_options(made: schema.OperatorT, node: N) -> None:
    name = _options_name(node.options_of or node.op)
    if name is None:
        assert not node.options, f"{node.op} has no options in the schema"
        return
    options = getattr(schema, f"{name}T")()
    given = {} if node.options is None or isinstance(node.options, str) else node.options
    for key, value in given.items():
        assert hasattr(options, key), f"{name} has no '{key}' but {', '.join(vars(options))}"
        setattr(options, key, _value(key, value))
    second = hasattr(schema.BuiltinOptions2, name)
    union = schema.BuiltinOptions2 if second else schema.BuiltinOptions
    kind = "builtinOptions2" if second else "builtinOptions"
    setattr(made, f"{kind}Type", getattr(union, name))
    setattr(made, kind, options)


def _options_name(op: str) -> str | None:
    wanted = _OPTIONS.get(op, op).replace("_", "").lower() + "options"
    unions = (*vars(schema.BuiltinOptions), *vars(schema.BuiltinOptions2))
    return next((name for name in unions if name.lower() == wanted), None)


def _value(key: str, value: Any) -> Any:
    if isinstance(value, str) and key in _ENUMERATIONS:
        return _member(_ENUMERATIONS[key], value.upper())
    if not isinstance(value, list | tuple):
        return value
    return np.array(value, np.float32 if any(isinstance(v, float) for v in value) else np.int32)


def _member(enumeration: type, name: str) -> int:
    found = vars(enumeration).get(name)
    assert isinstance(found, int), f"the schema's {enumeration.__name__} has no '{name}'"
    return found
