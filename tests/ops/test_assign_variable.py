"""ASSIGN_VARIABLE: what the next step finds."""

from __future__ import annotations

import pytest

from tests.assemble import N, T, assemble
from tests.ops.same import findings
from tests.ops.state_models import (
    ADD,
    ASSIGN,
    READ,
    SHAPE,
    assert_same_steps,
    handle,
    number,
    remembering,
    steps,
)


def test_variables_begin_at_the_zero_point_of_what_is_assigned() -> None:
    for zero_point in (-128, 0, 127):
        model = remembering([handle("h"), READ, ADD, ASSIGN], zero_point=zero_point)
        assert_same_steps(model, steps(count=2))


def test_two_assignments_in_a_step() -> None:
    again = N("ASSIGN_VARIABLE", ["h", "y"], [])
    assert_same_steps(remembering([handle("h"), READ, ASSIGN, ADD, again]), steps(), sanitize=True)


def test_a_constant_and_a_value_that_was_read() -> None:
    tensors = [number(name) for name in ("x", "r", "y")]
    tensors += [number("c", data=[1, -2, 3, -4]), T("h", "resource", ())]
    nodes = [handle("h"), READ, ADD]
    for value in ("c", "r"):
        model = assemble(tensors, [*nodes, N("ASSIGN_VARIABLE", ["h", value], [])], ["x"], ["y"])
        assert_same_steps(model, steps())


@pytest.mark.parametrize("dtype", ["int16", "int32", "int64", "bool", "float32"])
def test_types(dtype: str) -> None:
    tensors = [T(name, dtype, SHAPE) for name in ("x", "r")] + [T("h", "resource", ())]
    model = assemble(tensors, [handle("h"), READ, ASSIGN], ["x"], ["r"])
    given = steps("int8" if dtype == "bool" else dtype)
    assert_same_steps(model, [[(x > 0) if dtype == "bool" else x] for (x,) in given])


def test_unsupported_forms() -> None:
    tensors = [number("x"), number("r"), T("few", "int8", (1, 2), data=[1, 2], scale=0.5)]
    tensors += [T("h", "resource", ()), T("g", "resource", ())]
    both = [handle("h"), ASSIGN, N("ASSIGN_VARIABLE", ["h", "few"], []), READ]
    assert "2 bytes assigned to a variable of 4" in findings(assemble(tensors, both, ["x"], ["r"]))
    stray = [handle("h"), ASSIGN, READ, N("ASSIGN_VARIABLE", ["g", "x"], [])]
    assert "a handle that is computed" in findings(assemble(tensors, stray, ["x", "g"], ["r"]))
