"""Reads tensors: type, shape, constant data, quantisation. Only those that the graph uses.

Tensors that nothing refers to are skipped, as TensorFlow Lite Micro does, whatever is in them.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import TypeAlias

from attrs import evolve, frozen

from microflow.diag import Rule, quoted
from microflow.flatbuffer import Table
from microflow.graph.state import initial_value
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.importer import schema
from microflow.importer.operators import check_index
from microflow.importer.quantization import read_quantization
from microflow.importer.refusal import Refusal
from microflow.ops.registry import schema_enumeration

TENSOR_TYPE = Rule(
    "MF3005",
    "tensor-type",
    """A tensor has an element type that the compiler cannot represent

The compiler knows the types that microcontrollers compute with: int8, int16, int32, int64, uint8,
float32, bool and a few that only occur in constants. Strings, variants and the newest small types
are not among them.

Example: a `VARIANT` tensor, which TensorFlow uses for lists.

Remedy: find the layer that makes the tensor and replace it; convert the model again.
""",
)

TENSOR_SHAPE = Rule(
    "MF3006",
    "tensor-shape",
    """A tensor has a shape that cannot be compiled

Memory is laid out at compile time, so every dimension must be known, positive and of a size that a
microcontroller can hold: what is computed at run time has at most 16 MiB a tensor. A negative
dimension is one that the converter left open.

    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [f.get_concrete_function(tf.TensorSpec([1, 49, 40, 1], tf.float32))])

Remedy: convert the model with a fixed input shape, batch 1 included.
""",
)

SHORT_CONSTANT = Rule(
    "MF3007",
    "short-constant",
    """The data of a constant tensor is shorter than its shape needs

Weights are stored in the file as bytes. Here there are fewer bytes than the tensor's shape and type
call for, so the file was damaged or changed by a tool that did not keep the two in step.

Example: an int32 tensor of shape [8] with 8 bytes of data instead of 32.

Remedy: convert the model again from its source.
""",
)

SPARSE_TENSOR = Rule(
    "MF3013",
    "sparse-tensor",
    """A tensor is stored in sparse form

The model was pruned and converted with `tf.lite.Optimize.EXPERIMENTAL_SPARSITY`, which stores only
the weights that are not zero. The compiler reads dense weights only.

Example: `converter.optimizations = [tf.lite.Optimize.EXPERIMENTAL_SPARSITY]`.

Remedy: convert the pruned model without that optimisation.
""",
)

EXTERNAL_DATA = Rule(
    "MF3015",
    "external-data",
    """A constant tensor's data is in another file

Some tools keep large weights in a file of their own, beside the model. The compiler reads one file.

Example: a model of several gigabytes whose tensors have an external buffer.

