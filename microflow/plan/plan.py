"""The memory plan of one model: division into steps, placement, proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph
from microflow.plan.lifetimes import STREAM, Buffer, lifetimes, scratch_id
from microflow.plan.place import Near, place, safe_orders
from microflow.plan.segment import Choices, Division, choices, least
from microflow.plan.shadow import Certificate, Layout, play
from microflow.plan.steps import Step, peak
from microflow.plan.tasks import Work, padded, work


@frozen
class Plan:
    """Where every buffer lies, what runs in which order. Sizes and offsets are in bytes.

    `orders` holds, for each step, 1 where its pixels are written in ascending order and -1 in
    descending. Only certified plans exist.
    """

    work: Work
    steps: tuple[Step, ...]
    orders: tuple[int, ...]
    buffers: tuple[Buffer, ...]
    offsets: Mapping[int, int]
    arena_bytes: int
    lower_bound: int
    certificate: Certificate

    def offset(self, tensor: int) -> int:
        """Returns where a tensor starts in the arena."""
        return self.offsets[self.work.owner[tensor]]

    def holds(self, tensor: int) -> bool:
        """Tells whether a tensor lies in the arena as a whole."""
        return self.work.owner.get(tensor) in self.offsets

    def scratch(self, step: int) -> int:
        """Returns where the scratch memory of step `step` starts, or a band's memory."""
        return self.offsets[scratch_id(step)]

    @property
    def streamed(self) -> int | None:
        """The input that arrives row by row; None where all are whole."""
        bands = (s.band for s in self.steps if s.band is not None)
        return next((b.shape.streamed for b in bands if b.shape.streamed is not None), None)

    @property
    def banded(self) -> int:
        """How many tasks run row by row."""
        return sum(s.last - s.first + 1 for s in self.steps if s.band is not None)

    @property
    def row_calls(self) -> int:
        """How many rows are computed one by one."""
        return sum(step.row_calls for step in self.steps)

    @property
    def stream_state(self) -> int:
        """Where a stream keeps its counters."""
        return self.offsets[STREAM]


def make_plan(
    graph: Graph,
    calls: Sequence[tuple[KernelCall, ...]],
    streamed: int | None = None,
    bands: bool = True,
) -> Plan:
    """Returns the certified plan of least memory; ``calls[i]`` is what node i is lowered to.

    `streamed` is an input tensor that arrives row by row; where it can't, it is planned whole.
    """
    options = possible_steps(work(graph, calls), streamed, bands)
    division = least(options)
    assert division is not None, "every task may run on whole tensors"
    return settle(options.work, division)


def possible_steps(tasks: Work, streamed: int | None, bands: bool = True) -> Choices:
    """Returns the steps that `tasks` may be divided into; what can't be streamed is whole."""
    if streamed is not None:
        options = choices(tasks, tasks.owner[streamed], bands)
        if least(options) is not None:
            return options
    return choices(tasks, None, bands)


def settle(tasks: Work, division: Division) -> Plan:
    """Returns the plan of a division: buffers placed, orders chosen, proved."""
    buffers = lifetimes(tasks, division.steps)
    near = _near(division.steps)
    bound = max(_fullest(tasks, division.steps), _borders(buffers, len(division.steps)))
    offsets, arena_bytes = place(buffers, near, bound)
    by_id = {b.id: b for b in buffers}
    orders = tuple(_order(step, by_id, near, offsets) for step in division.steps)
    layout = Layout(division.steps, orders, buffers, offsets, arena_bytes)
    certificate = play(tasks, layout)
    return Plan(tasks, division.steps, orders, buffers, offsets, arena_bytes, bound, certificate)


def _near(steps: Sequence[Step]) -> Near:
    return {
        (operand, step.outputs[0]): distances
        for step in steps
        for operand, distances in step.distances.items()
        if distances.below is not None or distances.above is not None
    }


def _fullest(tasks: Work, steps: Sequence[Step]) -> int:
    """The bytes that the fullest step needs at best.

    Rows of a stream are stored before anything runs, and wait until their band does; its state
    lives throughout.
    """
    bands = ((number, s.band) for number, s in enumerate(steps) if s.band is not None)
    streaming = [(number, band) for number, band in bands if band.shape.streamed is not None]
    if not streaming:
        return max((peak(tasks, step) for step in steps), default=0)
    ((at, band),) = streaming
    peaks = [peak(tasks, step, band.shape.streamed) for step in steps]
    waiting = (needed + (band.size if number < at else 0) for number, needed in enumerate(peaks))
    return max(waiting) + padded(band.state_bytes)


def _borders(buffers: Sequence[Buffer], steps: int) -> int:
    """The bytes that live before the first step and after the last."""
    return max(sum(b.size for b in buffers if b.first <= at <= b.last) for at in (-1, steps))


def _order(step: Step, by_id: Mapping[int, Buffer], near: Near, offsets: Mapping[int, int]) -> int:
    if not step.outputs:
        return 1
    output = by_id[step.outputs[0]]
    operands = [(by_id[o], near[o, output.id]) for o in step.operands if (o, output.id) in near]
    orders = safe_orders(output, operands, offsets)
    return 1 if 1 in orders else -1
