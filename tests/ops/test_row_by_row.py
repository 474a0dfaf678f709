"""Operators that work pixel by pixel: one row at a time they give what whole pictures give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Elementwise, Rowwise, Whole, Window
from microflow.plan.calls import row_site
from microflow.targets import load_target
from tests.assemble import N, T
from tests.ops.same import Part, joined, values
from tests.ops.windows import site
from tests.run_model import run_model_many

Shape = tuple[int, ...]

SCALE = {"int8": 0.05, "int16": 0.001, "uint8": 0.05}


def tensor(name: str, dtype: str, shape: Shape, scale: float | None = None, zero: int = 0) -> T:
    return T(name, dtype, shape, scale or SCALE.get(dtype), zero)


def one(op: str, x: str, y: str, out: tuple[float | None, int] = (None, 0), **options: Any) -> Any:
    """Returns the operator on one picture, as a function of its shape."""
    return lambda shape: Part(
        [tensor("x", x, shape, zero=3 if x == "int8" else 0), tensor("y", y, shape, *out)],
        [N(op, ["x"], ["y"], options or None)],
    )


def two(op: str, dtype: str, narrow: Callable[[Shape], Shape] | None = None) -> Any:
    """Returns the operator on two pictures, the second a constant of shape `narrow` if given."""

    def made(shape: Shape) -> Part:
        other = shape if narrow is None else narrow(shape)
        data = None if narrow is None else np.arange(1, np.prod(other) + 1).reshape(other) % 50
        b = T("b", dtype, other, SCALE.get(dtype), 0, data=data)
        tensors = [tensor("a", dtype, shape), b, tensor("y", dtype, shape, 0.1)]
        node = N(op, ["a", "b"], ["y"], {"fusedActivationFunction": "RELU"})
        return Part(tensors, [node], ("a", "b") if narrow is None else ("a",))

    return made


def concatenation(axis: int, inputs: int, dtype: str) -> Any:
    def made(shape: Shape) -> Part:
        names = [f"x{i}_" for i in range(inputs)]
        shapes = [(*shape[:axis], shape[axis] + i, *shape[axis + 1 :]) for i in range(inputs)]
        total = (*shape[:axis], sum(s[axis] for s in shapes), *shape[axis + 1 :])
        xs = [tensor(n, dtype, s) for n, s in zip(names, shapes, strict=True)]
        node = N("CONCATENATION", names, ["y"], {"axis": axis - 4 * (inputs % 2)})
        return Part([*xs, tensor("y", dtype, total)], [node], names)

    return made


def padded_channels(shape: Shape) -> Part:
    paddings = T("p", "int32", (4, 2), data=[[0, 0], [0, 0], [0, 0], [1, 2]])
    total = (*shape[:3], shape[3] + 3)
    return Part(
        [tensor("x", "int8", shape), paddings, tensor("y", "int8", total)],
        [N("PAD", ["x", "p"], ["y"])],
    )


def product(dtype: str, constant: bool) -> Any:
    """Returns the product of each row, a matrix, with one of another picture or with a constant."""

    def made(shape: Shape) -> Part:
        other = (*shape[:2], shape[3], 3)
        if constant:
            other = (shape[3], 3)
        data = np.arange(np.prod(other)).reshape(other) % 7 if constant else None
        b = T("b", dtype, other, SCALE.get(dtype), 0, data=data)
        tensors = [tensor("a", dtype, shape), b, tensor("y", dtype, (*shape[:3], 3), 0.5)]
        node = N("BATCH_MATMUL", ["a", "b"], ["y"])
        return Part(tensors, [node], ("a",) if constant else ("a", "b"))

    return made


def sums(shape: Shape) -> Part:
    axis = T("axis", "int32", (), data=[2])
    tensors = [tensor("x", "int8", shape), axis, tensor("y", "int8", shape, 0.3)]
    return Part(tensors, [N("CUMSUM", ["x", "axis"], ["y"])])


def compared(shape: Shape) -> Part:
    tensors = [T("a", "float32", shape), T("b", "float32", shape), T("y", "bool", shape)]
    return Part(tensors, [N("LESS", ["a", "b"], ["y"])], ("a", "b"))


def learnt(dtype: str) -> Any:
    """Returns a PRELU with a factor for each channel, as a function of its shape."""
    factor = "float32" if dtype == "float32" else "int8"

    def made(shape: Shape) -> Part:
        alpha = T("a", factor, (1, 1, shape[3]), SCALE.get(factor), 0, data=np.arange(shape[3]) - 2)
        tensors = [tensor("x", dtype, shape), alpha, tensor("y", dtype, shape)]
        return Part(tensors, [N("PRELU", ["x", "a"], ["y"])])

    return made


def moved(
    op: str, new: Callable[[Shape], Shape], *tables: Callable[[Shape], Any], **options: Any
) -> Any:
    """Returns an operator that moves elements within rows; `tables` are its constants."""

    def made(shape: Shape) -> Part:
        numbers = [np.array(table(shape), np.int32) for table in tables]
        constants = [T(f"t{i}_", "int32", n.shape, data=n) for i, n in enumerate(numbers)]
        tensors = [tensor("x", "int16", shape), *constants, tensor("y", "int16", new(shape))]
        names = ["x", *(t.name for t in constants)]
        return Part(tensors, [N(op, names, ["y"], options or None)])

    return made


FORMS: dict[str, Callable[[Shape], Part]] = {
    "ADD": two("ADD", "int8"),
    "ADD of floats": two("ADD", "float32"),
    "ADD of a constant pixel": two("ADD", "int8", lambda shape: shape[3:]),
    "ADD of a constant row": two("ADD", "float32", lambda shape: (1, 1, *shape[2:])),
    "ADD of a constant column": two("ADD", "int32", lambda shape: (shape[2], 1)),
    "MUL": two("MUL", "int8"),
    "MUL by a constant": two("MUL", "float32", lambda shape: (1,)),
    "MUL by a constant pixel": two("MUL", "int8", lambda shape: (1, 1, 1, shape[3])),
    "SUB": two("SUB", "int16"),
    "DIV of floats": two("DIV", "float32"),
    "LESS": compared,
    "CUMSUM": sums,
    "BATCH_MATMUL": product("int8", constant=False),
    "BATCH_MATMUL of floats": product("float32", constant=False),
    "BATCH_MATMUL by a constant": product("int8", constant=True),
    "RELU": one("RELU", "int8", "int8", (0.07, -8)),
    "RELU of floats": one("RELU", "float32", "float32"),
    "RELU6": one("RELU6", "int8", "int8", (0.05, 3)),
    "LOGISTIC": one("LOGISTIC", "int8", "int8", (1 / 256, -128)),
    "QUANTIZE": one("QUANTIZE", "float32", "int8"),
    "QUANTIZE to int16": one("QUANTIZE", "int8", "int16"),
    "QUANTIZE of uint8": one("QUANTIZE", "uint8", "int8", (0.05, -128)),
    "DEQUANTIZE": one("DEQUANTIZE", "int8", "float32"),
    "SOFTMAX": one("SOFTMAX", "int8", "int8", (1 / 256, -128), beta=1.0),
    "SOFTMAX of floats": one("SOFTMAX", "float32", "float32", beta=0.5),
    "SOFTMAX of int16": one("SOFTMAX", "int16", "int16", (1 / 32768, 0), beta=1.0),
    "LOG_SOFTMAX": one("LOG_SOFTMAX", "int8", "int8", (1 / 16, 127)),
    "L2_NORMALIZATION": one("L2_NORMALIZATION", "int8", "int8", (1 / 128, 0)),
    "L2_NORMALIZATION of floats": one("L2_NORMALIZATION", "float32", "float32"),
    "TANH of int16": one("TANH", "int16", "int16", (1 / 32768, 0)),
    "LEAKY_RELU": one("LEAKY_RELU", "int16", "int16", (0.002, 0), alpha=0.3),
    "ROUND": one("ROUND", "float32", "float32"),
    "RELU6 of int16": one("RELU6", "int16", "int16", (0.001, 0)),
    "LOGICAL_NOT": one("LOGICAL_NOT", "bool", "bool"),
    "PRELU": learnt("int8"),
    "PRELU of int16": learnt("int16"),
    "PRELU of floats": learnt("float32"),
    "CONCATENATION": concatenation(3, 2, "int8"),
    "CONCATENATION of three": concatenation(3, 3, "float32"),
    "CONCATENATION along rows": concatenation(2, 2, "int16"),
    "PAD": padded_channels,
    "TRANSPOSE": moved("TRANSPOSE", lambda s: (*s[:2], s[3], s[2]), lambda s: (0, 1, 3, 2)),
    "SLICE": moved(
        "SLICE",
        lambda s: (*s[:2], 1, s[3]),
        lambda s: (0, 0, s[2] - 1, 0),
        lambda s: (1, s[1], 1, -1),
    ),
    "STRIDED_SLICE": moved(
        "STRIDED_SLICE",
        lambda s: (*s[:2], -(-s[2] // 2), s[3]),
        lambda s: (0, 0, 0, 0),
        lambda s: s,
        lambda s: (1, 1, 2, 1),
    ),
    "REVERSE_V2": moved("REVERSE_V2", lambda s: s, lambda s: (2, 3)),
    "GATHER": moved("GATHER", lambda s: (*s[:3], 2), lambda s: (s[3] - 1, 0), axis=3),
    "TILE": moved("TILE", lambda s: (*s[:2], 2 * s[2], 3 * s[3]), lambda s: (1, 1, 2, 3)),
}

sizes = st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(1, 6))
forms = st.lists(st.tuples(st.sampled_from(sorted(FORMS)), sizes), min_size=1, max_size=8)


@settings(deadline=None, max_examples=10)
@given(forms, st.integers(0, 99))
def test_rows_make_the_picture(drawn: Sequence[tuple[str, Shape]], seed: int) -> None:
    rows = max(size[0] for _, size in drawn)
    whole = [FORMS[name]((1, rows, *size[1:])) for name, size in drawn]
    single = [FORMS[name]((1, 1, *size[1:])) for name, size in drawn]
    assert [calls(part) for part in single] == [row_calls(part) for part in whole]
    given_ = inputs(whole, seed)
    by_row = [[x[:, y : y + 1] for x in given_] for y in range(rows)]
    (pictures,) = run_model_many(joined(*whole), [given_])
    found = run_model_many(joined(*single), by_row)
    for index, picture in enumerate(pictures):
        made = np.concatenate([row[index] for row in found], axis=1)
        assert made.tobytes() == picture.tobytes()


def inputs(parts: Sequence[Part], seed: int) -> list[Any]:
    tensors = [t for part in parts for t in part.tensors if t.name in part.inputs]
    drawn = [values(t.dtype, t.shape, seed + i) for i, t in enumerate(tensors)]
    return [np.nan_to_num(x, nan=0.5) if x.dtype == np.float32 else x for x in drawn]


def calls(part: Part) -> Any:
    found = site(part)
    return found.node.op.lower(found, load_target("host").core)


def row_calls(part: Part) -> Any:
    found = row_site(site(part))
    return found.node.op.lower(found, load_target("host").core)


@pytest.mark.parametrize("name", sorted(FORMS))
def test_row_y_needs_row_y(name: str) -> None:
    """Of every operand that is computed; constants are the same for every row."""
    found = site(FORMS[name]((1, 4, 3, 5)))
    reads = found.node.op.access(found).reads
    for operand, read in zip(found.inputs, reads, strict=True):
        assert operand is not None
        expected = [Whole()] if operand.is_constant else [Elementwise(), Window(), Rowwise()]
        assert read in expected


def test_joined_constants_differ_from_row_to_row() -> None:
    part = concatenation(3, 2, "int8")((1, 4, 3, 5))
    part.tensors[1] = T("x1_", "int8", (1, 4, 3, 6), 0.05, data=np.zeros((1, 4, 3, 6)))
    found = site(Part(part.tensors, part.nodes, ("x0_",)))
    assert found.node.op.access(found).reads == (Whole(), Whole())


@pytest.mark.parametrize("name", ["QUANTIZE", "DEQUANTIZE", "SOFTMAX"])
def test_only_pictures_have_pixels(name: str) -> None:
    found = site(FORMS[name]((3, 5)))
    assert found.node.op.access(found).reads == (Whole(),)
