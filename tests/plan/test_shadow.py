"""The shadow execution: it certifies every plan of ours, and no plan that breaks a computation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import evolve
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from microflow.graph.access import Access, Elementwise, Window
from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph, Node
from microflow.graph.tensor import DType, Tensor
from microflow.plan.arena import UnsafePlan
from microflow.plan.band import Band
from microflow.plan.lifetimes import STREAM, Buffer, lifetimes, scratch_id
from microflow.plan.plan import make_plan
from microflow.plan.shadow import Certificate, Layout, play
from microflow.plan.steps import single
from microflow.plan.tasks import Work, work

from .cases import Case, cases
from .draw import COMPUTE, Planned, graphs
from .machine import computes

Change = Callable[[st.DataObject, Layout], Layout]


@settings(max_examples=60, deadline=None)
@given(cases())
def test_whatever_the_division_the_plan_is_certified_and_computes(case: Case) -> None:
    """Two inferences, one behind the other; a streamed input is pushed row by row."""
    assert case.plan.certificate.writes > 0 or not case.plan.steps
    assert computes(case.planned, case.layout)


# ---- Plans that were tampered with ----


def _moved(data: st.DataObject, layout: Layout) -> Layout:
    """A buffer a few bytes away from where it was."""
    buffer = data.draw(st.sampled_from(layout.buffers))
    at = layout.offsets[buffer.id] + data.draw(st.sampled_from((-16, -12, -8, -4, 4, 8, 12, 16)))
    offsets = {**layout.offsets, buffer.id: max(at, 0)}
    return evolve(layout, offsets=offsets, arena_bytes=layout.arena_bytes + 16)


def _heaped(data: st.DataObject, layout: Layout) -> Layout:
    """Two buffers that are live together upon each other, away from all the others."""
    pairs = [
        (a, b)
        for a in layout.buffers
        for b in layout.buffers
        if a is not b and a.first <= b.last and b.first <= a.last
    ]
    assume(pairs)
    handed_over = [(a, b) for a, b in pairs if a.first == b.last]
    a, b = data.draw(st.sampled_from(handed_over or pairs))
    words = st.integers(-((max(a.size, 1) - 1) // 4), (max(b.size, 1) - 1) // 4)
    away = layout.arena_bytes + 512
    offsets = {**layout.offsets, b.id: away, a.id: away + 4 * data.draw(words)}
    return evolve(layout, offsets=offsets, arena_bytes=away + 512 + max(a.size, b.size))


def _turned(data: st.DataObject, layout: Layout) -> Layout:
    """A step in the other order."""
    orders = list(layout.orders)
    orders[data.draw(st.integers(0, len(orders) - 1))] *= -1
    return evolve(layout, orders=tuple(orders))


def _with_band(data: st.DataObject, layout: Layout, change: Callable[[Band], Band]) -> Layout:
    numbers = [n for n, step in enumerate(layout.steps) if step.band is not None]
    assume(numbers)
    number = data.draw(st.sampled_from(numbers))
    step = layout.steps[number]
    assert step.band is not None
    changed = evolve(step, band=change(step.band))
    return evolve(layout, steps=(*layout.steps[:number], changed, *layout.steps[number + 1 :]))


def _shift(data: st.DataObject, at: int) -> int:
    return max(at + data.draw(st.sampled_from((-8, -4, 4, 8, 16))), 0)


def _sums(data: st.DataObject, layout: Layout) -> Layout:
    return _with_band(data, layout, lambda band: evolve(band, sums=_shift(data, band.sums)))


def _counters(data: st.DataObject, layout: Layout) -> Layout:
    return _with_band(data, layout, lambda band: evolve(band, counters=_shift(data, band.counters)))


def _ring(data: st.DataObject, layout: Layout) -> Layout:
    """A ring elsewhere, or with a slot less."""

    def change(band: Band) -> Band:
        assume(band.rings)
        which = data.draw(st.sampled_from(sorted(band.rings)))
        ring = band.rings[which]
        if ring.slots > 1 and data.draw(st.booleans()):
            ring = evolve(ring, slots=ring.slots - 1)
        else:
            ring = evolve(ring, offset=_shift(data, ring.offset))
        return evolve(band, rings={**band.rings, which: ring})

    return _with_band(data, layout, change)


@pytest.mark.parametrize("change", [_moved, _heaped, _turned, _sums, _counters, _ring])
def test_what_is_certified_computes_however_it_was_changed(change: Change) -> None:
    @settings(max_examples=60, deadline=None)
    @given(cases(), st.data())
    def check(case: Case, data: st.DataObject) -> None:
        assume(case.plan.steps)
        layout = change(data, case.layout)
        try:
            play(case.plan.work, layout)
        except UnsafePlan:
            event("refused")
            return
        event("certified")
        assert computes(
            case.planned, layout, poisons=False
        )  # what was moved has no room of its own

    check()


@settings(max_examples=40, deadline=None)
@given(graphs(kinds=("whole",)), st.data())
def test_an_overlap_of_live_buffers_is_refused(planned: Planned, data: st.DataObject) -> None:
    """Where every operand may be read until the last write, no overlap is safe."""
    plan = make_plan(planned.graph, planned.calls)
    case = Case(planned, plan)
    layout = _heaped(data, evolve(case.layout, buffers=_mattering(plan.buffers)))
    with pytest.raises(UnsafePlan):
        play(plan.work, evolve(layout, buffers=plan.buffers))


def _mattering(buffers: tuple[Buffer, ...]) -> tuple[Buffer, ...]:
    """Those that anything depends on: inputs that no operator reads do not."""
    return tuple(b for b in buffers if b.size > 0 and b.last >= 0)


# ---- Small plans, step by step ----


def _pair(
    read: Elementwise | Window, given_type: DType, made: DType, scratch: int = 0, **flags: bool
) -> Planned:
    """One operator from a tensor of 1x5x2x4 to one of the same shape."""
    shape = (1, 5, 2, 4)
    tensors = {0: Tensor(0, "x", given_type, shape), 1: Tensor(1, "y", made, shape)}
    node = Node(0, COMPUTE, (0,), (1,), Access((read,), **flags))
    graph = Graph("pair", tensors, (node,), (0,), (1,))
    return Planned(graph, ((KernelCall("invented", (0,), (1,), {"order": 1}, scratch=scratch),),))


def _layout(planned: Planned, offsets: dict[int, int], order: int = 1, size: int = 1024) -> Layout:
    tasks = work(planned.graph, planned.calls)
    steps = (single(tasks, 0),)
    return Layout(steps, (order,), lifetimes(tasks, steps), offsets, size)


def _played(planned: Planned, layout: Layout) -> Certificate:
    return play(work(planned.graph, planned.calls), layout)


@pytest.mark.parametrize("offsets", [{0: 0, 1: 40}, {0: -4, 1: 40}, {0: 40, 1: 0}])
def test_a_buffer_past_the_ends_of_the_arena_is_refused(offsets: dict[int, int]) -> None:
    planned = _pair(Elementwise(), DType.INT8, DType.INT8)
    with pytest.raises(UnsafePlan, match="past the end"):
        _played(planned, _layout(planned, offsets, size=64))


@pytest.mark.parametrize(("at", "problem"), [(40, "overwritten"), (1020, "past the end")])
def test_scratch_must_lie_apart(at: int, problem: str) -> None:
    planned = _pair(Elementwise(), DType.INT8, DType.INT8, scratch=64)
    with pytest.raises(UnsafePlan, match=problem):
        _played(planned, _layout(planned, {0: 0, 1: 64, scratch_id(0): at}))


def test_scratch_on_the_output_is_refused() -> None:
    planned = _pair(Elementwise(), DType.INT8, DType.INT8, scratch=64)
    layout = _layout(planned, {0: 0, 1: 64, scratch_id(0): 64})
    assert not computes(planned, layout)
    with pytest.raises(UnsafePlan, match="overwritten"):
        _played(planned, layout)


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
    _expect(planned, _layout(planned, {0: 256, 1: 256 + shift}), safe)


@pytest.mark.parametrize(
    ("shift", "order", "safe"),
    [
        *[(-40, 1, True), (-16, 1, True), (-8, 1, False), (0, 1, False), (16, 1, False)],
        *[(40, -1, True), (16, -1, True), (8, -1, False), (0, -1, False), (-16, -1, False)],
    ],
)
def test_a_window_may_run_behind_its_input(shift: int, order: int, safe: bool) -> None:
    """Output rows of 8 bytes below input rows of 8: rows that later windows read must survive."""
    planned = _pair(Window((3, 1), padding=(1, 0)), DType.INT8, DType.INT8, reversible=True)
    _expect(planned, _layout(planned, {0: 64, 1: 64 + shift}, order), safe)


@pytest.mark.parametrize(("shift", "safe"), [(-8, True), (-12, True), (-4, False), (0, False)])
def test_channel_by_channel_a_window_runs_a_pixel_closer(shift: int, safe: bool) -> None:
    planned = _pair(
        Window((3, 1), padding=(1, 0)), DType.INT8, DType.INT8, channelwise=True, reversible=True
    )
    _expect(planned, _layout(planned, {0: 64, 1: 64 + shift}), safe)


def _expect(planned: Planned, layout: Layout, safe: bool) -> None:
    assert computes(planned, layout) == safe
    if safe:
        assert _played(planned, layout).writes == 2
        return
    with pytest.raises(UnsafePlan):
        _played(planned, layout)


def test_only_whoever_can_writes_in_descending_order() -> None:
    planned = _pair(Window(), DType.INT8, DType.INT8)
    with pytest.raises(UnsafePlan, match="descending"):
        _played(planned, _layout(planned, {0: 0, 1: 64}, order=-1))


# ---- Streams ----


def _streamed() -> tuple[Work, Layout]:
    """A stream of five rows of 8 bytes through a window of three."""
    tensors = {i: Tensor(i, f"t{i}", DType.INT8, (1, 5, 2, 4)) for i in range(2)}
    node = Node(0, COMPUTE, (0,), (1,), Access((Window((3, 1), padding=(1, 0)),)))
    calls = ((KernelCall("invented", (0,), (1,), {}, 3),),)
    plan = make_plan(Graph("stream", tensors, (node,), (0,), (1,)), calls, streamed=0)
    assert plan.streamed == 0
    return plan.work, Layout(plan.steps, plan.orders, plan.buffers, plan.offsets, plan.arena_bytes)


@pytest.mark.parametrize("under", [1, scratch_id(0)])
def test_nothing_may_lie_on_the_state_of_a_stream(under: int) -> None:
    """Neither rows nor outputs, which the application may read before the next inference."""
    tasks, layout = _streamed()
    play(tasks, layout)
    onto = {**layout.offsets, STREAM: layout.offsets[under]}
    with pytest.raises(UnsafePlan, match=r"state of the stream|overwritten"):
        play(tasks, evolve(layout, offsets=onto))
