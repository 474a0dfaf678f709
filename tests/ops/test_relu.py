"""RELU against the reference."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.importer.tflite import import_model
from microflow.ops import relu
from tests.assemble import N, T
from tests.ops import unary
from tests.ops.same import Array, Part, assert_same, findings, joined
from tests.ops.unary import Quantised
from tests.run_model import compiled

BYTES = np.arange(-128, 128).astype(np.int8)
FLOATS = np.array([np.nan, np.inf, -np.inf, -0.0, 0, 1e-45, -1e-45, 3e38, 5.5, -2], np.float32)

scales = st.sampled_from([1e-6, 0.003, 0.0471, 0.5, 1.0, 9.0])
zeros = st.sampled_from([-128, -17, 0, 5, 127])


def part(
    op: str, x: tuple[float | None, int], y: tuple[float | None, int], dtype: str = "int8"
) -> Part:
    """Returns the operator on all int8 values; `x` and `y` are scale and zero point."""
    tensors = [T(name, dtype, (1, 256), *q) for name, q in (("x", x), ("y", y))]
    return Part(tensors, [N(op, ["x"], ["y"])])


def float_part(op: str, values: Array) -> Part:
    """Returns the operator on floats."""
    shape = values.shape
    return Part([T("x", "float32", shape), T("y", "float32", shape)], [N(op, ["x"], ["y"])])


quantised = st.tuples(scales, zeros)


@settings(deadline=None, max_examples=10)
@given(st.lists(st.tuples(quantised, quantised), min_size=1, max_size=8))
def test_every_int8_value(drawn: list[tuple[tuple[float, int], tuple[float, int]]]) -> None:
    model = joined(*(part("RELU", x, y) for x, y in drawn))
    assert_same(model, [[BYTES.reshape(1, 256)] * len(drawn)])


def test_one_scale_needs_no_multiplication() -> None:
    model = joined(part("RELU", (0.5, 3), (0.5, -9)), part("RELU", (0.5, 3), (0.25, 3)))
    assert compiled(model).kernels == ("clamp_s8", "requantize_s8_s8")
    assert_same(model, [[BYTES.reshape(1, 256)] * 2])


words_quantised = st.tuples(st.sampled_from([1e-6, 3e-5, 0.003, 0.5, 9.0]), st.just(0))


@settings(deadline=None, max_examples=5)
@given(st.lists(st.tuples(words_quantised, words_quantised), min_size=1, max_size=6))
def test_every_int16_value(drawn: list[tuple[Quantised, Quantised]]) -> None:
    model = joined(*(unary.part("RELU", "int16", x, y, shape=(65536,)) for x, y in drawn))
    assert_same(model, [[unary.WORDS] * len(drawn)], sanitize=True)


def test_constants_are_clamped_at_compile_time() -> None:
    x = np.nan_to_num(FLOATS)
    model = unary.plus_constant(float_part("RELU", x), x)
    assert len(compiled(model).graph.nodes) == 1
    assert_same(model, [[np.full_like(x, -0.0)]])


def test_floats() -> None:
    assert_same(joined(float_part("RELU", FLOATS)), [[FLOATS]])


def test_unsupported_forms() -> None:
    assert "type int32" in findings(joined(part("RELU", (0.5, 0), (0.5, 0), "int32")))
    off = findings(joined(part("RELU", (0.5, 0), (0.5, -1), "int16")))
    assert "a zero point of -1 in int16" in off
    assert "no scale" in findings(joined(part("RELU", (None, 0), (0.5, 0))))
    assert "no scale" in findings(joined(part("RELU", (0.5, 0), (None, 0))))
    other = Part([T("x", "int8", (3,), 0.5), T("y", "float32", (3,))], [N("RELU", ["x"], ["y"])])
    assert "input of type int8 with output of type float32" in findings(joined(other))


def test_the_output_has_the_inputs_shape() -> None:
    graph, _ = import_model(joined(part("RELU", (0.5, 0), (0.5, 0))), "model")
    assert graph is not None
    assert relu.OPERATOR.infer(graph.sites()[0]) == ((1, 256),)
