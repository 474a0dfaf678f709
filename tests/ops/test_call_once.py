"""CALL_ONCE: first values, worked out at compile time."""

from __future__ import annotations

import numpy as np

from microflow.importer.tflite import import_model
from tests.assemble import N, S, T
from tests.ops.same import findings
from tests.ops.state_models import (
    ADD,
    ASSIGN,
    CALL,
    READ,
    assert_same_steps,
    first_values,
    handle,
    number,
    remembering,
    steps,
)


def test_first_values() -> None:
    for data in ([1, -2, 3, -4], [7, 7, 7, 7]):
        model = remembering([CALL, handle("h"), READ, ADD, ASSIGN], subgraphs=[first_values(data)])
        assert_same_steps(model, steps(), sanitize=True)
        graph, failed = import_model(model, "m")
        assert graph is not None, failed
        assert [n.op.name for n in graph.nodes] == ["READ_VARIABLE", "ADD", "ASSIGN_VARIABLE"]


def test_first_values_that_are_never_assigned_again() -> None:
    data = np.array([1.5, -2, 3, np.inf], np.float32)
    init = first_values(data, dtype="float32")
    model = remembering([CALL, handle("h"), READ, ADD], dtype="float32", subgraphs=[init])
    assert_same_steps(model, steps("float32"))


def test_values_that_are_computed_of_constants() -> None:
    tensors = [T("handle", "resource", ()), T("flat", "int8", (4,), scale=0.5, data=[1, 2, 3, 4])]
    tensors.append(number("first"))
    shaped = N("RESHAPE", ["flat"], ["first"], {"newShape": [1, 4]})
    init = S(tensors, [handle("handle"), shaped, N("ASSIGN_VARIABLE", ["handle", "first"], [])])
    model = remembering([CALL, handle("h"), READ, ADD, ASSIGN], subgraphs=[init])
    assert_same_steps(model, steps())


def test_a_call_that_assigns_nothing() -> None:
    model = remembering([CALL, handle("h"), READ, ADD, ASSIGN], subgraphs=[S([], [])])
    assert_same_steps(model, steps())


def test_a_call_behind_an_assignment() -> None:
    """The first step finds what the call assigns, later ones what the steps before have left."""
    nodes = [handle("h"), ASSIGN, CALL, READ, ADD]
    assert_same_steps(remembering(nodes, subgraphs=[first_values([1, 2, 3, 4])]), steps())


def test_values_that_are_computed_at_run_time() -> None:
    """A subgraph that doubles what the variable begins with, which no file says."""
    tensors = [T("handle", "resource", ()), number("was"), number("first")]
    init = S(
        tensors,
        [
            handle("handle"),
            N("READ_VARIABLE", ["handle"], ["was"]),
            N("ADD", ["was", "was"], ["first"]),
            N("ASSIGN_VARIABLE", ["handle", "first"], []),
        ],
    )
    model = remembering([CALL, handle("h"), READ, ADD, ASSIGN], subgraphs=[init])
    assert_same_steps(model, steps(), sanitize=True)


def test_unsupported_forms() -> None:
    given = S([number("x")], [], ["x"], [])
    model = remembering([CALL, handle("h"), READ, ADD, ASSIGN], subgraphs=[given])
    assert "a subgraph with 1 inputs for 0 of the operator" in findings(model)
