"""Draws operands that broadcast against each other, and makes models of two-operand operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from attrs import evolve, frozen
from hypothesis import strategies as st

from tests.assemble import N, T, assemble
from tests.ops.same import Array, Part, assert_same, joined, values

Shape = tuple[int, ...]

ACTIVATIONS = ("NONE", "RELU", "RELU6", "RELU_N1_TO_1")
IGNORED = ("TANH", "SIGN_BIT")  # by the reference, as by us
TYPES = ("int8", "int16", "int32", "float32")
QUANTISED = ("int8", "int16")


@frozen
class Case:
    """An operator on operands a and b; `scales` and `zeros` are those of a, b and the output.

    An operator without a fused activation has `activation` None; `made` is the output's type where
    it is not the operands'.
    """

    dtype: str = "int8"
    a: Shape = (4,)
    b: Shape = (4,)
    activation: str | None = "NONE"
    scales: tuple[float, float, float] = (0.5, 0.5, 0.5)
    zeros: tuple[int, int, int] = (0, 0, 0)
    made: str | None = None


def part(op: str, case: Case, b_data: Any = None) -> Part:
    """Returns the operator as a model; operand b is constant where it has data."""
    shapes = (case.a, case.b, np.broadcast_shapes(case.a, case.b))
    types = (case.dtype, case.dtype, case.made or case.dtype)
    tensors = [
        T(name, dtype, shape, scale if dtype in QUANTISED else None, zero)
        for name, dtype, shape, scale, zero in zip(
            "aby", types, shapes, case.scales, case.zeros, strict=True
        )
    ]
    tensors[1] = evolve(tensors[1], data=b_data)
    inputs = ("a", "b") if b_data is None else ("a",)
    options = {"fusedActivationFunction": case.activation} if case.activation else None
    return Part(tensors, [N(op, ["a", "b"], ["y"], options)], inputs)


def model(op: str, cases: Sequence[Case]) -> bytes:
    """Returns the model of all `cases` side by side."""
    return joined(*(part(op, case) for case in cases))


def operands(cases: Sequence[Case], seed: int) -> list[Array]:
    """Returns values for the operands of all `cases`."""
    shapes = [(case.dtype, shape) for case in cases for shape in (case.a, case.b)]
    return [values(dtype, shape, seed + i) for i, (dtype, shape) in enumerate(shapes)]


@st.composite
def shapes(draw: st.DrawFn) -> tuple[Shape, Shape]:
    """Draws two shapes of up to seven dimensions that broadcast, some without leading 1s."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=7))
    spread = [draw(st.sampled_from([(s, s), (s, s), (s, 1), (1, s)])) for s in sizes]
    a, b = zip(*spread, strict=True)
    return a[draw(_leading_ones(a)) :], b[draw(_leading_ones(b)) :]


def _leading_ones(shape: Shape) -> st.SearchStrategy[int]:
    count = next((i for i, size in enumerate(shape) if size != 1), len(shape))
    return st.integers(0, min(count, len(shape) - 1))


ZEROS = {"int8": (-128, -17, 0, 5, 127), "int16": (-32768, -3, 0, 999, 32767)}
SYMMETRIC = {**ZEROS, "int16": (0,)}
SCALES = {
    "int8": (2.0**-12, 0.003, 0.0471, 0.5, 1.0, 7.3),
    "int16": (0.0005, 0.003, 0.0471, 0.5, 1.0),
}


@st.composite
def cases(
    draw: st.DrawFn,
    types: Sequence[str] = TYPES,
    activations: Sequence[str | None] = (*ACTIVATIONS, *IGNORED),
    zeros: Mapping[str, Sequence[int]] = SYMMETRIC,
    made: str | None = None,
) -> Case:
    """Draws a case; scales and zero points reach from one end to the other."""
    a, b = draw(shapes())
    dtype = draw(st.sampled_from(types))
    scale = st.sampled_from(SCALES.get(dtype, (1.0,)))
    zero = st.sampled_from(zeros.get(dtype, (0,)))
    activation = draw(st.sampled_from(activations))
    triples = draw(st.tuples(scale, scale, scale)), draw(st.tuples(zero, zero, zero))
    return Case(dtype, a, b, activation, *triples, made)


def of_constants(op: str, case: Case, options: Any = None) -> bytes:
    """Returns a model of `op` applied to two constants, and to that and an input, all like y."""
    dtype, shape = case.dtype, np.broadcast_shapes(case.a, case.b)
    scale = case.scales[2] if dtype in QUANTISED else None
    constants = [np.nan_to_num(values(dtype, s, i)) for i, s in enumerate((case.a, case.b))]
    tensors = [
        T("a", dtype, case.a, scale, data=constants[0]),
        T("b", dtype, case.b, scale, data=constants[1]),
        T("c", dtype, shape, scale),
        T("x", dtype, shape, scale),
        T("y", dtype, shape, scale),
    ]
    nodes = [N(op, ["a", "b"], ["c"], options), N(op, ["c", "x"], ["y"])]
    return assemble(tensors, nodes, ["x"], ["y"])


def check_precision(op: str, gain: float, activation: str | None = "NONE") -> None:
    """Compares so many int16 results with the reference's that a factor's last bits show.

    Outputs are `gain` times as large as the operands', whose scales are drawn.
    """
    scales = np.random.default_rng(5).uniform(0.3, 1, (8, 2)).astype(np.float32).tolist()
    drawn = [
        Case("int16", (4000,), (4000,), activation, (a, b, max(a, b) * gain)) for a, b in scales
    ]
    assert_same(model(op, drawn), [operands(drawn, 1)])


def every_pair() -> list[Array]:
    """Returns operands of shapes (256, 1) and (1, 256) that meet in every pair of int8 values."""
    line = np.arange(-128, 128).astype(np.int8)
    return [line.reshape(256, 1), line.reshape(1, 256)]
