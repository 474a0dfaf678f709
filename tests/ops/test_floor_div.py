"""FLOOR_DIV against the reference; how operands are broadcast is tested with ADD."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, T, assemble
from tests.ops.broadcasting import Case, cases, model, of_constants, operands, part
from tests.ops.same import assert_outputs, assert_same, findings, joined, values
from tests.oracle import litert
from tests.run_model import compiled

OP = "FLOOR_DIV"


def nonzero(given_: list[np.ndarray]) -> list[np.ndarray]:
    """Returns operands without zeros, which the reference does not divide by."""
    return [np.where(x == 0, np.float32(0.7), x) for x in given_]


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(("float32",), (None,)), min_size=1, max_size=6), st.integers(0, 99))
def test_divides_as_the_reference_does(drawn: list[Case], seed: int) -> None:
    assert_same(model(OP, drawn), [nonzero(operands(drawn, s)) for s in (seed, seed + 100)])


def test_odd_quotients() -> None:
    a = np.array([7, -7, 7, -7, 1e-45, -1e-45, 3e38, np.inf, np.nan, -0.0], np.float32)
    b = np.array([2, 2, -2, -2, 3e38, 3e38, 1e-3, -np.inf, 1, 5], np.float32)
    case = Case("float32", (10, 1), (1, 10), None)
    given_ = [a.reshape(10, 1), b.reshape(1, 10)]
    assert_same(model(OP, [case]), [given_], sanitize=True)


def test_division_by_zero_that_the_reference_refuses() -> None:
    a = np.array([1, -1, np.inf], np.float32)
    case = Case("float32", (3,), (3,), None)
    wanted = np.array([np.inf, -np.inf, np.inf], np.float32)
    assert_outputs(model(OP, [case]), [[a, np.zeros(3, np.float32)]], [[wanted]], sanitize=True)


def test_constants() -> None:
    made = part(OP, Case("float32", (2, 3), (3,), None), np.array([0.3, -2.5, 7], np.float32))
    assert_same(joined(made), [[values("float32", (2, 3), 1)]])
    built = of_constants(OP, Case("float32", (2, 3), (3,)))
    assert len(compiled(built).graph.nodes) == 1
    wide = np.full((2, 3), 1e20, np.float32)
    assert_same(built, [[wide]])


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(("int32",), (None,)), min_size=1, max_size=6), st.integers(0, 99))
def test_divides_integers_as_litert_does(drawn: list[Case], seed: int) -> None:
    wide = [np.where(x == 0, 3, x).astype(x.dtype) for x in operands(drawn, seed)]
    given_ = [wide, [x // 2**28 | 1 for x in operands(drawn, seed)]]
    assert_outputs(model(OP, drawn), given_, litert(model(OP, drawn), given_))


def test_odd_quotients_of_integers() -> None:
    """LiteRT has none by zero, and ends where the least number is divided by -1."""
    a = np.array([7, -7, 6, -6, 0, -(2**31), 2**31 - 1], np.int32).reshape(7, 1)
    b = np.array([2, -2, 3, -3, 2**31 - 1, -(2**31)], np.int32).reshape(1, 6)
    built, given_ = model(OP, [Case("int32", (7, 1), (1, 6), None)]), [a, b]
    assert_outputs(built, [given_], litert(built, [given_]), sanitize=True)
    wanted = np.concatenate([0 * a, -a], axis=1)
    odd = model(OP, [Case("int32", (7, 1), (1, 2), None)])
    assert_outputs(odd, [[a, np.array([[0, -1]], np.int32)]], [[wanted]], sanitize=True)


def test_constant_integers() -> None:
    a, b = np.array([7, -7, 6, -6, 5, -5], np.int32), np.array([2, 2, -4, -4, 0, -1], np.int32)
    tensors = [T("a", "int32", (6,), data=a), T("b", "int32", (6,), data=b)]
    tensors += [T("c", "int32", (6,)), T("x", "int32", (6,)), T("y", "int32", (6,))]
    nodes = [N(OP, ["a", "b"], ["c"]), N("MAXIMUM", ["c", "x"], ["y"])]
    built = assemble(tensors, nodes, ["x"], ["y"])
    assert len(compiled(built).graph.nodes) == 1
    wanted = np.array([3, -4, -2, 1, 0, 5], np.int32)
    assert_outputs(built, [[np.full(6, -9, np.int32)]], [[wanted]])


def test_unsupported_forms() -> None:
    assert "type int64" in findings(model(OP, [Case("int64", activation=None)]))
    assert "type int8" in findings(model(OP, [Case(activation=None)]))
