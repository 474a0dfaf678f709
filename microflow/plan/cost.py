"""The time of an inference, modelled from the core's table of costs: nothing is run.

A kernel call takes the sum of its terms in that table. A row that a band computes takes what the
same row takes in a run on whole tensors, and a little more. Where the table lacks a kernel, the
time is a rough one; where a core has no table, it is None.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median

from attrs import evolve, frozen

from microflow.graph.call import KernelCall
from microflow.graph.ir import Site
from microflow.plan.quantities import amount, laid_down, quantities
from microflow.plan.steps import Step
from microflow.plan.tasks import Task, Work
from microflow.targets import Core, Costs

Group = tuple[KernelCall, ...]  # what computes a node
Calls = Sequence[Group]

# Terms of kernels whose time grows with nothing else.
_START, _ELEMENT = ("1",), ("count", "runs*count")
_MAC = ("inside*filter_c*singles", "batches*singles*in_c", "lone*taps")


@frozen
class Time:
    """Modelled instructions, and cycles; None where those of the core are not known.

    A `rough` time is that of a typical kernel for as many elements and multiply-accumulates.
    """

    instructions: float
    cycles: float | None
    rough: bool = False


@frozen
class Times:
    """The time of an inference, and of each node in the graph's order; None: it is not known."""

    total: Time | None
    nodes: tuple[Time | None, ...]


def call_time(call: KernelCall, core: Core) -> Time | None:
    """Returns the time of a call on whole tensors, one of several of its kernel."""
    return _time(core, lambda costs: _call(laid_down(call), costs))


def whole_times(sites: Sequence[Site], calls: Calls, core: Core) -> Times:
    """Returns the times of an inference on whole tensors, whose node i makes ``calls[i]``."""
    used = _as_used(calls, core)
    nodes = tuple(
        _sum(call_time(call, used) for call in group) or _typical(site, used)
        for site, group in zip(sites, calls, strict=True)
    )
    return Times(_sum([_time(used, lambda costs: costs.run), *nodes]), nodes)


def plan_times(
    whole: Times, work: Work, steps: Sequence[Step], calls: tuple[Calls, Calls], core: Core
) -> Times:
    """Returns the times of an inference that is divided into `steps`.

    Node i makes the first of `calls` in a band, and the second on whole tensors, where an inference
    takes `whole`. Rows that a band computes come on top; a band that skips some may take less.
    Views take no time.
    """
    by_rows, laid = calls
    used = _as_used(laid, core)
    nodes, found = list(whole.nodes), [whole.total]
    for position, rows in (taken for step in steps for taken in _rows(step).items()):
        task = work.tasks[position]
        more = _rows_time(task, (by_rows[task.node], laid[task.node]), rows, used)
        nodes[task.node] = _sum([nodes[task.node], more])
        found.append(more)
    return Times(_sum(found), tuple(nodes))


def seconds(time: Time | None, clock: int | None) -> float | None:
    """Returns `time` in seconds on a chip with a `clock` in Hz; None where one is not known."""
    if time is None or time.cycles is None or clock is None:
        return None
    return time.cycles / clock


@frozen
class _Rows:
    """Rows that a task of a band makes, and calls for them: more where a row takes several."""

    made: int
    calls: int


def _rows(step: Step) -> Mapping[int, _Rows]:
    """The rows of each task of a band, by position; a sink's are those that it takes."""
    if step.band is None:
        return {}
    made, calls = (Counter(t for t, _ in e) for e in (set(step.band.events), step.band.events))
    return {task: _Rows(made[task], calls[task]) for task in step.band.shape.tasks}


def _as_used(calls: Calls, core: Core) -> Core:
    """Returns the core with the costs that kernels have in a model that makes `calls`."""
    uses = Counter(call.kernel for group in calls for call in group)

    def used(costs: Costs | None) -> Costs | None:
        if costs is None or not costs.once:
            return costs
        alone = {kernel: terms for kernel, terms in costs.once.items() if uses[kernel] == 1}
        return evolve(costs, kernels={**costs.kernels, **alone})

    table = core.costs
    made = evolve(table, instructions=used(table.instructions), cycles=used(table.cycles))
    return evolve(core, costs=made)


def _typical(site: Site, core: Core) -> Time | None:
    """What a kernel of average speed would take for what a node makes."""
    made = sum(tensor.elements for tensor in site.outputs)
    macs = site.node.op.cost(site).macs

    def typical(costs: Costs) -> float | None:
        start, element, mac = (_median(costs, terms) for terms in (_START, _ELEMENT, _MAC))
        return None if element is None else (start or 0) + element * made + (mac or 0) * macs

    found = _time(core, typical)
    return None if found is None else evolve(found, rough=True)


def _median(costs: Costs, terms: Sequence[str]) -> float | None:
    """What is taken for each of `terms`, by the kernel in the middle of those that have them."""
    each = [found[term] for found in costs.kernels.values() for term in terms if term in found]
    return median(each) if each else None


def _time(core: Core, evaluate: Callable[[Costs], float | None]) -> Time | None:
    table = core.costs
    instructions = evaluate(table.instructions) if table.instructions is not None else None
    if instructions is None:
        return None
    if table.cycles is not None:
        return Time(instructions, evaluate(table.cycles))
    return Time(instructions, None if table.cpi is None else table.cpi * instructions)


def _sum(times: Iterable[Time | None]) -> Time | None:
    each = list(times)
    known = [time for time in each if time is not None]
    if len(known) < len(each):
        return None
    cycles = [time.cycles for time in known if time.cycles is not None]
    instructions = sum(time.instructions for time in known)
    rough = any(time.rough for time in known)
    return Time(instructions, sum(cycles) if len(cycles) == len(known) else None, rough)


def _call(call: KernelCall, costs: Costs) -> float | None:
    terms = costs.kernels.get(call.kernel)
    if terms is None:
        return None
    found = quantities(call)
    return sum(each * amount(term, found) for term, each in terms.items())


def _rows_time(task: Task, calls: tuple[Group, Group], rows: _Rows, core: Core) -> Time | None:
    return _time(core, lambda costs: _more(task, calls, rows, costs))


def _more(task: Task, calls: tuple[Group, Group], rows: _Rows, costs: Costs) -> float | None:
    """What the rows of a task take beyond the task on whole tensors, with the calls for either."""
    by_rows, laid = calls
    each, first = costs.row, by_rows[0]
    if not task.by_rows:
        return rows.calls * (each.call + each.sum * first.sums)
    assert task.picture is not None
    standing, whole = _all(by_rows, costs), _all(map(laid_down, laid), costs)
    if standing is None or whole is None:
        return rows.calls * each.call
    share = rows.made / task.picture.rows
    more = rows.calls * each.call + share * standing - whole
    if first.row_pointers:
        width = task.site.output.elements // task.picture.rows
        raised = each.raised * (rows.calls - rows.made) * width
        return more + raised + each.pointer * rows.made * first.row_pointers
    again = sum(costs.kernels[call.kernel].get("1", 0.0) for call in by_rows)
    return more + again * (rows.made - 1)


def _all(calls: Iterable[KernelCall], costs: Costs) -> float | None:
    times = [_call(call, costs) for call in calls]
    return None if None in times else sum(time or 0.0 for time in times)
