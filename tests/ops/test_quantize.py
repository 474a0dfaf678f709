"""QUANTIZE against the reference, in all its pairs of types."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Elementwise, Whole
from microflow.importer.tflite import import_model
from microflow.ops import quantize
from tests.assemble import N, T, assemble
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values
from tests.run_model import compiled

Quantised = tuple[float | None, int]

PAIRS = [
    ("float32", "int8"),
    ("float32", "int16"),
    ("int8", "int8"),
    ("int8", "uint8"),
    ("int8", "int16"),
    ("int8", "int32"),
    ("uint8", "int8"),
    ("int16", "int8"),
    ("int16", "int16"),
    ("int16", "int32"),
    ("int32", "int8"),
    ("int32", "int16"),
]
ZEROS = {
    "int8": (-128, -17, 0, 127),
    "uint8": (0, 3, 128, 255),
    "int16": (-32768, 0, 9, 32767),
    "int32": (-100000, 0, 7),
}


def part(x: str, y: str, a: Quantised, b: Quantised, size: int = 256) -> Part:
    """Returns a QUANTIZE from type `x` to `y` with the scales and zero points `a` and `b`."""
    return Part([T("x", x, (size,), *a), T("y", y, (size,), *b)], [N("QUANTIZE", ["x"], ["y"])])


def quantised(dtype: str) -> st.SearchStrategy[Quantised]:
    if dtype == "float32":
        return st.just((None, 0))
    scale = st.sampled_from([2.0**-16, 0.003, 0.0471, 0.5, 1.0, 9.0])
    return st.tuples(scale, st.sampled_from(ZEROS[dtype]))


cases = st.sampled_from(PAIRS).flatmap(
    lambda pair: st.tuples(*map(st.just, pair), *map(quantised, pair))
)


def given_values(dtype: str, seed: int) -> Any:
    """Returns 256 values: all of an 8-bit type, finite ones of float32."""
    if dtype in ("int8", "uint8"):
        return np.arange(256).astype(dtype)
    if dtype == "float32":
        return np.random.default_rng(seed).normal(0, 100, 256).astype(np.float32)
    return values(dtype, (256,), seed)


@settings(deadline=None, max_examples=15)
@given(st.lists(cases, min_size=1, max_size=10), st.integers(0, 99))
def test_all_pairs_of_types(drawn: list[tuple[str, str, Quantised, Quantised]], seed: int) -> None:
    assert_same(joined(*(part(*c) for c in drawn)), [[given_values(c[0], seed) for c in drawn]])


@pytest.mark.parametrize(("x", "y"), PAIRS)
def test_one_scale(x: str, y: str) -> None:
    a = (None, 0) if x == "float32" else (0.25, ZEROS[x][1])
    assert_same(joined(part(x, y, a, (0.25, ZEROS[y][2]))), [[given_values(x, 3)]])


@pytest.mark.parametrize(("x", "y"), PAIRS)
def test_constants_are_quantised_at_compile_time(x: str, y: str) -> None:
    """The reference quantises them as it runs; here they are as if it had."""
    a = (None, 0) if x == "float32" else (0.0471, ZEROS[x][1])
    b = (0.003, ZEROS[y][2])
    tensors = [
        T("c", x, (256,), a[0], a[1], data=given_values(x, 3)),
        T("q", y, (256,), *b),
        T("x", "float32", (2,)),
        T("y", "float32", (2,)),
    ]
    nodes = [N("QUANTIZE", ["c"], ["q"]), N("RELU", ["x"], ["y"])]
    model = assemble(tensors, nodes, ["x"], ["y", "q"])
    assert compiled(model).kernels == ("copy_constant", "relu_f32")
    assert_same(model, [[np.zeros(2, np.float32)]])


def test_images_of_bytes_need_no_multiplication() -> None:
    model = joined(part("uint8", "int8", (0.5, 128), (0.5, 0)))
    assert compiled(model).kernels == ("clamp_s8",)


def test_ties_round_away_from_zero() -> None:
    steps = np.arange(-300, 300) / 2
    x = np.concatenate([np.nextafter(steps, -999), steps, np.nextafter(steps, 999)])
    x = (x * 0.25).astype(np.float32)
    drawn = [part("float32", y, (None, 0), (0.25, 3), x.size) for y in ("int8", "int16")]
    assert_same(joined(*drawn), [[x, x]])


@pytest.mark.parametrize("y", ["int8", "int16"])
def test_floats_beyond_the_integers_saturate(y: str) -> None:
    """Beyond int32, the reference depends on the processor; NaN counts as the least value."""
    x = np.array([1e9, -1e9, 3e38, -3e38, np.inf, -np.inf, np.nan, 1e-45], np.float32)
    info = np.iinfo(y)
    low, high = info.min, info.max
    wanted = np.array([high, low, high, low, high, low, low, 7], y)
    assert_outputs(joined(part("float32", y, (None, 0), (0.25, 7), 8)), [[x]], [[wanted]])


def test_a_huge_factor_wraps_as_the_reference_does() -> None:
    drawn = [
        part("int8", "int32", (1e3, -128), (1e-5, 5)),
        part("int16", "int32", (1e3, 9), (1e-5, -5)),
    ]
    assert_same(joined(*drawn), [[given_values("int8", 0), given_values("int16", 0)]])


def test_operands_of_one_size_are_read_by_element() -> None:
    def read(x: str, y: str) -> Any:
        graph, _ = import_model(joined(part(x, y, (0.5, 0), (0.5, 0))), "model")
        assert graph is not None
        return quantize.OPERATOR.access(graph.sites()[0]).reads

    assert read("uint8", "int8") == (Elementwise(),)
    assert read("int16", "int8") == (Whole(),)
    assert read("float32", "int8") == (Whole(),)


def test_unsupported_forms() -> None:
    assert "int32 to int32" in findings(joined(part("int32", "int32", (0.5, 0), (0.5, 0))))
    assert "float32 to int32" in findings(joined(part("float32", "int32", (None, 0), (0.5, 0))))
    assert "no scale" in findings(joined(part("float32", "int8", (None, 0), (None, 0))))
    assert "no scale" in findings(joined(part("int32", "int8", (None, 0), (0.5, 0))))
    channels = T("y", "int8", (2,), scales=[0.5, 0.25], axis=0)
    many = Part([T("x", "float32", (2,)), channels], [N("QUANTIZE", ["x"], ["y"])])
    assert "a scale for each channel" in findings(joined(many))
