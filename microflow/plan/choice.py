"""Which kernels compute a node: those that every core has, or a design for the core's instructions.

The goal decides: `flash` takes the fastest of the smallest images, others the smallest of the
fastest. What the manifest wants in plain C stays so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from attrs import define, evolve, frozen

from microflow.dsl.values import Kernels
from microflow.graph.call import Array, KernelCall
from microflow.graph.ir import Graph, Site
from microflow.plan.cost import call_time
from microflow.targets import Core, KernelSize, SizeTable

Group: TypeAlias = tuple[KernelCall, ...]  # what computes a node
_MAIN = -1  # in place of a subgraph's number
SMALLEST = 0.02  # by how much an image may be larger than the smallest, if it is faster
FASTEST = 0.02  # by how much an inference may take longer than the fastest, if it is smaller


@define(slots=False)
class Candidate:
    """Calls that may compute a node on a core. Never changes once made."""

    calls: Group
    core: Core

    @cached_property
    def time(self) -> float | None:
        """Modelled cycles, or instructions; None where that of a call is not known."""
        times = [call_time(call, self.core) for call in self.calls]
        known = [t.instructions if t.cycles is None else t.cycles for t in times if t is not None]
        return sum(known) if len(known) == len(times) else None


@frozen
class Candidates:
    """All that may compute a node: designs, the best first, and what every core has."""

    designs: tuple[Candidate, ...]
    usual: Candidate

    def chosen(self, core: Core) -> Group:
        """Returns what `core` takes, which differs from that of the candidates by wishes only."""
        return self.ranked(core)[0][1]

    def ranked(self, core: Core) -> list[tuple[float, Group]]:
        """Returns the calls that may be taken, with their times, the fastest first.

        Where the time of one is not known, designs are as good as they claim: places stand for
        times.
        """
        designs = [d for d in self.designs if _is_free(d.calls, core.plain)]
        if not designs:
            return [(0.0, self.usual.calls)]
        offers = [*designs, self.usual]
        known = [offer.time for offer in offers if offer.time is not None]
        ranks = known if len(known) == len(offers) else [float(n) for n in range(len(offers))]
        pairs = zip(ranks, (offer.calls for offer in offers), strict=True)
        ranked = sorted(pairs, key=lambda pair: pair[0])
        return [(t, g) for t, g in ranked if _is_free(g, core.unwanted)] or ranked


@frozen
class Choice:
    """A core with the kernels that a model has on it, and the calls that its nodes make.

    `inner` are the calls of its subgraphs, by number.
    """

    core: Core
    calls: tuple[Group, ...]
    inner: Mapping[int, tuple[Group, ...]]


def candidates(site: Site, core: Core) -> Candidates:
    """Returns all that may compute a node on `core`."""
    op = site.node.op
    designs = tuple(Candidate(calls, core) for calls in op.designs(site, core))
    return Candidates(designs, Candidate(op.lower(site, core), core))


def chosen(site: Site, core: Core) -> Group:
    """Returns the kernel calls that compute a node on `core`: the fastest."""
    return candidates(site, core).chosen(core)


def as_wished(graph: Graph, core: Core, wishes: Kernels, small: bool) -> Choice:
    """Returns `core` with the kernels that `graph` shall have on it, and the calls of its nodes.

    Kernels whose code does not pay are left out; where `small` asks for little flash, others are in
    plain C.
    """
    if wishes.plain:
        core = evolve(core, isa=("portable",))
    graphs = {_MAIN: graph, **_inner(graph)}
    sites = {number: each.sites() for number, each in graphs.items()}
    records = {s.node.op.name.lower(): s.node.op for each in sites.values() for s in each}
    operators = [records[name] for name in wishes.operators if name in records]
    named = {k for op in operators for k in (*op.kernels, *op.packed)}
    core = _without(core, frozenset(named), frozenset())
    found = {n: tuple(candidates(site, core) for site in each) for n, each in sites.items()}
    core = _with_what_pays([c for each in found.values() for c in each], core, small)
    calls = {n: tuple(c.chosen(core) for c in each) for n, each in found.items()}
    return Choice(core, calls.pop(_MAIN), calls)


def _inner(graph: Graph) -> dict[int, Graph]:
    """The subgraphs of `graph`, and those that these run, by number."""
    found = dict(graph.subgraphs)
    for each in graph.subgraphs.values():
        found |= _inner(each)
    return found


def _without(core: Core, plain: frozenset[str], unwanted: frozenset[str]) -> Core:
    """The core with kernels that are `plain`, and `unwanted` ones that no design may use."""
    sizes = _in_plain(core.sizes, plain)
    return evolve(core, plain=core.plain | plain, unwanted=unwanted, sizes=sizes)


def _is_free(calls: Group, kernels: frozenset[str]) -> bool:
    """Tells whether no call is one of `kernels`."""
    return kernels.isdisjoint(call.kernel for call in calls)


# ---- What pays ----


@frozen
class _Offer:
    """What computes a node: its kernels, the bytes of its constants, and its time."""

    kernels: frozenset[str]
    constants: int
    time: float


@frozen
class _Image:
    """A model without what is left out: its kernels, its flash in bytes, and its time."""

    left_out: frozenset[str]
    kernels: frozenset[str]
    flash: int
    time: float


def _with_what_pays(nodes: Sequence[Candidates], core: Core, small: bool) -> Core:
    """The core without the kernels that the image can do without, as the goal says."""
    each = [[_offer(*pair) for pair in node.ranked(core)] for node in nodes]
    usual = {call.kernel for node in nodes for call in node.usual.calls}
    larger = {k for k in usual & core.sizes.plain.keys() if small and _saves(k, core.sizes)}

    def image(left_out: frozenset[str]) -> _Image:
        return _image(each, left_out, larger, core.sizes)

    fastest = image(frozenset())
    if small:
        designed = {k for offers in each for offer in offers for k in offer.kernels} - usual
        starts = (fastest, image(frozenset(designed)))
        found = [i for start in starts for i in _smaller(image, start, float("inf"))]
        least = min(i.flash for i in found)
        taken = next(i for i in found if i.flash <= (1 + SMALLEST) * least)
    else:
        *_, taken = _smaller(image, fastest, (1 + FASTEST) * fastest.time)
    return _without(core, taken.left_out & larger, taken.left_out - larger)


def _smaller(
    image: Callable[[frozenset[str]], _Image], first: _Image, most: float
) -> Iterator[_Image]:
    """Yields smaller and smaller images that take at most so long.

    Each leaves out what saves most.
    """
    yield first
    tried = (image(first.left_out | {kernel}) for kernel in sorted(first.kernels - first.left_out))
    found = [i for i in tried if i.time <= most and i.flash < first.flash]
    if found:
        yield from _smaller(image, min(found, key=lambda i: (i.flash, i.time)), most)


def _offer(time: float, group: Group) -> _Offer:
    tables = (v for call in group for v in call.params.values() if isinstance(v, Array))
    constants = sum(len(table.data) for table in tables)
    return _Offer(frozenset(call.kernel for call in group), constants, time)


def _image(
    each: Iterable[Sequence[_Offer]], left_out: frozenset[str], larger: set[str], sizes: SizeTable
) -> _Image:
    """Of what is left out, the `larger` ones are in plain C; others stay where they must."""
    dropped = left_out - larger
    constants, time, kernels = 0, 0.0, set[str]()
    for offers in each:
        taken = next((o for o in offers if dropped.isdisjoint(o.kernels)), offers[0])
        constants += taken.constants
        time += taken.time
        kernels |= taken.kernels
    table = _in_plain(sizes, left_out & larger)
    known = (table.kernels.get(k, KernelSize(0, 0)) for k in kernels)
    functions = {name for size in known for name in size.functions}
    code = sum(table.code.get(name, 0) for name in functions)
    return _Image(left_out, frozenset(kernels), constants + code, time)


def _saves(kernel: str, sizes: SizeTable) -> bool:
    return sizes.plain[kernel].code < sizes.kernels[kernel].code


def _in_plain(sizes: SizeTable, kernels: Iterable[str]) -> SizeTable:
    """The table of a core whose `kernels` are in plain C."""
    plain = {k: size for k, size in sizes.plain.items() if k in kernels}
    functions = {name for size in plain.values() for name in size.functions}
    code = {name: bytes_ for name, bytes_ in sizes.plain_code.items() if name in functions}
    return evolve(sizes, kernels={**sizes.kernels, **plain}, code={**sizes.code, **code})
