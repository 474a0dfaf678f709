"""What a model takes on a core: memory by kind, in bytes, and which figures are estimates.

Arena and constants are exact. Code and stack come from the core's table of measured kernels, and
the frames of generated functions from the core's rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from attrs import frozen

from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph
from microflow.plan.calls import Calls
from microflow.plan.inner import Inners
from microflow.plan.plan import Plan
from microflow.plan.routines import RUN, Routine, routines, run_addresses
from microflow.plan.state import lay_out
from microflow.targets import Core, KernelSize

ESTIMATED = ("code_bytes", "flash_bytes", "stack_bytes", "ram_bytes")


@frozen
class Sizes:
    """The figures of one model on one core. `estimated` names those that are estimates.

    `state_bytes` are those of variables, which lie beside the arena.
    """

    arena_bytes: int
    state_bytes: int
    constant_bytes: int
    code_bytes: int
    flash_bytes: int
    stack_bytes: int
    ram_bytes: int
    macs: int
    margin: float  # of the code, relative; 0.05 means within 5 %
    estimated: tuple[str, ...] = ESTIMATED


def sizes(
    graph: Graph,
    plan: Plan,
    calls: Calls,
    constant_bytes: int,
    core: Core,
    inners: Inners = MappingProxyType({}),
) -> Sizes:
    """Returns the figures of `graph`, whose node i makes ``calls[i]``, with its subgraphs.

    Subgraphs count once each, however often they run.
    """
    made = routines(graph, plan, calls)
    inside = {n: routines(i.graph, i.plan, i.calls)[RUN] for n, i in inners.items()}
    code = _code_bytes(made, inside.values(), core)
    stack = _stack_bytes(plan, calls, made, core)
    stack = max(stack, _run_frame(plan, calls, made[RUN], core) + _inner_stack(graph, inners, core))
    every = (graph, *(inner.graph for inner in inners.values()))
    state = lay_out(graph).bytes
    return Sizes(
        arena_bytes=plan.arena_bytes,
        state_bytes=state,
        constant_bytes=constant_bytes,
        code_bytes=code,
        flash_bytes=code + constant_bytes,
        stack_bytes=stack,
        ram_bytes=plan.arena_bytes + state + stack,
        macs=sum(site.node.op.cost(site).macs for each in every for site in each.sites()),
        margin=core.sizes.margin,
    )


def deepest(frames: Sequence[int], kernels: Iterable[str], core: Core) -> int:
    """Returns the stack of functions with `frames`, each called by the one before, down to kernels.

    The last function calls each of `kernels`.
    """
    return sum(frames) + max((_measured(k, core).stack for k in kernels), default=0)


def frame_bytes(core: Core, kept: int, row_pointers: int, arguments: int = 0) -> int:
    """Returns the frame of a generated function, return address included.

    It keeps `kept` addresses over calls, has room for `row_pointers` and passes up to `arguments`.
    """
    rule = core.sizes.frame
    passed = max(arguments - rule.arguments, 0) * core.pointer_bytes
    inner = _up(row_pointers * core.pointer_bytes, rule.align) + _up(passed, rule.align)
    saved = core.sizes.base.stack + rule.register * min(kept + rule.spare, rule.registers)
    saved += rule.local if inner else 0
    return _up(_up(saved, rule.saved_align) + _up(inner, rule.align), rule.align)


def _stack_bytes(plan: Plan, calls: Calls, made: Mapping[int, Routine], core: Core) -> int:
    """The deepest chain of generated functions, and of the kernels that its last one calls."""
    depths: dict[int, int] = {}

    def depth(at: int, frame: int) -> int:
        if at not in depths:
            routine = made[at]
            below = [depth(p, _pull_frame(made[p], core)) for p in routine.pulls]
            depths[at] = max(
                deepest((frame,), routine.kernels, core), frame + max(below, default=0)
            )
        return depths[at]

    return depth(RUN, _run_frame(plan, calls, made[RUN], core))


def _inner_stack(graph: Graph, inners: Inners, core: Core) -> int:
    """The deepest chain of subgraphs below `graph`, with the kernels that the last one calls."""
    depths: dict[int, int] = {}
    for number, inner in inners.items():  # each behind those that it runs
        run = routines(inner.graph, inner.plan, inner.calls)[RUN]
        frame = _run_frame(inner.plan, inner.calls, run, core)
        below = [depths[n] for node in inner.graph.nodes for n in node.op.subgraphs(node.attrs)]
        depths[number] = max(deepest((frame,), run.kernels, core), frame + max(below, default=0))
    own = (n for node in graph.nodes for n in node.op.subgraphs(node.attrs))
    return max((depths[n] for n in own), default=0)


def _run_frame(plan: Plan, calls: Calls, run: Routine, core: Core) -> int:
    arguments = max((_arguments(c) for group in calls for c in group), default=0)
    kept = _kept([*run_addresses(plan, calls)], core.sizes.frame.uses)
    frame = frame_bytes(core, kept, run.row_pointers, arguments)
    several = len(run.pulls) > 1  # whose counters are cleared with one value, which gcc may spill
    return frame + (core.sizes.frame.align if several else 0)


def _pull_frame(routine: Routine, core: Core) -> int:
    size = core.sizes.pulls.get(routine.kind, KernelSize(0, 0)).stack
    return _up(size + routine.row_pointers * core.pointer_bytes, core.sizes.frame.align)


def _arguments(call: KernelCall) -> int:
    """The number of arguments, the parameters' address included."""
    room = bool(call.row_pointers) + bool(call.scratch)
    return len(call.inputs) + len(call.outputs) + room + 1


def _kept(addresses: Sequence[tuple[int, ...]], uses: int) -> int:
    """The most addresses that are needed again behind one and the same call.

    Compilers compute an address up to a call early.
    """
    found: dict[int, list[int]] = {}
    for at, used in enumerate(addresses):
        for address in used:
            found.setdefault(address, []).append(at)
    spans = [(at[0], at[-1]) for at in found.values() if len(at) >= uses]
    return max((sum(a - 1 <= i < b for a, b in spans) for i in range(len(addresses))), default=0)


def _code_bytes(made: Mapping[int, Routine], inside: Iterable[Routine], core: Core) -> int:
    """Functions count once, whoever calls them; `inside` are those of subgraphs."""
    table = core.sizes
    inner = list(inside)
    kernels = {kernel for routine in (*made.values(), *inner) for kernel in routine.kernels}
    functions = {name for kernel in kernels for name in _measured(kernel, core).functions}
    pulls = [table.pulls.get(r.kind, KernelSize(0, 0)) for r in made.values() if r.kind]
    functions |= {"memset"} if pulls else set()  # clears the counters of rows
    runs = (made[RUN], *inner)
    code = table.base.code + table.call_code * sum(len(run.kernels) for run in runs)
    code += sum(size.code for size in pulls)
    return code + sum(table.code.get(name, 0) for name in functions)


def _measured(kernel: str, core: Core) -> KernelSize:
    return core.sizes.kernels.get(kernel, KernelSize(0, 0))


def _up(size: int, step: int) -> int:
    return -(-size // step) * step
