"""Broken and hostile files: at most one MF3xxx diagnostic, in bounded time and memory."""

from __future__ import annotations

import random
import struct
import time
import tracemalloc
from collections.abc import Callable

import flatbuffers
import pytest
from ai_edge_litert import schema_py_generated as schema

from microflow.diag import Diagnostics
from microflow.importer.tflite import import_model
from tests.assemble import N, T, assemble
from tests.importer.test_round_trip import convolution

_SECONDS = 2.0  # far above what any small file needs; a hang is minutes
_MUTATIONS = 1500


def chain() -> bytes:
    """Returns a model with constants, options, several operators and a custom-free graph."""
    tensors = [
        T("x", "int8", (1, 4), scale=0.5, signature=(-1, 4)),
        T("w", "int8", (4, 4), data=list(range(16)), scales=[0.1] * 4),
        T("b", "int32", (4,), data=[1, 2, 3, 4], scales=[0.05] * 4, axis=3),
        T("h", "int8", (1, 4), scale=0.25, zero_point=-3),
        T("s", "int32", (2,), data=[2, 2]),
        T("r", "int8", (2, 2), scale=0.25, zero_point=-3),
        T("y", "int8", (2, 2), scale=1 / 256, zero_point=-128),
    ]
    nodes = [
        N("FULLY_CONNECTED", ["x", "w", "b"], ["h"], {"fusedActivationFunction": "RELU"}),
        N("RESHAPE", ["h", "s"], ["r"], {"newShape": [2, 2]}),
        N("SOFTMAX", ["r"], ["y"], {"beta": 1.0}),
    ]
    return assemble(tensors, nodes, ["x"], ["y"])


def custom() -> bytes:
    """Returns a model with operators that the compiler lacks."""
    x = T("x", "float32", (2, 2))
    nodes = [N("CUSTOM", [0, -1], [1], custom="Magic"), N("ATAN2", [1], [2], version=3)]
    return assemble([x, T("h", "float32", (2,)), T("y", "float32", ())], nodes, [0], [2])


MODELS = {"convolution": convolution(), "chain": chain(), "custom": custom()}


def survive(data: bytes) -> Diagnostics:
    """Imports `data`; an exception or a second MF3xxx fails the test."""
    start = time.process_time()
    graph, diagnostics = import_model(data, "m")
    assert time.process_time() - start < _SECONDS
    broken = [d for d in diagnostics if d.rule.code.startswith("MF3")]
    assert len(broken) <= 1 and (not broken or len(diagnostics) == 1)
    assert (graph is None) == bool(diagnostics)
    return diagnostics


