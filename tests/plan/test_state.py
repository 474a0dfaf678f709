"""Variables: where they lie, and that no plan reads one before or behind its turn."""

from __future__ import annotations

import pytest
from attrs import evolve

from microflow.graph.ir import Graph
from microflow.graph.state import Touch, touches, variables
from microflow.importer.tflite import import_model
from microflow.passes import run_passes
from microflow.plan.arena import UnsafePlan
from microflow.plan.order import predecessors
from microflow.plan.plan import possible_steps, settle
from microflow.plan.segment import least
from microflow.plan.state import lay_out
from microflow.plan.tasks import work
from microflow.targets import load_target
from tests.assemble import N, T, assemble
from tests.ops.state_models import ADD, ASSIGN, READ, handle, number, remembering

CORE = load_target("host").core


def passed(model: bytes) -> Graph:
    graph, failed = import_model(model, "m")
    assert graph is not None, failed
    return run_passes(graph, CORE)


def plan_in_order(graph: Graph, *order: int) -> None:
    """Plans `graph` with its nodes in another order, as if the search for orders had found it."""
    moved = evolve(graph, nodes=tuple(graph.nodes[i] for i in order))
    calls = [site.node.op.lower(site, CORE) for site in moved.sites()]
    options = possible_steps(work(moved, calls, touches(graph)), None)
    division = least(options)
    assert division is not None
    settle(options.work, division)


def test_variables_lie_one_behind_the_other() -> None:
    names = {"bytes": ("int8", 5), "longs": ("int64", 2), "floats": ("float32", 1)}
    tensors, nodes = [], []
    for name, (dtype, count) in names.items():
        tensors += [T(f"in {name}", dtype, (count,)), T(f"out {name}", dtype, (count,))]
        tensors.append(T(f"handle {name}", "resource", ()))
        nodes += [
            handle(f"handle {name}", name),
            N("READ_VARIABLE", [f"handle {name}"], [f"out {name}"]),
            N("ASSIGN_VARIABLE", [f"handle {name}", f"in {name}"], []),
        ]
    ports = [[f"{way} {name}" for name in names] for way in ("in", "out")]
    graph = passed(assemble(tensors, nodes, *ports))
    state = lay_out(graph)
    assert [t.name for t in state.variables] == ["longs", "bytes", "floats"]
    assert [state.offsets[t.id] for t in state.variables] == [0, 16, 24]
    assert state.bytes == 28


def test_versions() -> None:
    again = N("ASSIGN_VARIABLE", ["h", "y"], [])
    graph = passed(remembering([handle("h"), READ, ADD, ASSIGN, again]))
    (variable,) = (t.id for t in variables(graph))
    found = [touches(graph).get(node.index) for node in graph.nodes]
    assert found == [
        None,  # a view
        Touch(((variable, 0),)),
        Touch(((variable, 0),), (variable,)),
        Touch(((variable, 1),), (variable,)),
    ]
    assert predecessors(graph) == (0, 1, 3)


def test_a_read_behind_the_assignment_is_no_plan() -> None:
    graph = passed(remembering([handle("h"), READ, ADD, ASSIGN]))
    plan_in_order(graph, 0, 1, 2)
    with pytest.raises(UnsafePlan, match="finds variable"):
        plan_in_order(graph, 0, 2, 1)


def test_a_read_before_the_assignment_is_no_plan() -> None:
    graph = passed(remembering([handle("h"), ASSIGN, READ, ADD]))
    plan_in_order(graph, 0, 1, 2)
    with pytest.raises(UnsafePlan, match="ADD finds variable"):
        plan_in_order(graph, 1, 2, 0)


def test_assignments_in_another_order_are_no_plan() -> None:
    tensors = [number("x"), number("r"), number("c", data=[1, 2, 3, 4]), T("h", "resource", ())]
    other = N("ASSIGN_VARIABLE", ["h", "c"], [])
    graph = passed(assemble(tensors, [handle("h"), READ, ASSIGN, other], ["x"], ["r"]))
    assert [n.op.name for n in graph.nodes][1:] == ["COPY", "ASSIGN_VARIABLE", "ASSIGN_VARIABLE"]
    plan_in_order(graph, 0, 1, 2, 3)
    with pytest.raises(UnsafePlan):
        plan_in_order(graph, 0, 1, 3, 2)
