"""DEQUANTIZE against the reference, and of constants."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, T, assemble
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values
from tests.run_model import compiled

ZEROS = {"int8": (-128, 0, 127), "uint8": (0, 128, 255), "int16": (-32768, 0, 32767)}


def part(dtype: str, scale: float | None = 0.1, zero_point: int = 0) -> Part:
    tensors = [T("x", dtype, (16, 16), scale, zero_point), T("y", "float32", (16, 16))]
    return Part(tensors, [N("DEQUANTIZE", ["x"], ["y"])])


def all_values(dtype: str, seed: int = 0) -> Any:
    if dtype == "int16":
        return values("int16", (16, 16), seed)
    return np.arange(256).astype(dtype).reshape(16, 16)


cases = st.sampled_from(sorted(ZEROS)).flatmap(
    lambda dtype: st.tuples(
        st.just(dtype),
        st.floats(-140, 120).map(lambda exponent: 2.0**exponent),
        st.sampled_from(ZEROS[dtype]),
    )
)


@settings(deadline=None, max_examples=10)
@given(st.lists(cases, min_size=1, max_size=8), st.integers(0, 99))
def test_all_values(drawn: list[tuple[str, float, int]], seed: int) -> None:
    assert_same(joined(*(part(*c) for c in drawn)), [[all_values(c[0], seed) for c in drawn]])


def _plus_constant(constant: T) -> bytes:
    """Returns the model of x + DEQUANTIZE(constant)."""
    tensors = [
        constant,
        T("f", "float32", constant.shape),
        T("x", "float32", constant.shape),
        T("y", "float32", constant.shape),
    ]
    nodes = [N("DEQUANTIZE", [constant.name], ["f"]), N("ADD", ["f", "x"], ["y"])]
    return assemble(tensors, nodes, ["x"], ["y"])


@pytest.mark.parametrize("dtype", sorted(ZEROS))
def test_constants_are_computed_at_compile_time(dtype: str) -> None:
    constant = T("c", dtype, (16, 16), 0.1, ZEROS[dtype][2], data=all_values(dtype))
    model = _plus_constant(constant)
    assert len(compiled(model).graph.nodes) == 1
    assert_same(model, [[np.zeros((16, 16), np.float32)]])


def test_float16_constants_become_float32() -> None:
    """The reference has no float16, which a converter leaves behind as constants."""
    halves = np.array([1.5, -0.1, 65504, 6e-8, 0, -0.0], np.float16)
    model = _plus_constant(T("c", "float16", (6,), data=halves))
    x = np.full(6, -0.0, np.float32)
    assert_outputs(model, [[x]], [[halves.astype(np.float32) + x]])


def test_unsupported_forms() -> None:
    assert "type int32" in findings(joined(part("int32")))
    assert "float16 values computed at run time" in findings(joined(part("float16", None)))
    assert "no scale" in findings(joined(part("int8", None)))
    other = [T("x", "int8", (2,), 0.5), T("y", "int8", (2,), 0.5)]
    assert "type int8" in findings(joined(Part(other, [N("DEQUANTIZE", ["x"], ["y"])])))
    channels = [T("x", "int8", (2,), scales=[0.5, 0.25], axis=0), T("y", "float32", (2,))]
    many = Part(channels, [N("DEQUANTIZE", ["x"], ["y"])])
    assert "a scale for each channel" in findings(joined(many))
