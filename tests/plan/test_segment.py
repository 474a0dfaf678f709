"""Divisions into steps: the least peak of all that are possible, by bands where they help."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Access, Elementwise, Whole, Window
from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph, Node
from microflow.graph.tensor import DType, Tensor
from microflow.plan.band import simulate
from microflow.plan.plan import make_plan
from microflow.plan.segment import MAX_BANDS, Division, choices, front, least
from microflow.plan.shapes import Shape, row_calls
from microflow.plan.steps import Step
from microflow.plan.tasks import Work, work

from .cases import ROWS, choices_at, division, step_of
from .draw import COMPUTE, Planned, graphs

_CHAINS = ("window", "window", "window", "window", "element", "sink")
_HIGH = Access((Window((3, 1), padding=(1, 0)),))


def _divisions(tasks: Work, streamed: int | None, bands: bool) -> list[Division]:
    """All of them. Without `bands`, only whoever takes the streamed input runs by rows."""
    readers = set() if streamed is None else set(tasks.readers[streamed])
    known: dict[tuple[int, int], Step] = {}

    def wanted(chosen: Shape | None) -> bool:
        return bands or chosen is None or not readers.isdisjoint(chosen.tasks)

    def behind(first: int) -> Iterator[list[Step]]:
        if first == len(tasks.tasks):
            yield []
            return
        for chosen in filter(wanted, choices_at(tasks, first, streamed)):
            at = first, -1 if chosen is None else chosen.last
            if at not in known:
                known[at] = step_of(tasks, first, chosen)
            for rest in behind(known[at].last + 1):
                yield [known[at], *rest]

    return [division(tasks, steps, streamed) for steps in behind(0)]


def _drawn(planned: Planned, data: st.DataObject) -> tuple[Work, int | None, bool]:
    tasks = work(planned.graph, planned.calls)
    inputs = [t for t in planned.graph.inputs if tasks.readers[t]]
    return tasks, data.draw(st.sampled_from((None, *inputs))), data.draw(st.booleans())


@settings(max_examples=80, deadline=None)
@given(st.one_of(graphs(kinds=ROWS), graphs(kinds=_CHAINS)), st.data())
def test_no_division_has_a_lower_peak(planned: Planned, data: st.DataObject) -> None:
    """None is found exactly where none is possible: an input can't arrive by rows."""
    tasks, streamed, bands = _drawn(planned, data)
    found, possible = least(choices(tasks, streamed, bands)), _divisions(tasks, streamed, bands)
    assert (found is None) == (not possible)
    if found is not None:
        assert found.peak == min(d.peak for d in possible)
        assert (found.peak, found.row_calls) in {(d.peak, d.row_calls) for d in possible}


@settings(max_examples=60, deadline=None)
@given(graphs(kinds=_CHAINS), st.data())
def test_the_front_leaves_out_no_trade_of_memory_for_rows(
    planned: Planned, data: st.DataObject
) -> None:
    tasks, streamed, bands = _drawn(planned, data)
    expected: list[tuple[int, int]] = []
    for peak, rows in sorted((d.peak, d.row_calls) for d in _divisions(tasks, streamed, bands)):
        if not expected or rows < expected[-1][1]:
            expected.append((peak, rows))
    found = list(front(choices(tasks, streamed, bands)))
    assert [(d.peak, d.row_calls) for d in found] == expected


@settings(max_examples=60, deadline=None)
@given(graphs(kinds=_CHAINS), st.data())
def test_the_rows_of_a_band_are_known_before_it_is_played(
    planned: Planned, data: st.DataObject
) -> None:
    tasks, streamed, _ = _drawn(planned, data)
    for first in range(len(tasks.tasks)):
        for chosen in choices_at(tasks, first, streamed):
            if chosen is not None:
                assert row_calls(tasks, chosen) == simulate(tasks, chosen).row_calls


def _graph(sides: list[int], accesses: list[Access], **flags: tuple[int, ...]) -> Planned:
    """A chain of pictures of 4x2 pixels with so many rows each."""
    tensors = {i: Tensor(i, f"t{i}", DType.INT8, (1, h, 4, 2)) for i, h in enumerate(sides)}
    nodes = tuple(Node(i, COMPUTE, (i,), (i + 1,), a) for i, a in enumerate(accesses))
    outputs = flags.get("outputs", (len(sides) - 1,))
    graph = Graph("chain", tensors, nodes, (0,), outputs)
    return Planned(graph, tuple((_call(n),) for n in nodes))


def _call(node: Node) -> KernelCall:
    window = node.attrs.reads[0]
    rows = window.kernel[0] if isinstance(window, Window) else 0
    return KernelCall("invented", (), (), {}, row_pointers=rows)


def test_a_large_picture_between_small_ones_is_never_whole() -> None:
    grow, shrink = (
        Access((Window((1, 1), (1, 1), (1, 1), (6, 0)),)),
        Access((Window((4, 1), (4, 1)),)),
    )
    planned = _graph([4, 16, 4], [grow, shrink])
    (step,) = make_plan(planned.graph, planned.calls).steps
    assert step.band is not None and step.row_calls == 16 + 4
    steps = make_plan(planned.graph, planned.calls, bands=False).steps
    assert [s.band for s in steps] == [None, None]


def test_no_band_where_it_does_not_help() -> None:
    planned = _graph([8, 8, 8], [Access((Elementwise(),))] * 2)
    plan = make_plan(planned.graph, planned.calls)
    assert [s.band for s in plan.steps] == [None, None]
    assert plan.arena_bytes == 64


def test_an_input_is_streamed_only_where_all_its_readers_take_rows() -> None:
    whole = Access((Whole(),))
    for accesses, streams in ([_HIGH, whole], True), ([whole, _HIGH], False), ([], False):
        planned = _graph([8] * (1 + len(accesses)), accesses)
        plan = make_plan(planned.graph, planned.calls, streamed=0)
        assert (plan.streamed == 0) == streams
        plan = make_plan(planned.graph, planned.calls, streamed=0, bands=False)
        assert (plan.streamed == 0) == streams


def test_an_input_that_is_an_output_too_is_not_streamed() -> None:
    planned = _graph([8, 8], [_HIGH], outputs=(0, 1))
    assert make_plan(planned.graph, planned.calls, streamed=0).streamed is None


def test_long_chains_have_short_bands() -> None:
    """Whatever a model holds, so many bands are looked at and no more."""
    planned = _graph([8] * 1201, [_HIGH] * 1200)
    found = choices(work(planned.graph, planned.calls), None, bands=True)
    longest = MAX_BANDS // 1200
    assert max(last - first for first, last in found.shapes) == longest - 1
    assert len(found.shapes) < MAX_BANDS


def test_where_nothing_runs_the_front_is_one_plan() -> None:
    """A model of views alone, or one that hands its input back."""
    tensor = Tensor(0, "x", DType.INT8, (4,))
    empty = work(Graph("nothing", {0: tensor}, (), (0,), (0,)), ())
    assert len(list(front(choices(empty, None, bands=True)))) == 1
