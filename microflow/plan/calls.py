"""The kernel calls of a plan: those of the graph, in its order, and by rows where it says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve

from microflow.graph.call import KernelCall
from microflow.graph.ir import Site
from microflow.graph.tensor import Tensor
from microflow.ops._turned import stands, turned
from microflow.plan.choice import Candidate, candidates, chosen
from microflow.plan.plan import Plan
from microflow.plan.tasks import Task, Work
from microflow.targets import Core

Calls = tuple[tuple[KernelCall, ...], ...]
WORTH = 0.75  # of a layer's time, where memory of its own is worth it


def planned_calls(calls: Sequence[tuple[KernelCall, ...]], plan: Plan, core: Core) -> Calls:
    """Returns the calls that each node makes under `plan`; ``calls[i]`` are those of node i.

    In a band, a node whose kernel takes no pointers to rows is lowered once more, for one row. On
    whole tensors, pictures of one column are laid down: kernels are fastest along a row.
    """
    found = list(calls)
    for task in _lowered_by_rows(calls, plan):
        found[task.node] = chosen(row_site(task.site), core)
    for task in _laid_down(plan):
        found[task.node] = _laid(task, found[task.node], core)
    for node in _reversed(plan):
        found[node] = tuple(_ordered(call, -1) for call in found[node])
    return tuple(found)


def whole_calls(calls: Sequence[tuple[KernelCall, ...]], plan: Plan, core: Core) -> Calls:
    """Returns the graph's own calls, of which `planned_calls` made ``calls`` for `plan`."""
    found = list(calls)
    for task in (*_lowered_by_rows(calls, plan), *_laid_down(plan)):
        found[task.node] = chosen(task.site, core)
    for node in _reversed(plan):
        found[node] = tuple(_ordered(call, 1) for call in found[node])
    return tuple(found)


def laid_calls(calls: Calls, work: Work, core: Core) -> Calls:
    """Returns the calls on whole tensors of nodes that make ``calls`` where they stand."""
    found = list(calls)
    for task in (t for t in work.tasks if stands(t.site)):
        found[task.node] = _laid(task, calls[task.node], core)
    return tuple(found)


def wants_to_lie(laid: Calls, work: Work, core: Core) -> frozenset[int]:
    """Returns the nodes, by index, for which there is something better than what `laid_calls` has.

    It takes at most `WORTH` of the time, but needs more memory than is planned for them as they
    stand, or may not write over its input.
    """
    found = set[int]()
    for task in (t for t in work.tasks if stands(t.site) and not t.touch):
        time, best = candidates(turned(task.site), core).ranked(core)[0]
        now = Candidate(laid[task.node], core).time
        if best != laid[task.node] and now is not None and time < WORTH * now:
            found.add(task.site.node.index)
    return frozenset(found)


def takes_rows(calls: Sequence[KernelCall]) -> bool:
    """Tells whether a node's kernel works from pointers to rows."""
    return len(calls) == 1 and calls[0].row_pointers > 0


def row_site(site: Site) -> Site:
    """Returns the same node on pictures of one row. Constants stay as they are."""
    inputs = tuple(t if t is None or t.is_constant else _one_row(t) for t in site.inputs)
    return evolve(site, inputs=inputs, outputs=tuple(_one_row(t) for t in site.outputs))


def _one_row(tensor: Tensor) -> Tensor:
    return evolve(tensor, shape=(tensor.shape[0], 1, *tensor.shape[2:]))


def _lowered_by_rows(calls: Sequence[tuple[KernelCall, ...]], plan: Plan) -> Iterator[Task]:
    """The tasks in bands whose kernels take no pointers to rows."""
    for step in plan.steps:
        for task in plan.work.tasks[step.first : step.last + 1]:
            if step.band is not None and task.by_rows and not takes_rows(calls[task.node]):
                yield task


def _laid_down(plan: Plan) -> Iterator[Task]:
    """The tasks that run on whole tensors and work along the only column of their pictures."""
    for step in plan.steps:
        task = plan.work.tasks[step.first]
        if step.band is None and stands(task.site):
            yield task


def _laid(task: Task, standing: Sequence[KernelCall], core: Core) -> tuple[KernelCall, ...]:
    """The calls on pictures laid down, if they keep to the memory and the order that are planned.

    A design that only upright pictures have goes before usual calls.
    """
    found = candidates(turned(task.site), core)
    usual = found.usual.calls
    ranked = (calls for _, calls in found.ranked(core))
    made = next((c for c in ranked if all(_is_as_planned(call, task) for call in c)), usual)
    known = {call.kernel for call in usual}
    has_design = any(call.kernel not in known for call in standing)
    return tuple(standing) if has_design and made == usual else made


def _is_as_planned(call: KernelCall, task: Task) -> bool:
    in_order = "order" in call.params or not task.reversible
    return call.scratch <= task.scratch and in_order and not call.whole_rows


def _reversed(plan: Plan) -> Iterator[int]:
    """The nodes whose pixels are written in descending order."""
    for step, order in zip(plan.steps, plan.orders, strict=True):
        if order < 0:
            yield plan.work.tasks[step.first].node


def _ordered(call: KernelCall, order: int) -> KernelCall:
    return evolve(call, params={**call.params, "order": order})
