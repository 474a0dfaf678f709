"""Lifetimes: who needs memory from when to when, and who shares it."""

from __future__ import annotations

from hypothesis import given, settings

from microflow.graph.access import Access, Whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import DType, Graph, Node, Tensor
from microflow.plan.lifetimes import lifetimes, scratch_id, storage
from microflow.plan.plan import make_plan

from .draw import COMPUTE, VIEW, Planned, graphs

_READ = Access((Whole(),))


def _tensor(index: int, constant: bool = False) -> Tensor:
    return Tensor(index, f"t{index}", DType.INT8, (6,), data=bytes(6) if constant else None)


def _node(index: int, given: int, made: int, view: bool = False) -> Node:
    return Node(index, VIEW if view else COMPUTE, (given,), (made,), _READ)


def _spans(graph: Graph, scratch: int = 0) -> dict[int, tuple[int, int]]:
    """The first and last step of each buffer, by index."""
    calls = tuple(
        () if n.op.view else (KernelCall("k", (), (), {}, scratch=scratch),) for n in graph.nodes
    )
    return {b.id: (b.first, b.last) for b in lifetimes(graph, calls, storage(graph))}


def test_inputs_live_from_before_the_first_step_and_outputs_to_behind_the_last() -> None:
    tensors = {i: _tensor(i) for i in range(3)}
    graph = Graph("g", tensors, (_node(0, 0, 1), _node(1, 1, 2)), (0,), (2,))
    assert _spans(graph) == {0: (-1, 0), 1: (0, 1), 2: (1, 2)}


def test_a_result_that_nobody_reads_needs_memory_while_it_is_written() -> None:
    tensors = {i: _tensor(i) for i in range(3)}
    nodes = (Node(0, COMPUTE, (0,), (1, 2), _READ), _node(1, 1, 3))
    graph = Graph("g", {**tensors, 3: _tensor(3)}, nodes, (0,), (3,))
    assert _spans(graph)[2] == (0, 0)


def test_views_share_the_memory_of_their_source_for_as_long_as_either_is_used() -> None:
    tensors = {i: _tensor(i) for i in range(4)}
    nodes = (_node(0, 0, 1, view=True), _node(1, 1, 2, view=True), _node(2, 0, 3))
    graph = Graph("g", tensors, nodes, (0,), (2, 3))
    assert storage(graph) == {0: 0, 1: 0, 2: 0, 3: 3}
    assert _spans(graph) == {0: (-1, 3), 3: (2, 3)}


def test_an_input_may_be_the_output() -> None:
    graph = Graph("g", {0: _tensor(0)}, (), (0,), (0,))
    assert _spans(graph) == {0: (-1, 0)}
    assert make_plan(graph, ()).arena_bytes == 8


def test_constants_need_no_memory_and_scratch_only_in_its_step() -> None:
    tensors = {0: _tensor(0), 1: _tensor(1, constant=True), 2: _tensor(2)}
    node = Node(0, COMPUTE, (0, 1), (2,), Access((Whole(), Whole())))
    graph = Graph("g", tensors, (node,), (0,), (2,))
    assert _spans(graph, scratch=20) == {0: (-1, 0), 2: (0, 1), scratch_id(0): (0, 0)}


@settings(max_examples=40, deadline=None)
@given(graphs())
def test_a_buffer_is_live_whenever_one_of_its_tensors_is(planned: Planned) -> None:
    graph = planned.graph
    owner = storage(graph)
    spans = {b.id: range(b.first, b.last + 1) for b in lifetimes(graph, planned.calls, owner)}
    assert all(-1 in spans[owner[t]] for t in graph.inputs)
    assert all(len(graph.nodes) in spans[owner[t]] for t in graph.outputs)
    for step, node in enumerate(graph.nodes):
        for tensor in (*node.inputs, *node.outputs):
            assert tensor is not None
            assert step in spans[owner[tensor]]
