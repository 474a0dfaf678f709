"""READ_VARIABLE: the value at the place where the model reads it, whatever is assigned later."""

from __future__ import annotations

import pytest

from microflow.graph.ir import Graph
from microflow.passes import run_passes
from microflow.targets import load_target
from tests.assemble import N, T, assemble
from tests.ops.same import findings
from tests.ops.state_models import (
    ADD,
    ASSIGN,
    READ,
    assert_same_steps,
    handle,
    number,
    remembering,
    steps,
)
from tests.run_model import compiled


@pytest.mark.parametrize("dtype", ["int8", "float32"])
def test_a_value_is_the_last_steps(dtype: str) -> None:
    assert_same_steps(remembering([handle("h"), READ, ADD, ASSIGN], dtype=dtype), steps(dtype))


def test_a_value_that_outlives_its_variable() -> None:
    model = remembering([handle("h"), READ, ASSIGN, ADD])
    assert_same_steps(model, steps(), sanitize=True)
    assert passed(model) == ["READ_VARIABLE", "COPY", "ASSIGN_VARIABLE", "ADD"]


def test_a_value_behind_its_assignment() -> None:
    model = remembering([handle("h"), ASSIGN, READ, ADD])
    assert_same_steps(model, steps())
    assert passed(model) == ["ASSIGN_VARIABLE", "READ_VARIABLE", "ADD"]


def test_a_value_that_is_given_out() -> None:
    model = remembering([handle("h"), READ, ASSIGN], outputs=("r",))
    assert_same_steps(model, steps())


def test_a_value_seen_through_another_shape() -> None:
    tensors = [number("x"), number("r"), number("y"), T("h", "resource", ())]
    tensors.append(T("flat", "int8", (4,), scale=0.5, zero_point=5))
    tensors.append(T("again", "int8", (4,), scale=0.5, zero_point=5))
    shape = {"newShape": [4]}
    look = N("RESHAPE", ["r"], ["flat"], shape)
    use = [N("RESHAPE", ["x"], ["again"], shape), N("ADD", ["again", "flat"], ["y"])]
    for nodes in ([look, *use, ASSIGN], [look, ASSIGN, *use]):
        made = [handle("h"), READ, *nodes]
        made[-1] = nodes[-1]
        model = assemble(
            [*tensors[:2], T("y", "int8", (4,), scale=0.5, zero_point=5), *tensors[3:]],
            made,
            ["x"],
            ["y"],
        )
        assert_same_steps(model, steps())


def test_a_variable_that_nothing_assigns_is_zero() -> None:
    assert_same_steps(remembering([handle("h"), READ, ADD]), steps())


def test_two_variables_and_two_handles_of_one() -> None:
    tensors = [number(name) for name in ("x", "a", "b", "s", "y")]
    tensors += [T(name, "resource", ()) for name in ("g", "h", "k")]
    nodes = [
        *(handle("g", "one"), handle("h", "two"), handle("k", "one")),
        *(N("READ_VARIABLE", ["g"], ["a"]), N("READ_VARIABLE", ["h"], ["b"])),
        *(N("ADD", ["a", "b"], ["s"]), N("ADD", ["s", "x"], ["y"])),
        *(N("ASSIGN_VARIABLE", ["h", "y"], []), N("ASSIGN_VARIABLE", ["k", "x"], [])),
    ]
    assert_same_steps(assemble(tensors, nodes, ["x"], ["y"]), steps(count=6))


def test_unsupported_forms() -> None:
    tensors = [number("x"), T("r", "int8", (1, 2), scale=0.5), T("h", "resource", ())]
    less = assemble(tensors, [handle("h"), ASSIGN, READ], ["x"], ["r"])
    assert "2 bytes read of a variable of 4" in findings(less)
    given = assemble(tensors, [READ], ["x", "h"], ["r"])
    assert "a handle that is computed" in findings(given)


def passed(model: bytes) -> list[str]:
    graph: Graph = compiled(model).model.graph
    return [n.op.name for n in run_passes(graph, load_target("host").core).nodes]
