"""FLOOR_MOD against the reference; how operands are broadcast is tested with ADD."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, T, assemble
from tests.ops.broadcasting import Case, cases, model, of_constants, operands, part
from tests.ops.same import Array, assert_outputs, assert_same, findings, joined, values
from tests.oracle import litert
from tests.run_model import compiled

OP = "FLOOR_MOD"


def _nonzero(given_: list[Array]) -> list[Array]:
    """Returns operands without zeros, which LiteRT does not divide by."""
    return [np.where(x == 0, 3, x).astype(x.dtype) for x in given_]


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(("float32",), (None,)), min_size=1, max_size=6), st.integers(0, 99))
def test_divides_as_the_reference_does(drawn: list[Case], seed: int) -> None:
    assert_same(model(OP, drawn), [operands(drawn, seed), operands(drawn, seed + 100)])


def test_odd_rests() -> None:
    a = np.array([7, -7, 6, -6, 1e-45, -1e-45, 3e38, np.inf, np.nan, -0.0], np.float32)
    b = np.array([2, -2, 3, -3, 3e38, 1e-45, 1e-3, -np.inf, 0, 5], np.float32)
    case = Case("float32", (10, 1), (1, 10), None)
    given_ = [a.reshape(10, 1), b.reshape(1, 10)]
    assert_same(model(OP, [case]), [given_], sanitize=True)


def test_constants() -> None:
    made = part(OP, Case("float32", (2, 3), (3,), None), np.array([0.3, -2.5, 7], np.float32))
    assert_same(joined(made), [[values("float32", (2, 3), 1)]])
    built = of_constants(OP, Case("float32", (2, 3), (3,)))
    assert len(compiled(built).graph.nodes) == 1
    assert_same(built, [[values("float32", (2, 3), 4)]])


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(("int32", "int64"), (None,)), min_size=1, max_size=6), st.integers(0, 99))
def test_divides_integers_as_litert_does(drawn: list[Case], seed: int) -> None:
    given_ = [_nonzero(operands(drawn, seed)), [x // 2**28 | 1 for x in operands(drawn, seed)]]
    assert_outputs(model(OP, drawn), given_, litert(model(OP, drawn), given_))


@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_odd_rests_of_integers(dtype: str) -> None:
    """LiteRT has none by zero, and ends where the least number is divided by -1."""
    least, most = np.iinfo(dtype).min, np.iinfo(dtype).max
    a = np.array([7, -7, 6, -6, 0, least, most], dtype)
    b = np.array([2, -2, 3, -3, most, least], dtype)
    case = Case(dtype, (7, 1), (1, 6), None)
    given_ = [a.reshape(7, 1), b.reshape(1, 6)]
    assert_outputs(model(OP, [case]), [given_], litert(model(OP, [case]), [given_]), sanitize=True)
    zero = Case(dtype, (7, 1), (1, 2), None)
    given_ = [a.reshape(7, 1), np.array([[0, -1]], dtype)]
    assert_outputs(model(OP, [zero]), [given_], [[np.zeros((7, 2), dtype)]], sanitize=True)


@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_constant_integers(dtype: str) -> None:
    """Converters compute the paddings of dilated convolutions with them."""
    a, b = np.array([7, -7, 6, -6, 5, 0], dtype), np.array([2, 2, -4, -4, 0, -1], dtype)
    tensors = [T("a", dtype, (6,), data=a), T("b", dtype, (6,), data=b)]
    tensors += [T("c", dtype, (6,)), T("x", dtype, (6,)), T("y", dtype, (6,))]
    nodes = [N(OP, ["a", "b"], ["c"]), N("MAXIMUM", ["c", "x"], ["y"])]
    built = assemble(tensors, nodes, ["x"], ["y"])
    assert len(compiled(built).graph.nodes) == 1
    wanted = np.array([1, 1, -2, -2, 0, 0], dtype)
    assert_outputs(built, [[np.full(6, -9, dtype)]], [[wanted]])


def test_unsupported_forms() -> None:
    assert "type int8" in findings(model(OP, [Case(activation=None)]))
