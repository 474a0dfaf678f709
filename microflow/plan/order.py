"""The order in which the operators of a branching graph run: one that needs the least memory.

Any order in which every operator finds its operands is as good as the model's own, but for the
tensors that wait meanwhile (Liberis and Lane, arXiv:1910.05110). The search goes through sets of
finished tasks, the one reached with the least memory first. Sets are ints: bit t is task t.
All sizes are bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial, reduce
from heapq import heappop, heappush
from operator import or_
from types import MappingProxyType

from attrs import define, evolve, field, frozen

from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph
from microflow.graph.state import touches
from microflow.plan.steps import Step, nearest, single
from microflow.plan.tasks import Work, padded, work

Calls = tuple[tuple[KernelCall, ...], ...]
MAX_TRIED = 3000  # beginnings of orders before the model's own is kept; some 10 us each


def orders(
    graph: Graph, calls: Calls, rooms: Mapping[int, int] = MappingProxyType({})
) -> tuple[tuple[Graph, Calls], ...]:
    """Returns `graph`, whose node i is lowered to ``calls[i]``; and again in another order, if any.

    `rooms` is the memory that nodes need for subgraphs, by index.

    The other needs the least memory of all where every task runs on whole tensors, or as much as
    the model's own, but more of its tasks go on where the task before them stopped, so that longer
    bands may run. There is none for a chain, and where too many would have to be tried.
    """
    before = predecessors(graph)
    if all(before[t] >> (t - 1) & 1 for t in range(1, len(before))):
        return ((graph, calls),)
    order = better(work(graph, calls, rooms=rooms), before)
    if order is None:
        return ((graph, calls),)
    places = _places(graph, order)
    nodes = tuple(graph.nodes[i] for i in places)
    return (graph, calls), (evolve(graph, nodes=nodes), tuple(calls[i] for i in places))


def predecessors(graph: Graph) -> tuple[int, ...]:
    """Returns, for each task, the tasks that must run before it, though not all that these need.

    Tasks that work on variables keep their order.
    """
    available: dict[int, int] = {}  # the tasks behind which a tensor has its value
    found: list[int] = []
    touched = touches(graph)
    stateful = 0
    for node in graph.nodes:
        needed = reduce(or_, (available.get(t, 0) for t in node.inputs if t is not None), 0)
        if not node.op.view:
            task = 1 << len(found)
            if touched[node.index]:
                needed, stateful = needed | stateful, task
            found.append(needed)
            needed = task
        available |= dict.fromkeys(node.outputs, needed)
    return tuple(found)


def better(work: Work, before: Sequence[int]) -> tuple[int, ...] | None:
    """Returns the best order, by least peak and then fewest breaks; None: no better one is known.

    `before` holds the predecessors of each task.
    """
    costs = _Costs(work, before)
    nothing = _Start(costs.floor, (), 0, costs.inputs, 0)
    own = reduce(partial(_with, costs), range(len(before)), nothing)
    found = _search(costs, nothing, own.peak)
    worth = found is not None and (found.peak, found.breaks) < (own.peak, own.breaks)
    return found.order if found is not None and worth else None


def _places(graph: Graph, order: Sequence[int]) -> list[int]:
    """The nodes by position, tasks in `order`; views directly behind what makes their operands."""
    rank = {task: at for at, task in enumerate(order)}
    ranks: dict[int, int] = {}  # of the tensors
    keys: list[tuple[int, bool, int]] = []
    task = 0
    for position, node in enumerate(graph.nodes):
        if node.op.view:
            at = max(ranks.get(t, -1) for t in node.inputs if t is not None)
        else:
            at, task = rank[task], task + 1
        ranks |= dict.fromkeys(node.outputs, at)
        keys.append((at, node.op.view, position))
    return [position for *_, position in sorted(keys)]


@define(slots=False)
class _Costs:
    """What tasks need in memory, each behind those `before` it. Never changes once made."""

    work: Work
    before: Sequence[int]
    _known: dict[tuple[int, tuple[int, ...]], tuple[int, int]] = field(factory=dict, init=False)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        return tuple(single(self.work, task) for task in range(len(self.before)))

    @cached_property
    def size(self) -> Mapping[int, int]:
        return {buffer: padded(size) for buffer, size in self.work.size.items()}

    @property
    def outside(self) -> int:
        """The bit of the application, which reads outputs when every task has run."""
        return 1 << len(self.before)

    @cached_property
    def readers(self) -> Mapping[int, int]:
        """The readers of each buffer."""
        kept = self.work.kept
        return {
            b: reduce(or_, (1 << t for t in tasks), self.outside if b in kept else 0)
            for b, tasks in self.work.readers.items()
        }

    @cached_property
    def inputs(self) -> int:
        """The bytes that wait before the first task."""
        inputs = (b for b, maker in self.work.maker.items() if maker < 0)
        return sum(self.size[b] for b in inputs if self.readers[b])

    @cached_property
    def operands(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """The buffers that each task reads, with the readers of each."""
        return tuple(tuple((b, self.readers[b]) for b in s.operands) for s in self.steps)

    def ready(self, done: int) -> list[int]:
        """Returns the tasks that may run behind `done`."""
        waiting = enumerate(self.before)
        return [t for t, needed in waiting if not (done >> t & 1 or needed & ~done)]

    def run(self, task: int, done: int, live: int) -> tuple[int, int]:
        """Returns what `task` needs behind `done`, where `live` bytes wait; and what waits then."""
        later = ~(done | 1 << task)
        dying = tuple(b for b, readers in self.operands[task] if not readers & later)
        more, change = self._known.get((task, dying)) or self._know(task, dying)
        return live + more, live + change

    def _know(self, task: int, dying: tuple[int, ...]) -> tuple[int, int]:
        """What `task` needs beside those that wait, its operands too; and how these change."""
        step = self.steps[task]
        here = nearest(self.size, step, set(dying)) + step.scratch
        more = here - sum(self.size[b] for b in step.operands)
        kept = sum(self.size[b] for b in step.outputs if self.readers[b])
        found = more, kept - sum(self.size[b] for b in dying)
        self._known[task, dying] = found
        return found

    @cached_property
    def floor(self) -> int:
        """The bytes that some task needs in every order."""
        above, below = list(self.before), [0] * len(self.before)
        for task in range(len(above)):
            above[task] = reduce(or_, (above[t] for t in _bits(above[task])), above[task])
            for other in _bits(above[task]):
                below[other] |= 1 << task
        tasks = range(len(above))
        return max((self._least(t, above[t], below[t]) for t in tasks), default=0)

    def _least(self, task: int, above: int, below: int) -> int:
        """The bytes that `task` needs between the tasks surely `above` and those surely `below`."""
        later = below | self.outside
        waiting = {
            b
            for b, maker in self.work.maker.items()
            if (maker < 0 or above >> maker & 1) and self.readers[b] & later
        }
        operands = self.steps[task].operands
        dying = tuple(b for b in operands if b not in waiting)
        return sum(self.size[b] for b in (*waiting, *dying)) + self._know(task, dying)[0]


@frozen
class _Start:
    """The beginning of an order: the bytes that it surely needs, and those that wait at its end.

    `breaks` counts the tasks that do not go on where the one before them stopped.
    """

    peak: int
    order: tuple[int, ...]
    done: int
    live: int
    breaks: int

    @property
    def wish(self) -> tuple[int, int, int, tuple[int, ...]]:
        """What makes a start worth going on with, the least first."""
        return self.peak, -len(self.order), self.breaks, self.order


def _search(costs: _Costs, nothing: _Start, limit: int) -> _Start | None:
    """The order of least peak, of `limit` at most; None where it is too far to be found."""
    heap = [(nothing.wish, nothing)]
    seen: set[int] = set()
    tried = 0
    while heap and tried < MAX_TRIED:
        _, start = heappop(heap)
        if start.done == costs.outside - 1:
            return start
        if start.done in seen:
            continue
        seen.add(start.done)
        ready = costs.ready(start.done)
        tried += len(ready)
        for longer in _longer(costs, start, ready):
            if longer.peak <= limit:
                heappush(heap, (longer.wish, longer))
    return None


def _longer(costs: _Costs, start: _Start, ready: Sequence[int]) -> list[_Start]:
    """The starts to try next: by any task that is ready, or by one that may as well run at once.

    A task that leaves no more waiting than before, within what is needed anyway, is such a one: in
    any order that goes on otherwise, moving it to the front makes nothing worse.
    """
    found = [_with(costs, start, task) for task in ready]
    free = [longer for longer in found if longer.peak == start.peak and longer.live <= start.live]
    return [min(free, key=lambda longer: longer.wish[1:])] if free else found


def _with(costs: _Costs, start: _Start, task: int) -> _Start:
    cost, live = costs.run(task, start.done, start.live)
    follows = bool(start.order) and bool(costs.before[task] >> start.order[-1] & 1)
    order, done = (*start.order, task), start.done | 1 << task
    return _Start(max(start.peak, cost), order, done, live, start.breaks + (not follows))


def _bits(tasks: int) -> Iterator[int]:
    while tasks:
        lowest = tasks & -tasks
        yield lowest.bit_length() - 1
        tasks ^= lowest