Remedy: export the model with its weights inside.
""",
)

MAX_RANK = 8  # TensorFlow Lite's own limit
MAX_ELEMENTS = 1 << 31
MAX_BYTES = 1 << 24  # at run time: more than a microcontroller has, little enough to plan quickly

_TYPES = {t.code: t for t in DType if t is not DType.STRING}  # strings have no fixed size
_LOW = bytes((n & 15 ^ 8) - 8 & 255 for n in range(256))  # a byte's lower four bits, as int8
_HIGH = bytes((n >> 4 ^ 8) - 8 & 255 for n in range(256))


@frozen
class Roles:
    """What the graph does with its tensors, by index."""

    inputs: frozenset[int]
    written: frozenset[int]  # by an operator


# Returns the first bytes of a buffer: its index, how many. Fewer where the buffer is shorter.
ReadBuffer: TypeAlias = Callable[[int, int], bytes]


def read_tensor(table: Table, index: int, roles: Roles, read: ReadBuffer) -> Tensor:
    """Returns the tensor at `index`; raises `Refusal` where it cannot be compiled."""
    name = table.text(schema.Tensor.NAME)
    place = f"tensor {index} {quoted(name)}"
    dtype = _dtype(table, place)
    shape = _shape(table, place)
    if table.has(schema.Tensor.SPARSITY):
        raise Refusal(
            SPARSE_TENSOR, f"{place} is sparse", "convert the model without EXPERIMENTAL_SPARSITY"
        )
    tensor = Tensor(
        id=index,
        name=name,
        dtype=dtype,
        shape=shape,
        is_variable=_is_variable(table, index, roles),
    )
    tensor = evolve(tensor, data=_data(table, tensor, roles, read, place))
    quantization = read_quantization(table.table(schema.Tensor.QUANTIZATION), tensor, place)
    tensor = evolve(tensor, quantization=quantization)
    return evolve(tensor, initial=initial_value(tensor)) if tensor.is_variable else tensor


def _is_variable(table: Table, index: int, roles: Roles) -> bool:
    """Inputs are none: the application writes them before every inference."""
    stated = table.scalar(schema.Tensor.IS_VARIABLE, "bool")
    return bool(stated) and index not in roles.inputs


def _dtype(table: Table, place: str) -> DType:
    code = table.integer(schema.Tensor.TYPE, "i8")
    if code not in _TYPES:
        label = schema_enumeration("TensorType").get(code, f"number {code}")
        raise Refusal(
            TENSOR_TYPE,
            f"{place} has element type {label}, which the compiler cannot represent",
            "replace the layer that uses it, and convert the model again",
        )
    return _TYPES[code]


def _shape(table: Table, place: str) -> Shape:
    shape = table.integers(schema.Tensor.SHAPE)
    if len(shape) > MAX_RANK:
        raise _bad_shape(f"{place} has {len(shape)} dimensions; at most {MAX_RANK} are possible")
    if any(d < 0 for d in shape):
        raise _bad_shape(f"{place} has shape {list(shape)}: a dimension is not known")
    if prod(shape) > MAX_ELEMENTS:
        raise _bad_shape(f"{place} has shape {list(shape)}: more than 2^31 elements")
    return shape


def _bad_shape(message: str) -> Refusal:
    return Refusal(TENSOR_SHAPE, message, "convert the model with a fixed, small input shape")


def _data(table: Table, tensor: Tensor, roles: Roles, read: ReadBuffer, place: str) -> bytes | None:
    """Returns the constant's value, or None where the tensor gets its value at run time.

    Inputs and variables get theirs at run time even where the file has data for them.
    """
    at_run_time = tensor.id in roles.inputs or tensor.is_variable
    data = b"" if at_run_time else _stored(table, tensor, read, place)
    if data:
        return _complete(data, tensor, place)
    if tensor.elements == 0 and not at_run_time and tensor.id not in roles.written:
        return b""
    _check_size(tensor, place)
    return None


def reshaped(tensor: Tensor, shape: Shape) -> Tensor:
    """Returns a tensor that is computed in another `shape`; raises `Refusal` where it cannot be."""
    made = evolve(tensor, shape=shape)
    _check_size(made, f"tensor {quoted(tensor.name)}")
    return made


def _check_size(tensor: Tensor, place: str) -> None:
    """Raises `Refusal` unless memory can hold the tensor at run time."""
    shape = list(tensor.shape)
    if tensor.bytes > MAX_BYTES:
        raise _bad_shape(f"{place} has shape {shape}: {tensor.bytes:,} bytes at run time")
    if tensor.elements == 0:
        raise _bad_shape(f"{place} has shape {shape}: it holds no element")


def _stored(table: Table, tensor: Tensor, read: ReadBuffer, place: str) -> bytes:
    if table.integer(schema.Tensor.EXTERNAL_BUFFER, "u32"):
        raise Refusal(
            EXTERNAL_DATA, f"{place} has its data in another file", "export the weights inside"
        )
    index = table.integer(schema.Tensor.BUFFER, "u32")
    # By the schema's convention, buffer 0 means: no data.
    return b"" if index == 0 else read(index, _stored_bytes(tensor))


def _stored_bytes(tensor: Tensor) -> int:
    return (tensor.elements + 1) // 2 if tensor.dtype is DType.INT4 else tensor.bytes


def _complete(data: bytes, tensor: Tensor, place: str) -> bytes:
    if len(data) < _stored_bytes(tensor):
        raise Refusal(
            SHORT_CONSTANT,
            f"{place} has shape {list(tensor.shape)} of {tensor.dtype.label} and needs"
            f" {_stored_bytes(tensor)} bytes of data, but has {len(data)}",
        )
    return _unpacked(data, tensor.elements) if tensor.dtype is DType.INT4 else data


def _unpacked(data: bytes, elements: int) -> bytes:
    """Returns 4-bit numbers, stored two a byte with the lower bits first, as one a byte."""
    values = bytearray(2 * len(data))
    values[0::2] = data.translate(_LOW)
    values[1::2] = data.translate(_HIGH)
    return bytes(values[:elements])


def read_buffer(model: Table, index: int, length: int) -> bytes:
    """Returns the first `length` bytes of a buffer; fewer where it is shorter."""
    tables = model.tables(schema.Model.BUFFERS)
    check_index("a tensor refers to buffer", index, len(tables))
    buffer = tables[index]
    offset = buffer.integer(schema.Buffer.OFFSET, "u64")
    if offset <= 1:
        return buffer.blob(schema.Buffer.DATA, length)
    # Models above 2 GB keep their data behind the tables, at an offset from the file's start.
    size = min(length, buffer.integer(schema.Buffer.SIZE, "u64"))
    return model.source.slice(offset, size)
