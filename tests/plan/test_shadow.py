"""The shadow execution: it certifies every plan of ours, and no plan that breaks a computation."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from attrs import evolve
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from microflow.graph.access import Access, Elementwise, Window
from microflow.graph.call import KernelCall
from microflow.graph.ir import DType, Graph, Node, Tensor
from microflow.plan.lifetimes import Buffer, scratch_id
from microflow.plan.plan import Plan, make_plan
from microflow.plan.shadow import Certificate, UnsafePlan, play

from .draw import COMPUTE, Planned, graphs
from .machine import outputs_apart, run, storage_offsets


def _replay(planned: Planned, plan: Plan, offsets: Mapping[int, int], size: int) -> Certificate:
    """Plays `planned` with buffers at `offsets`, in an arena of `size` bytes."""
    areas = [
        (offsets[scratch_id(step)], calls[0].scratch) if calls and calls[0].scratch else None
        for step, calls in enumerate(planned.calls)
    ]
    return play(planned.graph, plan.owner, offsets, size, areas)


def _computes(planned: Planned, offsets: Mapping[int, int]) -> bool:
    """Tells whether the graph, run with buffers at `offsets`, gives what it should."""
    scratch = {step: offsets.get(scratch_id(step), 0) for step in range(len(planned.calls))}
    places = storage_offsets(planned.graph, {t: o for t, o in offsets.items() if t >= 0})
    return run(planned, places, scratch) == outputs_apart(planned)


@settings(max_examples=40, deadline=None)
@given(graphs())
def test_every_plan_of_ours_is_certified_and_computes(planned: Planned) -> None:
    plan = make_plan(planned.graph, planned.calls)
    assert plan.certificate.writes > 0 or all(n.op.view for n in planned.graph.nodes)
    assert plan.lower_bound <= plan.arena_bytes
    assert plan == make_plan(planned.graph, planned.calls)
    assert _computes(planned, plan.offsets)


@settings(max_examples=120, deadline=None)
@given(graphs(), st.data())
def test_what_is_certified_computes_however_buffers_overlap(
    planned: Planned, data: st.DataObject
) -> None:
    plan = make_plan(planned.graph, planned.calls)
    offsets = _overlapped(plan, data)
    size = max(offsets[b.id] + b.size for b in plan.buffers)
    try:
        _replay(planned, plan, offsets, size)
    except UnsafePlan:
        event("refused")
        return
    event("certified")
    assert _computes(planned, offsets)


@settings(max_examples=60, deadline=None)
@given(graphs(whole_only=True), st.data())
def test_an_overlap_of_live_buffers_is_refused(planned: Planned, data: st.DataObject) -> None:
    """Where every operand may be read until the last write, no overlap is safe."""
    plan = make_plan(planned.graph, planned.calls)
    offsets = _overlapped(plan, data)
    with pytest.raises(UnsafePlan):
        _replay(planned, plan, offsets, max(offsets[b.id] + b.size for b in plan.buffers))


def _overlapped(plan: Plan, data: st.DataObject) -> dict[int, int]:
    """Moves two buffers that are live together onto each other, away from all the others."""
    pairs = [(a, b) for a in plan.buffers for b in plan.buffers if a is not b and a.overlaps(b)]
    pairs = [(a, b) for a, b in pairs if _matters(a) and _matters(b)]
    assume(pairs)
    handed_over = [(a, b) for a, b in pairs if a.first == b.last]
    a, b = data.draw(st.sampled_from(handed_over or pairs))
    shift = data.draw(st.integers(-((a.size - 1) // 4), (b.size - 1) // 4))
    away = plan.arena_bytes + 1024
    return {**plan.offsets, b.id: away, a.id: away + 4 * shift}


def _matters(buffer: Buffer) -> bool:
    """Tells whether anything depends on the buffer: inputs that no operator reads do not."""
    return buffer.size > 0 and buffer.last >= 0


def test_a_buffer_past_the_end_of_the_arena_is_refused() -> None:
    planned = _pair(Elementwise(), DType.INT8, DType.INT8)
    plan = make_plan(planned.graph, planned.calls)
    with pytest.raises(UnsafePlan, match="past the end"):
        _replay(planned, plan, plan.offsets, plan.arena_bytes - 4)


def test_scratch_past_the_end_of_the_arena_is_refused() -> None:
    planned = _with_scratch(_pair(Elementwise(), DType.INT8, DType.INT8), 64)
    plan = make_plan(planned.graph, planned.calls)
    offsets = {**plan.offsets, scratch_id(0): plan.arena_bytes - 8}
    with pytest.raises(UnsafePlan, match="past the end"):
        _replay(planned, plan, offsets, plan.arena_bytes)


def test_scratch_on_the_output_is_refused() -> None:
    planned = _with_scratch(_pair(Elementwise(), DType.INT8, DType.INT8), 64)
    plan = make_plan(planned.graph, planned.calls)
    offsets = {**plan.offsets, scratch_id(0): plan.offset(1)}
    with pytest.raises(UnsafePlan, match="overwritten"):
        _replay(planned, plan, offsets, 1024)


@pytest.mark.parametrize(
    ("given_type", "made", "shift", "safe"),
    [
        (DType.INT8, DType.INT8, 0, True),
        (DType.INT8, DType.INT8, -4, True),
        (DType.INT8, DType.INT8, 4, False),
        (DType.FLOAT32, DType.INT8, 0, True),
        (DType.FLOAT32, DType.INT8, 4, False),
        (DType.INT8, DType.FLOAT32, 0, False),
        (DType.INT8, DType.FLOAT32, -4 * 30, True),
        (DType.INT8, DType.FLOAT32, -4 * 24, False),
    ],
)
def test_elementwise_operators_may_work_in_place(
    given_type: DType, made: DType, shift: int, safe: bool
) -> None:
    """An output element may lie on input elements up to its own, not on later ones."""
    planned = _pair(Elementwise(), given_type, made)
    plan = make_plan(planned.graph, planned.calls)
    offsets = {0: 256, 1: 256 + shift}
    assert _computes(planned, offsets) == safe
    if safe:
        assert _replay(planned, plan, offsets, 1024).writes > 0
        return
    with pytest.raises(UnsafePlan):
        _replay(planned, plan, offsets, 1024)


@pytest.mark.parametrize(("shift", "safe"), [(-40, True), (-16, True), (0, False), (16, False)])
def test_a_window_may_run_behind_its_input(shift: int, safe: bool) -> None:
    """Output rows of 8 bytes below input rows of 8: rows that later windows read must survive."""
    planned = _pair(Window((3, 1), padding=(1, 0)), DType.INT8, DType.INT8)
    plan = make_plan(planned.graph, planned.calls)
    offsets = {0: 64, 1: 64 + shift}
    assert _computes(planned, offsets) == safe
    if safe:
        assert _replay(planned, plan, offsets, 256).writes == 5
        return
    with pytest.raises(UnsafePlan):
        _replay(planned, plan, offsets, 256)


def _pair(read: Elementwise | Window, given_type: DType, made: DType) -> Planned:
    """One operator from a tensor of 1x5x2x4 to one of the same shape."""
    shape = (1, 5, 2, 4)
    tensors = {0: Tensor(0, "x", given_type, shape), 1: Tensor(1, "y", made, shape)}
    node = Node(0, COMPUTE, (0,), (1,), Access((read,)))
    return _with_scratch(Planned(Graph("pair", tensors, (node,), (0,), (1,)), ()), 0)


def _with_scratch(planned: Planned, size: int) -> Planned:
    return evolve(planned, calls=((KernelCall("invented", (0,), (1,), {}, scratch=size),),))
