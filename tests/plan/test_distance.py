"""Safe distances: no output lies nearer to its operand than is right, and none farther than needed.

What is right is found out by running the operator.
"""

from __future__ import annotations

from math import lcm

import pytest
from attrs import evolve
from hypothesis import given, settings

from microflow.graph.access import Access, Elementwise, Read, Rowwise, Whole, Window
from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph, Node
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.plan.distance import NEVER, Distances, distances
from microflow.plan.lifetimes import lifetimes
from microflow.plan.shadow import Layout
from microflow.plan.steps import single
from microflow.plan.tasks import Work, may_share, work

from .draw import COMPUTE, Planned, windows
from .machine import computes


def _near(planned: Planned) -> Distances:
    (task,) = work(planned.graph, planned.calls).tasks
    return distances(task, task.operands[0])


def _is_safe(planned: Planned, distance: int, order: int) -> bool:
    """Tells whether the operand may lie so far behind the output, in memory."""
    tasks = work(planned.graph, planned.calls)
    buffers = lifetimes(tasks, [single(tasks, 0)])
    sizes = {b.id: b.size for b in buffers}
    (made,), (read,) = planned.graph.outputs, planned.graph.inputs
    offsets = {made: max(0, -distance), read: max(0, distance)}
    end = max(offsets[t] + sizes[t] for t in offsets)
    rest = {b: end for b in sizes if b not in offsets}
    layout = _layout(tasks, order, {**offsets, **rest}, end + sum(sizes[b] for b in rest))
    return computes(planned, layout)


def _layout(tasks: Work, order: int, offsets: dict[int, int], size: int) -> Layout:
    steps = (single(tasks, 0),)
    return Layout(steps, (order,), lifetimes(tasks, steps), offsets, size)


@settings(max_examples=60, deadline=None)
@given(windows())
def test_distances_of_windows_are_safe_and_tight(planned: Planned) -> None:
    near = _near(planned)
    (read,) = planned.graph.inputs
    unit = lcm(near.unit, planned.graph.tensors[read].dtype.size)
    given_type, made = (planned.graph.tensors[t].dtype for t in (read, read + 1))
    if not may_share(given_type, made):
        assert near == NEVER
        return
    access, ((call,),) = planned.graph.nodes[0].attrs, planned.calls
    tight = not call.whole_rows and (given_type is made or not access.channelwise)
    assert near.below is not None
    assert (near.above is not None) == access.reversible
    for least, order in ((near.below, 1), (near.above, -1)):
        if least is None:
            continue
        first = -(-least // unit) * unit
        for further in (first, first + unit, first + 3 * unit):
            assert order in near.orders(0, order * further)
            assert _is_safe(planned, order * further, order)
        if first and tight:
            assert order not in near.orders(0, order * (first - unit))
            assert not _is_safe(planned, order * (first - unit), order)


def _one(
    read: Read,
    shape: Shape = (1, 5, 4, 3),
    made: Shape = (1, 5, 4, 3),
    types: tuple[DType, DType] = (DType.INT8, DType.INT8),
    **flags: bool,
) -> Planned:
    tensors = {0: Tensor(0, "x", types[0], shape), 1: Tensor(1, "y", types[1], made)}
    node = Node(0, COMPUTE, (0,), (1,), Access((read,), **flags))
    graph = Graph("one", tensors, (node,), (0,), (1,))
    return Planned(graph, ((KernelCall("invented", (0,), (1,), {"order": 1}),),))


def test_an_elementwise_output_may_lie_on_its_operand_and_below() -> None:
    planned = _one(Elementwise())
    assert _near(planned) == Distances(0, None)
    assert all(_is_safe(planned, d, 1) for d in (0, 1, 7, 60))
    assert not _is_safe(planned, -1, 1)


@pytest.mark.parametrize(
    ("window", "made", "channelwise", "expected"),
    [
        # The row above and the pixel to the left, and all but a channel of the pixel itself.
        (Window((3, 3), padding=(1, 1)), 3, False, Distances(12 + 3 + 2, 12 + 6)),
        (Window((3, 3), padding=(1, 1)), 3, True, Distances(12 + 3, 12 + 3, 3)),
        (Window(), 3, False, Distances(2, 3)),
        (Window(), 3, True, Distances(0, 0, 3)),
        (Window(), 1, False, Distances(0, 38)),
        (Window(), 6, False, Distances(62, 3)),
    ],
)
def test_distances_that_are_known(
    window: Window, made: int, channelwise: bool, expected: Distances
) -> None:
    planned = _one(window, made=(1, 5, 4, made), channelwise=channelwise, reversible=True)
    assert _near(planned) == expected


@pytest.mark.parametrize(
    "planned",
    [
        _one(Whole()),
        _one(Rowwise()),
        _one(Window(), (2, 5, 4, 3), (2, 5, 4, 3)),
        _one(Elementwise(), types=(DType.INT8, DType.FLOAT32)),
        _one(Window(), (1, 5, 4, 3), (60,)),
    ],
)
def test_there_is_no_safe_distance_where_no_order_is_promised(planned: Planned) -> None:
    assert _near(planned) == NEVER
    assert not any(_near(planned).orders(0, d) for d in (-1000, 0, 1000))


def test_several_outputs_never_overlap_an_operand() -> None:
    one = _one(Elementwise())
    second = evolve(one.graph.tensors[1], id=2, name="z")
    node = evolve(one.graph.nodes[0], outputs=(1, 2))
    graph = evolve(one.graph.with_tensors(second), nodes=(node,), outputs=(1, 2))
    assert _near(Planned(graph, one.calls)) == NEVER


@pytest.mark.parametrize(
    ("reads", "expected"),
    [((Elementwise(), Elementwise()), Distances(0, None)), ((Elementwise(), Whole()), NEVER)],
)
def test_an_operand_that_is_read_twice(reads: tuple[Read, Read], expected: Distances) -> None:
    one = _one(Elementwise())
    node = evolve(one.graph.nodes[0], inputs=(0, 0), attrs=Access(reads))
    assert _near(Planned(evolve(one.graph, nodes=(node,)), one.calls)) == expected


@pytest.mark.parametrize(
    ("output", "operand", "orders"),
    [(0, 8, {1}), (0, 7, set()), (0, 4, set()), (4, 0, set()), (12, 0, {-1}), (15, 0, set())],
)
def test_only_multiples_of_the_unit_are_safe(output: int, operand: int, orders: set[int]) -> None:
    assert Distances(8, 12, 4).orders(output, operand) == orders
