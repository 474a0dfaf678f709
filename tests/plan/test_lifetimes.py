"""Lifetimes: which buffers there are, and who needs them from when to when."""

from __future__ import annotations

from hypothesis import given, settings

from microflow.graph.access import Access, Whole, Window
from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph, Node
from microflow.graph.tensor import DType, Tensor
from microflow.plan.lifetimes import STREAM, Buffer, lifetimes, scratch_id
from microflow.plan.plan import make_plan
from microflow.plan.steps import single
from microflow.plan.tasks import work

from .cases import Case, cases, choices_at, step_of
from .draw import COMPUTE, VIEW
from .elements import storage_of

_READ = Access((Whole(),))


def _tensor(index: int, constant: bool = False) -> Tensor:
    return Tensor(index, f"t{index}", DType.INT8, (6,), data=bytes(6) if constant else None)


def _node(index: int, given: int, made: int, view: bool = False) -> Node:
    return Node(index, VIEW if view else COMPUTE, (given,), (made,), _READ)


def _buffers(graph: Graph, scratch: int = 0) -> tuple[Buffer, ...]:
    call = KernelCall("k", (), (), {}, scratch=scratch)
    tasks = work(graph, [() if n.op.view else (call,) for n in graph.nodes])
    return lifetimes(tasks, [single(tasks, i) for i in range(len(tasks.tasks))])


def _spans(graph: Graph, scratch: int = 0) -> dict[int, tuple[int, int]]:
    """The first and last step of each buffer, by index."""
    return {b.id: (b.first, b.last) for b in _buffers(graph, scratch)}


def test_inputs_live_from_before_the_first_step_and_outputs_to_behind_the_last() -> None:
    tensors = {i: _tensor(i) for i in range(3)}
    graph = Graph("g", tensors, (_node(0, 0, 1), _node(1, 1, 2)), (0,), (2,))
    assert _spans(graph) == {0: (-1, 0), 1: (0, 1), 2: (1, 2)}


def test_a_result_that_nobody_reads_needs_memory_while_it_is_written() -> None:
    tensors = {i: _tensor(i) for i in range(4)}
    nodes = (Node(0, COMPUTE, (0,), (1, 2), _READ), _node(1, 1, 3))
    graph = Graph("g", tensors, nodes, (0,), (3,))
    assert _spans(graph)[2] == (0, 0)


def test_views_take_no_step_and_keep_their_source() -> None:
    tensors = {i: _tensor(i) for i in range(4)}
    nodes = (_node(0, 0, 1, view=True), _node(1, 1, 2, view=True), _node(2, 0, 3))
    graph = Graph("g", tensors, nodes, (0,), (2, 3))
    assert _spans(graph) == {0: (-1, 1), 3: (0, 1)}


def test_an_input_may_be_the_output() -> None:
    graph = Graph("g", {0: _tensor(0)}, (), (0,), (0,))
    assert _spans(graph) == {0: (-1, 0)}
    assert make_plan(graph, ()).arena_bytes == 8


def test_constants_need_no_memory_and_scratch_only_in_its_step() -> None:
    tensors = {0: _tensor(0), 1: _tensor(1, constant=True), 2: _tensor(2)}
    node = Node(0, COMPUTE, (0, 1), (2,), Access((Whole(), Whole())))
    graph = Graph("g", tensors, (node,), (0,), (2,))
    assert _spans(graph, scratch=20) == {0: (-1, 0), 2: (0, 1), scratch_id(0): (0, 0)}


def test_a_band_has_memory_of_its_own_and_a_stream_a_state_that_always_lives() -> None:
    window = Access((Window((3, 1), padding=(1, 0)),))
    tensors = {i: Tensor(i, f"t{i}", DType.INT8, (1, 6, 2, 2)) for i in range(3)}
    nodes = tuple(Node(i, COMPUTE, (i,), (i + 1,), window) for i in range(2))
    graph = Graph("g", tensors, nodes, (0,), (2,))
    tasks = work(graph, [(KernelCall("k", (i,), (i + 1,), {}, 3),) for i in range(2)])
    plain = step_of(tasks, 0, choices_at(tasks, 0, None)[-1])
    assert [(b.id, b.first, b.last) for b in lifetimes(tasks, [plain])] == [
        (0, -1, 0),
        (2, 0, 1),
        (scratch_id(0), 0, 0),
    ]
    pushed = step_of(tasks, 0, choices_at(tasks, 0, 0)[-1])
    found = {b.id: b for b in lifetimes(tasks, [pushed])}
    assert set(found) == {2, scratch_id(0), STREAM}
    assert (found[STREAM].first, found[STREAM].last, found[STREAM].size) == (-1, 1, 6)


@settings(max_examples=40, deadline=None)
@given(cases())
def test_a_buffer_is_live_whenever_one_of_its_tensors_is(case: Case) -> None:
    graph, plan = case.planned.graph, case.plan
    owner = storage_of(graph)
    spans = {b.id: range(b.first, b.last + 1) for b in plan.buffers}
    inner = {b for n in case.bands for b in _band_inner(case, n)}
    assert inner.isdisjoint(spans)
    assert all(-1 in spans[owner[t]] for t in graph.inputs if t != plan.streamed)
    assert all(len(plan.steps) in spans[owner[t]] for t in graph.outputs)
    computing = [n for n in graph.nodes if not n.op.view]
    for number, step in enumerate(plan.steps):
        for node in computing[step.first : step.last + 1]:
            for tensor in (*node.inputs, *node.outputs):
                assert tensor is not None
                assert owner[tensor] in inner or number in spans[owner[tensor]]


def _band_inner(case: Case, number: int) -> tuple[int, ...]:
    band = case.plan.steps[number].band
    assert band is not None
    return band.shape.inner
