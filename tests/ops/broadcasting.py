"""Draws operands that broadcast against each other, and makes models of ADD and MUL with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import evolve, frozen
from hypothesis import strategies as st

from tests.assemble import N, T
from tests.ops.same import Array, Part, joined, values

Shape = tuple[int, ...]

ACTIVATIONS = ("NONE", "RELU", "RELU6", "RELU_N1_TO_1")
TYPES = ("int8", "int32", "float32")


@frozen
class Case:
    """An operator on operands a and b; `scales` and `zeros` are those of a, b and the output."""

    dtype: str = "int8"
    a: Shape = (4,)
    b: Shape = (4,)
    activation: str = "NONE"
    scales: tuple[float, float, float] = (0.5, 0.5, 0.5)
    zeros: tuple[int, int, int] = (0, 0, 0)


def part(op: str, case: Case, b_data: Any = None) -> Part:
    """Returns the operator as a model; operand b is constant where it has data."""
    shapes = (case.a, case.b, np.broadcast_shapes(case.a, case.b))
    tensors = [
        T(name, case.dtype, shape, scale if case.dtype == "int8" else None, zero)
        for name, shape, scale, zero in zip("aby", shapes, case.scales, case.zeros, strict=True)
    ]
    tensors[1] = evolve(tensors[1], data=b_data)
    inputs = ("a", "b") if b_data is None else ("a",)
    return Part(
        tensors, [N(op, ["a", "b"], ["y"], {"fusedActivationFunction": case.activation})], inputs
    )


def model(op: str, cases: Sequence[Case]) -> bytes:
    """Returns the model of all `cases` side by side."""
    return joined(*(part(op, case) for case in cases))


def operands(cases: Sequence[Case], seed: int) -> list[Array]:
    """Returns values for the operands of all `cases`."""
    shapes = [(case.dtype, shape) for case in cases for shape in (case.a, case.b)]
    return [values(dtype, shape, seed + i) for i, (dtype, shape) in enumerate(shapes)]


@st.composite
def shapes(draw: st.DrawFn) -> tuple[Shape, Shape]:
    """Draws two shapes of up to six dimensions that broadcast, some of them without leading 1s."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=6))
    spread = [draw(st.sampled_from([(s, s), (s, s), (s, 1), (1, s)])) for s in sizes]
    a, b = zip(*spread, strict=True)
    return a[draw(_leading_ones(a)) :], b[draw(_leading_ones(b)) :]


def _leading_ones(shape: Shape) -> st.SearchStrategy[int]:
    count = next((i for i, size in enumerate(shape) if size != 1), len(shape))
    return st.integers(0, min(count, len(shape) - 1))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draws a case; scales and zero points reach from one end to the other."""
    a, b = draw(shapes())
    scale = st.sampled_from([2.0**-12, 0.003, 0.0471, 0.5, 1.0, 7.3])
    zero = st.sampled_from([-128, -17, 0, 5, 127])
    dtype = draw(st.sampled_from(TYPES))
    zeros = draw(st.tuples(zero, zero, zero)) if dtype == "int8" else (0, 0, 0)
    return Case(
        dtype,
        a,
        b,
        draw(st.sampled_from(ACTIVATIONS)),
        draw(st.tuples(scale, scale, scale)),
        zeros,
    )


def every_pair() -> list[Array]:
    """Returns operands of shapes (256, 1) and (1, 256) that meet in every pair of int8 values."""
    line = np.arange(-128, 128).astype(np.int8)
    return [line.reshape(256, 1), line.reshape(1, 256)]
