"""From a bound model to a certified plan with its kernel calls and figures, for one target.

What does not depend on the goal or the budget (the graph after passes, the kernel calls, the steps
that a plan may take) is kept for the models seen last, so that another goal is planned at once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from typing import TypeAlias

from attrs import define, evolve, frozen

from microflow.codegen.constants import parameter_bytes, weight_bytes
from microflow.codegen.lower import Compiled
from microflow.dsl.project import BoundModel
from microflow.dsl.values import Kernels
from microflow.graph.ir import Graph
from microflow.graph.state import touches
from microflow.passes import run_passes
from microflow.passes.stand_up import lay_down
from microflow.plan.calls import Calls, laid_calls, planned_calls, wants_to_lie, whole_calls
from microflow.plan.choice import Choice, as_wished
from microflow.plan.cost import Times, plan_times, whole_times
from microflow.plan.goals import Room, choose
from microflow.plan.inner import Inners, plan_inner, rooms
from microflow.plan.lifetimes import SCRATCH_ALIGNMENT
from microflow.plan.order import orders
from microflow.plan.plan import Plan, possible_steps, settle
from microflow.plan.segment import Choices, Division, front, least
from microflow.plan.sizes import Sizes, sizes
from microflow.plan.state import lay_out
from microflow.plan.tasks import padded, work
from microflow.targets import Core, Target

_KEPT = 64  # models lowered for a core


@frozen
class Result:
    """One model compiled for one target.

    `weight_bytes` are those of its constants that a manifest can place in another memory.
    """

    model: BoundModel
    target: Target
    compiled: Compiled
    sizes: Sizes
    times: Times
    weight_bytes: int


@define(slots=False)
class Lowered:
    """A model after passes and lowering for a core, with the steps that its plan may take.

    `beside` is the same with some layers of signals along a row, where that is faster but takes
    more memory. Never changes once made; what follows from it is worked out when it is first asked
    for.
    """

    graph: Graph
    calls: Calls
    core: Core
    options: Choices
    inners: Inners
    beside: Lowered | None = None

    @cached_property
    def state_bytes(self) -> int:
        """The bytes of variables."""
        return lay_out(self.graph).bytes

    @cached_property
    def front(self) -> tuple[Offer, ...]:
        """The plans to choose from, from the least arena to the least time."""
        own = tuple(Offer(self, division) for division in front(self.options))
        return own if self.beside is None else _best((*own, *self.beside.front))

    @cached_property
    def times(self) -> Times:
        """The times of an inference on whole tensors, and of its nodes."""
        return whole_times(self.graph.sites(), self.laid, self.core)

    @cached_property
    def laid(self) -> Calls:
        """The calls that nodes make on whole tensors."""
        return laid_calls(self.calls, self.options.work, self.core)

    @cached_property
    def rough_time(self) -> float:
        """What portable kernels roughly take on whole tensors, where that is not known."""
        macs = sum(site.node.op.cost(site).macs for site in self.graph.sites())
        return 4.0 * macs + 20.0 * sum(
            t.elements for site in self.graph.sites() for t in site.outputs
        )


@define(slots=False)
class Offer:
    """A plan that a lowered model may have. The same as for `Lowered` holds for what follows."""

    lowered: Lowered
    division: Division

    @property
    def peak(self) -> int:
        """The bytes of arena that it needs at least."""
        return self.division.peak

    @cached_property
    def plan(self) -> Plan:
        """The plan, proved."""
        return settle(self.lowered.options.work, self.division)

    @cached_property
    def calls(self) -> Calls:
        """The kernel calls that each node makes."""
        return planned_calls(self.lowered.calls, self.plan, self.lowered.core)

    @cached_property
    def weight_bytes(self) -> int:
        """The bytes of weights, biases and tables."""
        return weight_bytes(self.lowered.graph, self.calls, self.lowered.inners)

    @cached_property
    def sizes(self) -> Sizes:
        """The figures of the model, which has an arena of its own."""
        lowered = self.lowered
        every = (self.calls, *(inner.calls for inner in lowered.inners.values()))
        parameters = sum(parameter_bytes(calls, lowered.core) for calls in every)
        constants = self.weight_bytes + parameters
        return sizes(lowered.graph, self.plan, self.calls, constants, lowered.core, lowered.inners)

    @cached_property
    def times(self) -> Times:
        """The times of an inference and its nodes; those of subgraphs are not known."""
        lowered, steps = self.lowered, self.division.steps
        work = lowered.options.work
        found = plan_times(lowered.times, work, steps, (lowered.calls, lowered.laid), lowered.core)
        if not lowered.inners:
            return found
        pairs = zip(lowered.graph.nodes, found.nodes, strict=True)
        return Times(None, tuple(t if n.op.control is None else None for n, t in pairs))

    @cached_property
    def time(self) -> float:
        """Modelled cycles, or instructions where the core's cycles are unknown.

        Where the core or a kernel has no costs, what portable kernels roughly take.
        """
        total = self.times.total
        if total is None:
            return self.lowered.rough_time + 100.0 * self.division.row_calls
        return total.instructions if total.cycles is None else total.cycles


def compile_for(model: BoundModel, target: Target) -> Result:
    """Returns `model` compiled for `target` as its goal and budget say, with its figures."""
    lowered = _lowered(model, target.core)
    room = _room(model, target, lowered.state_bytes)
    return _result(model, target, choose(lowered.front, model.optimize, room))


def compile_model(model: BoundModel, core: Core) -> Compiled:
    """Returns `model` compiled for `core` as its goal says, wherever it may fit."""
    return _compiled(model, choose(_lowered(model, core).front, model.optimize))


def plans(model: BoundModel, target: Target) -> tuple[Result, ...]:
    """Returns `model` under each plan of its front: from the least arena to the least time."""
    return tuple(_result(model, target, offer) for offer in _lowered(model, target.core).front)


def on_whole_tensors(compiled: Compiled, core: Core) -> Compiled:
    """Returns the same model with every layer run on whole tensors, and nothing streamed."""
    if all(step.band is None for step in compiled.plan.steps):
        return compiled
    calls = whole_calls(compiled.calls, compiled.plan, core)
    room = rooms(compiled.graph, compiled.inners)
    options = possible_steps(work(compiled.graph, calls, rooms=room), None, bands=False)
    plan = settle(options.work, next(front(options)))
    return evolve(compiled, calls=planned_calls(calls, plan, core), plan=plan)


_Key: TypeAlias = tuple[int, int, int | None, str, Kernels, bool]
_seen: OrderedDict[_Key, tuple[Graph, Core, Lowered]] = OrderedDict()


def _lowered(model: BoundModel, core: Core) -> Lowered:
    """Lowers once what is asked for again and again: by goals, budgets, and in an editor."""
    streamed = next((p.tensor.id for p in model.inputs if p.stream), None)
    small = model.optimize == "flash"
    key = (id(model.graph), id(core), streamed, model.profile, model.kernels, small)
    found = _seen.pop(key, None)
    if found is None:
        graph = run_passes(model.graph.under(model.profile), core)
        lowered = _lower(graph, as_wished(graph, core, model.kernels, small), streamed)
        lying = None if small or streamed is not None else _laid_down(lowered, core, model.kernels)
        found = model.graph, core, evolve(lowered, beside=lying)
    _seen[key] = found  # keeps graph and core, so that their identities stay their own
    if len(_seen) > _KEPT:
        _seen.popitem(last=False)
    return found[2]


def _lower(graph: Graph, choice: Choice, streamed: int | None) -> Lowered:
    touched, inners = touches(graph), plan_inner(graph, choice)
    room = rooms(graph, inners)
    found = [
        Lowered(g, c, choice.core, possible_steps(work(g, c, touched, room), streamed), inners)
        for g, c in orders(graph, choice.calls, room)
    ]
    return found[0] if len(found) == 1 else min(found, key=_least_peak)


def _laid_down(lowered: Lowered, core: Core, wishes: Kernels) -> Lowered | None:
    """The model with signals along a row where that is worth memory of its own; None: nowhere."""
    nodes = wants_to_lie(lowered.laid, lowered.options.work, lowered.core)
    if not nodes:
        return None
    graph = lay_down(lowered.graph, nodes)
    return _lower(graph, as_wished(graph, core, wishes, small=False), None)


def _best(offers: Sequence[Offer]) -> tuple[Offer, ...]:
    """Those that take less time than all with as little memory, from the least peak on."""
    found: list[Offer] = []
    for offer in sorted(offers, key=lambda o: (o.peak, o.time)):
        if not found or offer.time < found[-1].time:
            found.append(offer)
    return tuple(found)


def _least_peak(lowered: Lowered) -> int:
    division = least(lowered.options)
    assert division is not None, "every task may run on whole tensors"
    return division.peak


def _result(model: BoundModel, target: Target, offer: Offer) -> Result:
    sizes = offer.sizes
    arena = sizes.arena_bytes
    if model.arena_given and sizes.state_bytes:  # variables follow in the same memory
        arena = padded(arena, SCRATCH_ALIGNMENT)
    ram = (
        sizes.ram_bytes
        + arena
        - sizes.arena_bytes
        + _pointer(model, target.core, sizes.state_bytes)
    )
    figures = evolve(sizes, arena_bytes=arena, ram_bytes=ram)
    return Result(model, target, _compiled(model, offer), figures, offer.times, offer.weight_bytes)


def _compiled(model: BoundModel, offer: Offer) -> Compiled:
    lowered = offer.lowered
    plain = lowered.core.plain
    return Compiled(model, lowered.graph, offer.calls, offer.plan, lowered.inners, plain)


def _pointer(model: BoundModel, core: Core, state: int) -> int:
    """The bytes of the pointer to an arena that the application gives.

    Else those of what says whether variables have their first values, where there are any.
    """
    if model.arena_given:
        return core.pointer_bytes
    return 1 if state else 0


def _room(model: BoundModel, target: Target, state: int) -> Room:
    """What the budget allows, the memories of the chip, and an arena that is shared.

    The `state` lies in the same memory as the arena.
    """
    arena, weights = model.place.arena_on(target), model.place.weights_on(target)
    shared = model.arena.size.value if model.arena is not None and model.arena.size else None
    own_arena, own_weights = arena != "ram", weights != "flash"
    ram = _least(model.budget.ram, None if own_arena else target.ram)
    pointer = _pointer(model, target.core, state)
    return Room(
        ram=_less(ram, pointer),
        flash=_least(model.budget.flash, None if own_weights else target.flash),
        arena=_least(shared, _less(_size(target, arena) if own_arena else None, state)),
        beside_arena=_less(target.ram if own_arena else None, pointer - state),
        constants=_size(target, weights) if own_weights else None,
        beside_constants=target.flash if own_weights else None,
    )


def _size(target: Target, region: str) -> int | None:
    found = target.region(region)
    return found.size if found is not None else None


def _less(limit: int | None, taken: int) -> int | None:
    return None if limit is None else limit - taken


def _least(*limits: int | None) -> int | None:
    return min((n for n in limits if n is not None), default=None)
