"""From a bound model to a certified plan with its kernel calls and figures, for one target.

What does not depend on the goal or the budget (the graph after passes, the kernel calls, the steps
that a plan may take) is kept for the models seen last, so that another goal is planned at once.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import partial

from attrs import evolve, frozen

from microflow.codegen.lower import Compiled, lower_model
from microflow.dsl.project import BoundModel
from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph
from microflow.passes import run_passes
from microflow.plan.calls import planned_calls, whole_calls
from microflow.plan.cost import Times, plan_times, rows_time, whole_time
from microflow.plan.goals import Candidate, Pace, Room, candidates, choose
from microflow.plan.order import orders
from microflow.plan.plan import Plan, possible_steps, settle
from microflow.plan.segment import Choices, Division, front, least
from microflow.plan.sizes import Sizes, sizes
from microflow.plan.tasks import work
from microflow.targets import Core, Target

_KEPT = 16  # models lowered for a core


@frozen
class Result:
    """One model compiled for one target."""

    model: BoundModel
    target: Target
    compiled: Compiled
    sizes: Sizes
    times: Times


@frozen
class Lowered:
    """A model after passes and lowering for a core, with the steps that its plan may take."""

    imported: Graph
    graph: Graph
    calls: tuple[tuple[KernelCall, ...], ...]
    options: Choices


def compile_for(model: BoundModel, target: Target) -> Result:
    """Returns `model` compiled for `target` as its goal and budget say, with its figures."""
    lowered = _lowered(model, target.core)
    measure = partial(_measure, model, lowered, target.core)
    pace, room = _pace(lowered, target.core), _room(model, target)
    chosen = choose(lowered.options, model.optimize, pace, measure, room)
    compiled = _compiled(model, lowered, chosen.plan, target.core)
    taken = times(model, target.core, chosen.plan)
    return Result(model, target, compiled, chosen.sizes, taken)


def compile_model(model: BoundModel, core: Core) -> Compiled:
    """Returns `model` compiled for `core` as its goal says, wherever it may fit."""
    lowered = _lowered(model, core)
    measure = partial(_measure, model, lowered, core)
    chosen = choose(lowered.options, model.optimize, _pace(lowered, core), measure)
    return _compiled(model, lowered, chosen.plan, core)


def on_whole_tensors(compiled: Compiled, core: Core) -> Compiled:
    """Returns the same model with every layer run on whole tensors, and nothing streamed."""
    if all(step.band is None for step in compiled.plan.steps):
        return compiled
    calls = whole_calls(compiled.calls, compiled.plan, core)
    options = possible_steps(work(compiled.graph, calls), None, bands=False)
    plan = settle(options.work, next(front(options)))
    return Compiled(compiled.model, compiled.graph, planned_calls(calls, plan, core), plan)


def times(model: BoundModel, core: Core, plan: Plan) -> Times:
    """Returns what an inference of `model` takes on `core` under one of its plans."""
    return plan_times(plan.work, plan.steps, _lowered(model, core).calls, core)


def plans(model: BoundModel, target: Target) -> tuple[Candidate, ...]:
    """Returns the front of `model` on `target`: from the least arena to the least time."""
    lowered = _lowered(model, target.core)
    measure = partial(_measure, model, lowered, target.core)
    return tuple(candidates(lowered.options, _pace(lowered, target.core), measure))


_seen: OrderedDict[tuple[int, str, int | None], Lowered] = OrderedDict()


def _lowered(model: BoundModel, core: Core) -> Lowered:
    """Lowers once what is asked for again and again: by goals, budgets, and in an editor."""
    streamed = next((p.tensor.id for p in model.inputs if p.stream), None)
    key = (id(model.graph), core.name, streamed)
    found = _seen.pop(key, None) or _lower(model, core, streamed)
    _seen[key] = found  # keeps the graph, so that its identity stays its own
    if len(_seen) > _KEPT:
        _seen.popitem(last=False)
    return found


def _lower(model: BoundModel, core: Core, streamed: int | None) -> Lowered:
    graph = run_passes(model.graph, core)
    calls = tuple(site.node.op.lower(site, core) for site in graph.sites())
    found = [
        Lowered(model.graph, g, c, possible_steps(work(g, c), streamed))
        for g, c in orders(graph, calls)
    ]
    return found[0] if len(found) == 1 else min(found, key=_least_peak)


def _least_peak(lowered: Lowered) -> int:
    division = least(lowered.options)
    assert division is not None, "every task may run on whole tensors"
    return division.peak


def _compiled(model: BoundModel, lowered: Lowered, plan: Plan, core: Core) -> Compiled:
    return Compiled(model, lowered.graph, planned_calls(lowered.calls, plan, core), plan)


def _sizes(compiled: Compiled, core: Core) -> Sizes:
    constants = lower_model(compiled, core, "m").constant_bytes
    found = sizes(compiled.graph, compiled.plan, compiled.calls, constants, core)
    pointer = core.pointer_bytes if compiled.model.arena_given else 0  # to the arena
    return evolve(found, ram_bytes=found.ram_bytes + pointer)


def _measure(model: BoundModel, lowered: Lowered, core: Core, plan: Plan) -> Sizes:
    return _sizes(_compiled(model, lowered, plan, core), core)


def _room(model: BoundModel, target: Target) -> Room:
    """What the budget allows, the memories of the chip, and an arena that is shared."""
    arena, weights = model.place.arena_on(target), model.place.weights_on(target)
    shared = model.arena.size.value if model.arena is not None and model.arena.size else None
    own_arena, own_weights = arena != "ram", weights != "flash"
    return Room(
        ram=_least(model.budget.ram, None if own_arena else target.ram),
        flash=_least(model.budget.flash, None if own_weights else target.flash),
        arena=_least(shared, _size(target, arena) if own_arena else None),
        beside_arena=target.ram if own_arena else None,
        constants=_size(target, weights) if own_weights else None,
        beside_constants=target.flash if own_weights else None,
    )


def _size(target: Target, region: str) -> int | None:
    found = target.region(region)
    return found.size if found is not None else None


def _least(*limits: int | None) -> int | None:
    return min((n for n in limits if n is not None), default=None)


def _pace(lowered: Lowered, core: Core) -> Pace:
    """The modelled time of divisions: cycles, or instructions where the core's cycles are unknown.

    Where the core or a kernel has no costs, what portable kernels roughly take.
    """
    work, calls = lowered.options.work, lowered.calls
    whole = whole_time(calls, core)

    def rough(division: Division) -> float:
        macs = sum(site.node.op.cost(site).macs for site in lowered.graph.sites())
        outputs = sum(site.output.elements for site in lowered.graph.sites())
        return 4.0 * macs + 20.0 * outputs + 100.0 * division.row_calls

    def modelled(division: Division) -> float:
        more = [rows_time(work, step, calls, core) for step in division.steps]
        parts = [t for t in (whole, *more) if t is not None]
        if len(parts) <= len(more):
            return rough(division)
        return sum(t.instructions if t.cycles is None else t.cycles for t in parts)

    return rough if whole is None else modelled