@pytest.mark.parametrize("name", MODELS)
def test_every_truncation(name: str) -> None:
    model = MODELS[name]
    seen = [survive(model[:length]) for length in range(len(model))]
    assert all(seen[length] for length in range(len(model) // 2))


@pytest.mark.parametrize("name", MODELS)
def test_random_bytes_anywhere(name: str) -> None:
    rng = random.Random(name)
    for _ in range(_MUTATIONS):
        data = bytearray(MODELS[name])
        for _ in range(rng.choice([1, 1, 2, 4, 16])):
            data[rng.randrange(len(data))] = rng.choice([0, 1, 127, 128, 255, rng.randrange(256)])
        survive(bytes(data))


@pytest.mark.parametrize("name", MODELS)
def test_extreme_numbers_at_every_place(name: str) -> None:
    model = MODELS[name]
    extremes = [0, 1, len(model), 0x7FFFFFFF, 0x80000000, 0xFFFFFFFC, 0xFFFFFFFF]
    for at in range(8, len(model) - 4, 4):
        for value in extremes:
            survive(model[:at] + struct.pack("<I", value) + model[at + 4 :])


@pytest.mark.parametrize("name", MODELS)
def test_random_cuts_and_swaps(name: str) -> None:
    rng, model = random.Random(name), MODELS[name]
    for _ in range(_MUTATIONS):
        low, high = sorted(rng.randrange(8, len(model)) for _ in range(2))
        at = rng.randrange(8, len(model))
        survive(model[:low] + model[high:])
        survive(model[:at] + model[low:high] + model[at + high - low :])


def test_noise_behind_the_identifier() -> None:
    rng = random.Random(0)
    for _ in range(_MUTATIONS):
        survive(struct.pack("<I", rng.randrange(8, 64)) + b"TFL3" + rng.randbytes(256))


# Bombs: small files whose tables overlap, so that reading all they name would take for ever.

_Build = Callable[[flatbuffers.Builder], tuple[int, int, int]]


def bomb(build: _Build) -> bytes:
    """Returns a model of the vectors of tensors, operators and buffers that `build` makes."""
    builder = flatbuffers.Builder(1 << 20)
    tensors, operators, buffers = build(builder)
    ports = _ints(builder, [0])
    schema.SubGraphStart(builder)
    schema.SubGraphAddTensors(builder, tensors)
    schema.SubGraphAddInputs(builder, ports)
    schema.SubGraphAddOutputs(builder, ports)
    schema.SubGraphAddOperators(builder, operators)
    subgraphs = _tables(builder, [schema.SubGraphEnd(builder)])
    schema.OperatorCodeStart(builder)
    codes = _tables(builder, [schema.OperatorCodeEnd(builder)])
    schema.ModelStart(builder)
    schema.ModelAddVersion(builder, 3)
    schema.ModelAddOperatorCodes(builder, codes)
    schema.ModelAddSubgraphs(builder, subgraphs)
    schema.ModelAddBuffers(builder, buffers)
    builder.Finish(schema.ModelEnd(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def _ints(builder: flatbuffers.Builder, values: list[int]) -> int:
    builder.StartVector(4, len(values), 4)
    for value in reversed(values):
        builder.PrependInt32(value)
    return int(builder.EndVector())


def _tables(builder: flatbuffers.Builder, offsets: list[int]) -> int:
    builder.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    return int(builder.EndVector())


def _tensor(builder: flatbuffers.Builder, shape: int, buffer: int = 0, name: int = 0) -> int:
    schema.TensorStart(builder)
    schema.TensorAddShape(builder, shape)
    schema.TensorAddType(builder, schema.TensorType.INT8)
    schema.TensorAddBuffer(builder, buffer)
    schema.TensorAddName(builder, name)
    return int(schema.TensorEnd(builder))


def _operator(builder: flatbuffers.Builder, inputs: int, outputs: int) -> int:
    schema.OperatorStart(builder)
    schema.OperatorAddInputs(builder, inputs)
    schema.OperatorAddOutputs(builder, outputs)
    return int(schema.OperatorEnd(builder))


def _operators_that_share_a_long_vector(b: flatbuffers.Builder) -> tuple[int, int, int]:
    tensor = _tensor(b, _ints(b, [1]))
    operator = _operator(b, _ints(b, [0] * 100_000), _ints(b, []))
    return _tables(b, [tensor] * 2), _tables(b, [operator] * 16_000), _tables(b, [])


def _constants_that_share_a_long_buffer(b: flatbuffers.Builder) -> tuple[int, int, int]:
    data = b.CreateByteVector(bytes(1 << 20))
    schema.BufferStart(b)
    schema.BufferAddData(b, data)
    buffer = schema.BufferEnd(b)
    shapes = [_ints(b, [(1 << 20) - n]) for n in range(4000)]
    tensors = _tables(b, [_tensor(b, shape, 1 + n) for n, shape in enumerate(shapes)])
    operator = _operator(b, _ints(b, list(range(1, 4000))), _ints(b, []))
    return tensors, _tables(b, [operator]), _tables(b, [buffer] * 4001)


def _tensors_that_share_a_long_name(b: flatbuffers.Builder) -> tuple[int, int, int]:
    tensor = _tensor(b, _ints(b, [1]), name=b.CreateString("n" * (1 << 20)))
    operator = _operator(b, _ints(b, list(range(60_000))), _ints(b, []))
    return _tables(b, [tensor] * 60_000), _tables(b, [operator]), _tables(b, [])


def _a_shape_of_a_million_dimensions(b: flatbuffers.Builder) -> tuple[int, int, int]:
    tensor = _tensor(b, _ints(b, [0x7FFFFFFF] * (1 << 20)))
    return _tables(b, [tensor]), _tables(b, []), _tables(b, [])


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (_operators_that_share_a_long_vector, "MF3003"),
        (_constants_that_share_a_long_buffer, "MF3003"),
        (_tensors_that_share_a_long_name, "MF3003"),
        (_a_shape_of_a_million_dimensions, "MF3006"),
    ],
)
def test_bomb(build: _Build, code: str) -> None:
    data = bomb(build)
    diagnostics = survive(data)
    tracemalloc.start()
    try:
        import_model(data, "m")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [d.rule.code for d in diagnostics] == [code]
    assert peak < 50 * len(data) + (1 << 22)  # Python's objects; unbounded it would be gigabytes
