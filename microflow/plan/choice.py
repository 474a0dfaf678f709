"""Which kernels compute a node: those that every core has, or a design for the core's instructions.

The goal decides: the least modelled time, or the least flash. What the manifest wants in plain C
stays so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TypeAlias

from attrs import evolve

from microflow.dsl.values import Kernels
from microflow.graph.call import Array, KernelCall
from microflow.graph.ir import Graph, Site
from microflow.plan.cost import call_time
from microflow.targets import Core, KernelSize, SizeTable

Group: TypeAlias = tuple[KernelCall, ...]  # what computes a node
_MOST = 8  # kernels of designs of which every selection is tried


def chosen(site: Site, core: Core) -> Group:
    """Returns the kernel calls that compute a node on `core`."""
    offers = _offers(site, core)
    if core.small:
        return min(offers, key=_constants)
    return offers[0] if len(offers) == 1 else _fastest(offers, core)


def as_wished(graph: Graph, core: Core, wishes: Kernels, small: bool) -> Core:
    """Returns `core` with the kernels that `graph` shall have on it.

    `small` asks for the least flash: kernels in plain C where those are smaller, and of the designs
    those whose code pays.
    """
    if wishes.plain:
        core = evolve(core, isa=("portable",))
    records = {node.op.name.lower(): node.op for each in _all(graph) for node in each.nodes}
    named = {k for name in wishes.operators if name in records for k in records[name].kernels}
    if small:
        named |= _smaller_in_plain(core.sizes)
    core = evolve(core, plain=frozenset(named), small=small, sizes=_in_plain(core.sizes, named))
    return evolve(core, unwanted=_that_do_not_pay(graph, core)) if small else core


def _all(graph: Graph) -> Iterable[Graph]:
    return (graph, *graph.subgraphs.values())


def _offers(site: Site, core: Core) -> list[Group]:
    """The usual calls, and the designs that may be taken."""
    op = site.node.op
    shunned = core.plain | core.unwanted
    designs = (g for g in op.designs(site, core) if shunned.isdisjoint(c.kernel for c in g))
    return [op.lower(site, core), *designs]


def _fastest(offers: Sequence[Group], core: Core) -> Group:
    """The calls with the least time. A design whose time is unknown is as good as it claims."""
    times = [_time(group, core) for group in offers]
    known = [time for time in times if time is not None]
    return offers[times.index(min(known))] if len(known) == len(offers) else offers[1]


def _time(group: Group, core: Core) -> float | None:
    times = [call_time(call, core) for call in group]
    known = [t.instructions if t.cycles is None else t.cycles for t in times if t is not None]
    return sum(known) if len(known) == len(times) else None


# ---- The least flash ----


def _that_do_not_pay(graph: Graph, core: Core) -> frozenset[str]:
    """The kernels of designs without which the model takes the least flash."""
    each = [_offers(site, core) for g in _all(graph) for site in g.sites() if not site.node.op.view]
    candidates = sorted({c.kernel for offers in each for g in offers[1:] for c in g})
    if len(candidates) > _MOST:
        return frozenset(candidates)
    selections = (
        frozenset(left_out)
        for n in reversed(range(len(candidates) + 1))
        for left_out in combinations(candidates, n)
    )
    return min(selections, key=lambda left_out: _flash(each, left_out, core))


def _flash(each: Iterable[Sequence[Group]], left_out: frozenset[str], core: Core) -> int:
    """The bytes of constants and code where no design has a kernel that is left out."""
    constants, kernels = 0, set[str]()
    for usual, *designs in each:
        allowed = (g for g in designs if left_out.isdisjoint(c.kernel for c in g))
        group = min((usual, *allowed), key=_constants)
        constants += _constants(group)
        kernels |= {call.kernel for call in group}
    known = core.sizes.kernels
    functions = {name for k in kernels for name in known.get(k, KernelSize(0, 0)).functions}
    return constants + sum(core.sizes.code.get(name, 0) for name in functions)


def _constants(group: Group) -> int:
    tables = (v for call in group for v in call.params.values() if isinstance(v, Array))
    return sum(len(table.data) for table in tables)


def _smaller_in_plain(sizes: SizeTable) -> set[str]:
    return {k for k, size in sizes.plain.items() if size.code < sizes.kernels[k].code}


def _in_plain(sizes: SizeTable, kernels: Iterable[str]) -> SizeTable:
    """The table of a core whose `kernels` are in plain C."""
    plain = {k: size for k, size in sizes.plain.items() if k in kernels}
    functions = {name for size in plain.values() for name in size.functions}
    code = {name: bytes_ for name, bytes_ in sizes.plain_code.items() if name in functions}
    return evolve(sizes, kernels={**sizes.kernels, **plain}, code={**sizes.code, **code})
