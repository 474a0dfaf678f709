"""Runs an invented graph for real, byte by byte, in one arena: what a plan must be safe for.

Whatever nobody should need any more is poisoned. Shares nothing with `microflow.plan`: a plan is
data here. Operators read as late as their access allows, and use their scratch memory all the time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod

from attrs import define, field

from microflow.graph.access import Rowwise
from microflow.graph.ir import Graph
from microflow.graph.tensor import Tensor
from microflow.plan.lifetimes import STREAM, scratch_id
from microflow.plan.shadow import Layout

from .draw import Planned
from .elements import Crash, Job, Memory, expand, linear, storage_of
from .rows import BandRunner

_POISON = b"\xa5"


def jobs(planned: Planned) -> list[Job]:
    """Returns the nodes that compute something: all but views."""
    pairs = zip(planned.graph.sites(), planned.calls, strict=True)
    return [Job(site, calls[0]) for site, calls in pairs if not site.node.op.view]


def input_bytes(graph: Graph, seed: int) -> dict[int, bytes]:
    """Returns something for each input."""
    return {t: expand(seed, t, graph.tensors[t].bytes) for t in graph.inputs}


def outputs_apart(planned: Planned, inputs: Mapping[int, bytes]) -> list[bytes]:
    """Returns the outputs where every tensor has memory of its own."""
    graph, owner, apart, end = planned.graph, storage_of(planned.graph), dict[int, int](), 0
    for tensor in graph.tensors.values():
        apart[tensor.id], end = end, end + tensor.bytes
    offsets = {t: apart[owner[t]] for t in apart}
    memory = Memory(bytearray(end))
    for tensor_id, data in inputs.items():
        memory.store(offsets[tensor_id], data)
    for job in jobs(planned):
        for output in job.site.outputs:
            for index in range(output.elements):
                made = job.result(memory, output, index, linear(offsets))
                memory.store(offsets[output.id] + index * output.dtype.size, made)
    return _outputs(graph, memory, offsets)


def computes(planned: Planned, layout: Layout, poisons: bool = True) -> bool:
    """Tells whether two inferences, one behind the other, give what they should."""
    machine = Machine(planned, layout, poisons)
    try:
        for seed in (1, 2):
            inputs = input_bytes(planned.graph, seed)
            if machine.infer(inputs) != outputs_apart(planned, inputs):
                return False
    except Crash:
        return False
    return True


def _outputs(graph: Graph, memory: Memory, offsets: Mapping[int, int]) -> list[bytes]:
    return [memory.load(offsets[t], graph.tensors[t].bytes) for t in graph.outputs]


@define
class Machine:
    """An arena that a plan is run in. `events` are the rows that each band has made, in order."""

    planned: Planned
    layout: Layout
    poisons: bool = True
    memory: Memory = field(init=False)
    events: dict[int, Sequence[tuple[int, int]]] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self.memory = Memory(bytearray(_POISON * self.layout.arena_bytes))
        for buffer in (b for b in self.layout.buffers if b.id == STREAM):
            self.memory.store(self.layout.offsets[STREAM], bytes(buffer.size))

    @property
    def offsets(self) -> dict[int, int]:
        """The offset of every tensor that lies in the arena as a whole."""
        owner, known = storage_of(self.planned.graph), self.layout.offsets
        return {t: known[owner[t]] for t in owner if owner[t] in known}

    def infer(self, inputs: Mapping[int, bytes]) -> list[bytes]:
        """Returns the outputs of one inference. What it leaves in memory is there in the next."""
        offsets = self.offsets
        self.poison(-1)
        for tensor in (t for t in inputs if t in offsets):
            self.memory.store(offsets[tensor], inputs[tensor])
        runners = {
            number: BandRunner(self, number, step.band, jobs(self.planned), inputs)
            for number, step in enumerate(self.layout.steps)
            if step.band is not None
        }
        for runner in runners.values():
            runner.arrive()
        for number in range(len(self.layout.steps)):
            self.poison(number)
            if number in runners:
                self.events[number] = runners[number].run()
            else:
                self._run(number)
        self.poison(len(self.layout.steps))
        return _outputs(self.planned.graph, self.memory, offsets)

    def poison(self, step: int, within: bool = False) -> None:
        """Overwrites all that is not needed when `step` begins or, where `within`, goes on."""
        if not self.poisons:
            return
        kept = [
            b for b in self.layout.buffers if b.id == STREAM or (b.first - within < step <= b.last)
        ]
        known = self.layout.offsets
        saved = [(known[b.id], self.memory.load(known[b.id], b.size)) for b in kept]
        self.memory.data[:] = _POISON * len(self.memory.data)
        for at, data in saved:
            self.memory.store(at, data)

    def _run(self, number: int) -> None:
        step, order = self.layout.steps[number], self.layout.orders[number]
        job, offsets = jobs(self.planned)[step.first], self.offsets
        where, scratch = linear(offsets), self.layout.offsets.get(scratch_id(number), 0)
        in_any_order = any(isinstance(read, Rowwise) for read in job.site.node.attrs.reads)
        by_rows = job.call.whole_rows
        for output in job.site.outputs * (2 if in_any_order else 1):
            for index in _written(output, order, by_rows):
                to = offsets[output.id] + index * output.dtype.size
                job.make(self.memory, output, index, to, where, scratch)


def _written(output: Tensor, order: int, by_rows: bool) -> Iterator[int]:
    """The output's elements as they are written: pixels in order, or rows from the last byte on."""
    together = prod(output.shape[-2:]) if by_rows else output.shape[-1]
    for first in range(0, output.elements, together)[::order]:
        yield from range(first, first + together)[:: -1 if by_rows else 1]
