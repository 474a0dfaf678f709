"""Which kernels compute a node: those that every core has, or a design for the core's instructions.

The goal decides: the least modelled time, or the least flash. What the manifest wants in plain C
stays so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TypeAlias

from attrs import evolve, frozen

from microflow.dsl.values import Kernels
from microflow.graph.call import Array, KernelCall
from microflow.graph.ir import Graph, Site
from microflow.plan.cost import call_time
from microflow.targets import Core, KernelSize, SizeTable

Group: TypeAlias = tuple[KernelCall, ...]  # what computes a node
SLACK = 0.01  # by how much an image may be larger than the smallest, if it is faster
_MOST = 8  # kernels of which every selection is tried


def chosen(site: Site, core: Core) -> Group:
    """Returns the kernel calls that compute a node on `core`: the fastest."""
    return _ranked(site, core)[0]


def as_wished(graph: Graph, core: Core, wishes: Kernels, small: bool) -> Core:
    """Returns `core` with the kernels that `graph` shall have on it.

    `small` asks for little flash: kernels whose code does not pay are left out, or in plain C.
    """
    if wishes.plain:
        core = evolve(core, isa=("portable",))
    records = {node.op.name.lower(): node.op for each in _all(graph) for node in each.nodes}
    operators = [records[name] for name in wishes.operators if name in records]
    named = {k for op in operators for k in (*op.kernels, *op.packed)}
    core = _without(core, frozenset(named), frozenset())
    return _with_little_flash(graph, core) if small else core


def _all(graph: Graph) -> Iterable[Graph]:
    return (graph, *graph.subgraphs.values())


def _without(core: Core, plain: frozenset[str], unwanted: frozenset[str]) -> Core:
    """The core with kernels that are `plain`, and `unwanted` ones that no design may use."""
    sizes = _in_plain(core.sizes, plain)
    return evolve(core, plain=core.plain | plain, unwanted=unwanted, sizes=sizes)


def _ranked(site: Site, core: Core) -> list[Group]:
    """The calls that may be taken, the fastest first.

    Where the time of one is not known, designs are as good as they claim.
    """
    op = site.node.op
    shunned = core.plain | core.unwanted
    designs = [g for g in op.designs(site, core) if shunned.isdisjoint(c.kernel for c in g)]
    offers = [*designs, op.lower(site, core)]
    times = [_time(group, core) for group in offers] if designs else []
    if None in times or not designs:
        return offers
    return sorted(offers, key=lambda group: times[offers.index(group)] or 0.0)


def _time(group: Group, core: Core) -> float | None:
    times = [call_time(call, core) for call in group]
    known = [t.instructions if t.cycles is None else t.cycles for t in times if t is not None]
    return sum(known) if len(known) == len(times) else None


# ---- Little flash ----


@frozen
class _Offer:
    """What computes a node: its kernels, and the bytes of its constants."""

    kernels: frozenset[str]
    constants: int


def _with_little_flash(graph: Graph, core: Core) -> Core:
    """The core without the kernels that an image within `SLACK` of the smallest can do without.

    Of such images, the one that keeps most of them is taken.
    """
    sites = [s for g in _all(graph) for s in g.sites() if not s.node.op.view]
    each = [[_offer(group) for group in _ranked(site, core)] for site in sites]
    usual = {k for s in sites for call in s.node.op.lower(s, core) for k in [call.kernel]}
    designed = {k for offers in each for offer in offers for k in offer.kernels} - usual
    larger = {k for k in usual & core.sizes.plain.keys() if _saves(k, core.sizes)}
    candidates = sorted((designed | larger) - core.plain)
    if len(candidates) > _MOST:
        return _without(core, frozenset(larger), frozenset(designed))
    flash = {
        left_out: _flash(each, left_out, core.sizes)
        for n in range(len(candidates) + 1)
        for left_out in map(frozenset, combinations(candidates, n))
    }
    least = (1 + SLACK) * min(flash.values())
    taken = min((s for s in flash if flash[s] <= least), key=lambda s: (len(s), flash[s]))
    return _without(core, taken & larger, taken & designed)


def _offer(group: Group) -> _Offer:
    tables = (v for call in group for v in call.params.values() if isinstance(v, Array))
    constants = sum(len(table.data) for table in tables)
    return _Offer(frozenset(call.kernel for call in group), constants)


def _flash(each: Iterable[Sequence[_Offer]], left_out: frozenset[str], sizes: SizeTable) -> int:
    """The bytes of constants and code; what is left out is in plain C, if every core has it."""
    constants, kernels = 0, set[str]()
    for offers in each:
        taken = next((o for o in offers if left_out.isdisjoint(o.kernels)), offers[-1])
        constants += taken.constants
        kernels |= taken.kernels
    table = _in_plain(sizes, left_out)
    known = (table.kernels.get(k, KernelSize(0, 0)) for k in kernels)
    functions = {name for size in known for name in size.functions}
    return constants + sum(table.code.get(name, 0) for name in functions)


def _saves(kernel: str, sizes: SizeTable) -> bool:
    return sizes.plain[kernel].code < sizes.kernels[kernel].code


def _in_plain(sizes: SizeTable, kernels: Iterable[str]) -> SizeTable:
    """The table of a core whose `kernels` are in plain C."""
    plain = {k: size for k, size in sizes.plain.items() if k in kernels}
    functions = {name for size in plain.values() for name in size.functions}
    code = {name: bytes_ for name, bytes_ in sizes.plain_code.items() if name in functions}
    return evolve(sizes, kernels={**sizes.kernels, **plain}, code={**sizes.code, **code})
