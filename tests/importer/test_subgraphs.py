"""Subgraphs that operators run: read with the main one, innermost first, with other indices."""

from __future__ import annotations

from microflow.graph.ir import Graph
from microflow.importer.tflite import import_model
from tests.assemble import N, S, T, assemble

X, Y = T("x", "int8", (1, 4), scale=1.0), T("y", "int8", (1, 4), scale=1.0)
ADD = N("ADD", ["x", "x"], ["y"])


def call(number: int) -> N:
    return N("CALL", [], [], {"subgraph": number})


def graph(*subgraphs: S) -> Graph:
    model = assemble([X, Y], [call(2), ADD], ["x"], ["y"], subgraphs=subgraphs)
    found, diagnostics = import_model(model, "m")
    assert found is not None, diagnostics
    return found


def test_indices_follow_the_file() -> None:
    inner = S([Y, X], [ADD], ["x"], ["y"])
    found = graph(S([X, X, X], []), inner)
    assert list(found.subgraphs) == [2]
    (node,) = found.subgraphs[2].nodes
    assert (node.inputs, node.outputs) == ((6, 6), (5,))
    assert (found.subgraphs[2].inputs, found.subgraphs[2].outputs) == ((6,), (5,))
    assert sorted(t.id for t in found.subgraphs[2].tensors.values()) == [5, 6]


def test_subgraphs_hold_those_that_they_run() -> None:
    found = graph(S([X, Y], [ADD], ["x"], ["y"]), S([X, Y], [call(1), ADD], ["x"], ["y"]))
    assert list(found.subgraphs) == [2]
    assert list(found.subgraphs[2].subgraphs) == [1]


def test_a_subgraph_that_two_run_is_read_once() -> None:
    depth = 40  # were it read for each way that leads there, there would be 2^40
    chain = [S([], [call(n + 1), call(n + 1)]) for n in range(2, depth)]
    found = graph(S([], []), *chain, S([], []))
    for _ in range(depth - 1):
        (found,) = found.subgraphs.values()
    assert not found.subgraphs


def test_what_a_subgraph_lacks_is_named_with_it() -> None:
    odd = S([X, Y], [N("FLOOR_MOD", ["x", "x"], ["y"])])
    model = assemble([X, Y], [call(1), ADD], ["x"], ["y"], subgraphs=[odd])
    found, (diagnostic,) = import_model(model, "m")
    assert found is None
    assert "FLOOR_MOD is not supported (operator 0 of subgraph 1, which" in diagnostic.message


def test_ports_of_a_subgraph_are_checked() -> None:
    model = assemble([X, Y], [call(1), ADD], ["x"], ["y"], subgraphs=[S([X], [], [7])])
    found, (diagnostic,) = import_model(model, "m")
    assert found is None
    assert diagnostic.message == "subgraph 1's input 0 is tensor 7, but the model has 1"
