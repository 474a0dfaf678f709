"""Bands: pulled rows, rings of rows, and where they lie."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Access, Elementwise, Whole, Window
from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph, Node
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.plan.arena import UnsafePlan
from microflow.plan.band import ARRIVAL, Band, simulate
from microflow.plan.shadow import play
from microflow.plan.shapes import reach, shape
from microflow.plan.tasks import Work, work

from .cases import Case, cases
from .draw import COMPUTE, VIEW
from .machine import Machine, input_bytes

_HIGH = Window((3, 1), padding=(1, 0))
_SECOND = Window((2, 1), (2, 1))


def _band(case: Case, number: int) -> Band:
    band = case.plan.steps[number].band
    assert band is not None
    return band


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_events_are_what_pulling_needs_and_no_row_is_made_twice(case: Case) -> None:
    machine = Machine(case.planned, case.layout)
    machine.infer(input_bytes(case.planned.graph, 3))
    assert sorted(machine.events) == case.bands
    for number in case.bands:
        band = _band(case, number)
        assert tuple(machine.events[number]) == band.events
        once = [e for e in band.events if e[0] not in band.shape.raising]
        assert len(set(once)) == len(once)
        made = [task for task, _ in band.events if task != ARRIVAL]
        assert (band.row_calls, band.needed) == (len(made), len(band.events) - len(made))


@settings(max_examples=60, deadline=None)
@given(cases(), st.data())
def test_no_ring_has_a_row_too_many(case: Case, data: st.DataObject) -> None:
    for number in case.bands:
        band = _band(case, number)
        larger = [b for b, ring in band.rings.items() if ring.slots > 1]
        if not larger:
            continue
        which = data.draw(st.sampled_from(larger))
        fewer = evolve(band.rings[which], slots=band.rings[which].slots - 1)
        step = evolve(
            case.plan.steps[number], band=evolve(band, rings={**band.rings, which: fewer})
        )
        steps = (*case.plan.steps[:number], step, *case.plan.steps[number + 1 :])
        with pytest.raises(UnsafePlan):
            play(case.plan.work, evolve(case.layout, steps=steps))


@settings(max_examples=60, deadline=None)
@given(cases())
def test_rings_hold_what_is_surely_needed_and_lie_within_the_band(case: Case) -> None:
    for number in case.bands:
        band = _band(case, number)
        rows = reach(case.plan.work, band.shape)
        for buffer, ring in band.rings.items():
            assert rows[buffer] <= ring.slots <= band.shape.pictures[buffer].rows
            assert band.counters <= ring.offset <= band.size - ring.size
        scratch = max(case.plan.work.tasks[t].scratch for t in band.shape.tasks)
        assert scratch <= band.sums <= band.counters <= band.size


def _work(
    shapes: list[Shape], nodes: Sequence[tuple[tuple[int, ...], Access]], kept: int = -1
) -> Work:
    """Tensors t0, t1 ...: node i reads some of them and makes the tensor behind the inputs."""
    inputs = len(shapes) - len(nodes)
    tensors = {i: Tensor(i, f"t{i}", DType.INT8, s) for i, s in enumerate(shapes)}
    made = tuple(
        Node(i, COMPUTE, given, (inputs + i,), access) for i, (given, access) in enumerate(nodes)
    )
    outputs = (len(shapes) - 1, *([kept] if kept >= 0 else []))
    graph = Graph("g", tensors, made, tuple(range(inputs)), outputs)
    return work(graph, [(_call(n),) for n in made])


def _call(node: Node) -> KernelCall:
    window = node.attrs.reads[0]
    rows = window.kernel[0] if isinstance(window, Window) and window != Window() else 0
    return KernelCall("invented", (), node.outputs, {}, row_pointers=rows)


def _simulated(tasks: Work, streamed: int | None = None) -> Band:
    found = shape(tasks, 0, len(tasks.tasks) - 1, streamed)
    assert found is not None
    return simulate(tasks, found)


_SQUARE = (1, 6, 2, 4)


def test_a_chain_pulls_the_rows_under_its_windows() -> None:
    tasks = _work(
        [_SQUARE, _SQUARE, (1, 3, 2, 4)], [((0,), Access((_HIGH,))), ((1,), Access((_SECOND,)))]
    )
    band = _simulated(tasks)
    assert band.events == ((0, 0), (0, 1), (1, 0), (0, 2), (0, 3), (1, 1), (0, 4), (0, 5), (1, 2))
    assert {b: r.slots for b, r in band.rings.items()} == {1: 2}
    assert (band.row_calls, band.needed) == (9, 0)
    # Counters of one ring, then the ring.
    assert (band.counters, band.rings[1].offset, band.size) == (0, 4, 4 + 2 * 8)


def test_a_streamed_input_arrives_when_it_is_needed() -> None:
    tasks = _work([_SQUARE, (1, 3, 2, 4)], [((0,), Access((_SECOND,)))])
    band = _simulated(tasks, streamed=0)
    assert band.events == (
        (-1, 0),
        (-1, 1),
        (0, 0),
        (-1, 2),
        (-1, 3),
        (0, 1),
        (-1, 4),
        (-1, 5),
        (0, 2),
    )
    assert band.needed == 6
    assert band.state_bytes == 2 + 2  # progress; the input's rows, and the slot of the next one


@pytest.mark.parametrize(("rows", "counter"), [(255, 1), (256, 2)])
def test_counters_are_bytes_where_no_row_overflows_them(rows: int, counter: int) -> None:
    every = Access((Window(),))
    shapes: list[Shape] = [(1, rows, 1, 1)] * 3
    band = _simulated(_work(shapes, [((0,), every), ((1,), every)]))
    assert (band.counter_bytes, band.state_bytes) == (counter, counter)


def test_rows_behind_the_last_window_are_not_looked_at() -> None:
    tasks = _work([(1, 7, 2, 4), (1, 3, 2, 4)], [((0,), Access((_SECOND,)))])
    assert _simulated(tasks, streamed=0).needed == 6


def test_a_window_outside_the_picture_pulls_what_lies_above_it() -> None:
    """As the generated code does, which clamps the row that it asks for."""
    beyond = Window((1, 1), (2, 1), padding=(2, 0))
    tasks = _work([(1, 4, 1, 1), (1, 5, 1, 1)], [((0,), Access((beyond,)))])
    band = _simulated(tasks, streamed=0)
    arrived = [(-1, 0), (0, 0), (0, 1), (-1, 1), (-1, 2), (0, 2), (-1, 3), (0, 3), (0, 4)]
    assert list(band.events) == arrived


def test_elementwise_results_are_made_in_place() -> None:
    relu, conv = Access((Elementwise(),)), Access((_HIGH,))
    tasks = _work([_SQUARE] * 4, [((0,), conv), ((1,), relu), ((2,), conv)])
    band = _simulated(tasks)
    assert band.shares == {1: 2, 2: 2, 3: 3}
    assert {b: r.slots for b, r in band.rings.items()} == {2: 3}
    tasks = _work([_SQUARE] * 3, [((0,), conv), ((1,), relu)])
    assert _simulated(tasks).shares == {1: 2, 2: 2}
    assert not _simulated(tasks).rings  # the rows lie in the output


def test_a_skipped_tensor_waits_for_the_branch_around_it() -> None:
    conv, add = Access((_HIGH,)), Access((Elementwise(), Elementwise()))
    tasks = _work([_SQUARE] * 4, [((0,), conv), ((1,), conv), ((1, 2), add)])
    band = _simulated(tasks)
    assert {b: r.slots for b, r in band.rings.items()} == {1: 3}
    assert band.shares[2] == 3
    branch = [((i,), conv) for i in range(4)]
    deeper = _simulated(_work([_SQUARE] * 6, [*branch, ((1, 4), add)]))
    assert {b: r.slots for b, r in deeper.rings.items()} == {1: 4, 2: 3, 3: 3}


@pytest.mark.parametrize(
    ("first", "last", "kept", "possible"),
    [(0, 1, -1, True), (0, 2, -1, False), (1, 1, -1, True), (0, 1, 1, False), (1, 2, -1, False)],
)
def test_what_can_be_a_band(first: int, last: int, kept: int, possible: bool) -> None:
    """All work by rows, and nothing but the last tensor is needed behind."""
    conv = Access((_HIGH,))
    nodes = [((0,), conv), ((1,), conv), ((2,), Access((Whole(),)))]
    found = shape(_work([_SQUARE] * 4, nodes, kept), first, last)
    assert (found is not None) == possible


def test_a_tensor_read_behind_the_band_keeps_it_from_being_one() -> None:
    conv, add = Access((_HIGH,)), Access((Elementwise(), Elementwise()))
    tasks = _work([_SQUARE] * 4, [((0,), conv), ((1,), conv), ((1, 2), add)])
    assert shape(tasks, 0, 1) is None
    found = shape(tasks, 1, 2)
    assert found is not None
    assert (found.operands, found.inner, found.output) == ((1,), (2,), 3)
    assert shape(tasks, 0, 2, streamed=0) is not None
    assert shape(tasks, 1, 2, streamed=1) is not None  # a tensor like any other, to the band


def test_pictures_must_agree_on_their_rows() -> None:
    """Seen through a view, rows may be others than were made."""
    tensors = {i: Tensor(i, f"t{i}", DType.INT8, _SQUARE) for i in range(2)}
    tensors[2] = Tensor(2, "seen", DType.INT8, (1, 12, 1, 4))
    tensors[3] = Tensor(3, "t3", DType.INT8, (1, 12, 1, 4))
    nodes = (
        Node(0, COMPUTE, (0,), (1,), Access((_HIGH,))),
        Node(1, VIEW, (1,), (2,), Access((Whole(),))),
        Node(2, COMPUTE, (2,), (3,), Access((_HIGH,))),
    )
    call = KernelCall("invented", (), (), {}, row_pointers=3)
    graph = Graph("g", tensors, nodes, (0,), (3,))
    assert shape(work(graph, [(call,), (), (call,)]), 0, 1) is None
    graph = graph.with_tensors(evolve(tensors[2], shape=(1, 6, 1, 8)))
    assert shape(work(graph, [(call,), (), (call,)]), 0, 1) is not None
