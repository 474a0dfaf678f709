"""Whole plans: deterministic, proved, and right when they are run."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Access, Elementwise, Window
from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph, Node
from microflow.graph.tensor import DType, Tensor
from microflow.plan.plan import Plan, make_plan
from microflow.plan.steps import peak

from .cases import ROWS, Case
from .draw import COMPUTE, VIEW, Planned, graphs
from .machine import Machine, computes, input_bytes, outputs_apart

_HIGH = Access((Window((3, 1), padding=(1, 0)),))


@settings(max_examples=60, deadline=None)
@given(st.one_of(graphs(), graphs(kinds=ROWS)), st.booleans(), st.data())
def test_every_plan_of_ours_computes(planned: Planned, bands: bool, data: st.DataObject) -> None:
    streamed = data.draw(st.sampled_from((None, *planned.graph.inputs)))
    plan = make_plan(planned.graph, planned.calls, streamed, bands)
    again = make_plan(planned.graph, planned.calls, streamed, bands)
    assert (plan.offsets, plan.orders, plan.steps) == (again.offsets, again.orders, again.steps)
    assert plan.lower_bound <= plan.arena_bytes
    assert plan.streamed in (None, streamed)
    assert computes(planned, Case(planned, plan).layout)


@settings(max_examples=40, deadline=None)
@given(graphs(kinds=ROWS))
def test_bands_never_raise_the_peak(planned: Planned) -> None:
    whole = make_plan(planned.graph, planned.calls, bands=False)
    assert all(step.band is None for step in whole.steps)
    assert make_plan(planned.graph, planned.calls).lower_bound <= whole.lower_bound


def _planned() -> Planned:
    """A picture, a window, a view, and a window over the view."""
    shapes = [(1, 6, 4, 2), (1, 6, 4, 2), (1, 6, 1, 8), (1, 6, 1, 8)]
    tensors = {i: Tensor(i, f"t{i}", DType.INT8, shape) for i, shape in enumerate(shapes)}
    nodes = (
        Node(0, COMPUTE, (0,), (1,), _HIGH),
        Node(1, VIEW, (1,), (2,), _HIGH),
        Node(2, COMPUTE, (2,), (3,), _HIGH),
    )
    call = KernelCall("invented", (), (), {}, row_pointers=3)
    return Planned(Graph("g", tensors, nodes, (0,), (3,)), ((call,), (), (call,)))


def _plan(streamed: int | None = None, bands: bool = True) -> Plan:
    planned = _planned()
    return make_plan(planned.graph, planned.calls, streamed, bands)


def test_a_plan_tells_what_lies_where() -> None:
    whole = _plan(bands=False)
    assert whole.offset(1) == whole.offset(2) and all(whole.holds(t) for t in range(4))
    assert whole.streamed is None
    banded = _plan(streamed=0)
    assert [banded.holds(t) for t in range(4)] == [False, True, True, True]
    assert banded.streamed == 0
    step = banded.steps[0]
    assert step.band is not None
    assert banded.scratch(0) % 8 == 0 and banded.scratch(0) + step.scratch <= banded.arena_bytes
    assert banded.stream_state % 4 == 0


def test_rows_of_a_stream_wait_for_their_band_and_the_bound_knows() -> None:
    """t0 grows and shrinks before the streamed t1, whose first row is there all the while."""
    sizes = {0: (32, 4), 1: (32, 4), 2: (32, 16), 3: (4, 4), 4: (4, 4), 5: (4, 4)}
    tensors = {i: Tensor(i, f"t{i}", DType.INT8, (1, h, 8, c)) for i, (h, c) in sizes.items()}
    fewer = Access((Window((8, 1), (8, 1)),))
    nodes = (
        Node(0, COMPUTE, (0,), (2,), _HIGH),
        Node(1, COMPUTE, (2,), (3,), fewer),
        Node(2, COMPUTE, (1,), (4,), fewer),
        Node(3, COMPUTE, (3, 4), (5,), Access((Elementwise(), Elementwise()))),
    )
    calls = tuple((KernelCall("k", (), (), {}, row_pointers=n),) for n in (3, 8, 8, 0))
    graph = Graph("two inputs", tensors, nodes, (0, 1), (5,))
    for bands in (True, False):
        plan = make_plan(graph, calls, 1, bands)
        assert plan.streamed == 1
        assert plan.arena_bytes == plan.lower_bound
    plan = make_plan(graph, calls, 1)
    number = next(n for n, s in enumerate(plan.steps) if s.band and s.band.shape.streamed == 1)
    fullest = max(peak(plan.work, step, 1) for step in plan.steps)
    assert number > 0 and plan.lower_bound > fullest + plan.steps[number].scratch


def test_a_stream_goes_on_with_what_the_inference_before_left() -> None:
    planned, plan = _planned(), _plan(streamed=0)
    machine = Machine(planned, Case(planned, plan).layout)
    for seed in (5, 6, 7):
        inputs = input_bytes(planned.graph, seed)
        assert machine.infer(inputs) == outputs_apart(planned, inputs)
