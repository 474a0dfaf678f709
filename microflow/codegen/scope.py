"""What the statements of one model refer to: its arena, its constants, the names of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import evolve, field, frozen

from microflow.codegen.arenas import arena_name
from microflow.codegen.cdata import CArray, CRows
from microflow.codegen.constants import tables
from microflow.codegen.state import first_values, state_name
from microflow.dsl.project import BoundModel
from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph, Site
from microflow.graph.tensor import DType
from microflow.plan.inner import Inners
from microflow.plan.lifetimes import SCRATCH_ALIGNMENT
from microflow.plan.plan import Plan
from microflow.plan.state import State, lay_out
from microflow.plan.tasks import padded
from microflow.targets import Core


@frozen
class Compiled:
    """A model after passes, lowering and planning: node i makes ``calls[i]``.

    `plain` are kernels that are wanted in plain C.
    """

    model: BoundModel
    graph: Graph
    calls: tuple[tuple[KernelCall, ...], ...]
    plan: Plan
    inners: Inners = field(factory=dict)
    plain: frozenset[str] = frozenset()

    @property
    def kernels(self) -> tuple[str, ...]:
        """The kernels in use, sorted."""
        return tuple(sorted({c.kernel for _, c in self._every_call() if c.foreign is None}))

    @property
    def foreign(self) -> tuple[tuple[Graph, KernelCall], ...]:
        """The first call of each function of the application's, by its name, with its graph."""
        found = {c.name: (g, c) for g, c in reversed(self._every_call()) if c.foreign is not None}
        return tuple(found[name] for name in sorted(found))

    def _every_call(self) -> list[tuple[Graph, KernelCall]]:
        every = [(self.graph, self.calls), *((i.graph, i.calls) for i in self.inners.values())]
        return [(graph, call) for graph, calls in every for group in calls for call in group]


@frozen
class NodeCalls:
    """A node's calls, with the name that the constants of each begin with."""

    site: Site
    calls: tuple[tuple[str, KernelCall], ...]

    @property
    def layer(self) -> int:
        """The node's index in the model."""
        return self.site.node.index


Tables = Mapping[tuple[DType, bytes], CArray]


@frozen
class Scope:
    """A model, or a subgraph of it, being lowered.

    `stem` begins each static name of its own, empty where there is one model. `arena` is the name
    of the array that holds all buffers; `memory` that of the variables, which begin at `kept_at`.
    `function` is what runs a subgraph; `scopes` are those of the subgraphs.
    """

    compiled: Compiled
    core: Core
    stem: str
    nodes: tuple[NodeCalls, ...]
    tables: Tables
    state: State
    arena: str
    memory: str
    kept_at: int
    function: str = ""
    scopes: Mapping[int, Scope] = field(factory=dict)

    def inner(self, number: int) -> Scope:
        """Returns the scope of a subgraph."""
        return self.scopes[number]

    def at(self, c_type: str, offset: int) -> str:
        """Returns the address `offset` bytes into the arena, as a pointer to `c_type`."""
        return f"MF_AT({c_type}, {self.arena}, {offset})"

    def variable(self, c_type: str, tensor_id: int) -> str:
        """Returns the address of a variable, as a pointer to `c_type`."""
        return f"MF_AT({c_type}, {self.memory}, {self.kept_at + self.state.offsets[tensor_id]})"

    def operand(self, tensor_id: int) -> str:
        """Returns the address of a tensor: a constant table, a variable, or in the arena."""
        tensor = self.compiled.graph.tensors[tensor_id]
        if tensor.data is not None:
            return self.tables[tensor.dtype, tensor.data].name
        owner = self.compiled.plan.work.owner[tensor_id]
        if owner in self.state.offsets:
            return self.variable(tensor.dtype.c_type, owner)
        return self.at(tensor.dtype.c_type, self.compiled.plan.offset(tensor_id))


def make_scope(compiled: Compiled, core: Core, stem: str) -> Scope:
    """Returns the scope of `compiled`: names given, constant tables collected.

    Variables lie in an array of their own, or behind the buffers of an arena that is given.
    """
    arena, given = arena_name(compiled.model, stem), compiled.model.arena_given
    inner = {n: _inner_nodes(compiled, n, stem) for n in compiled.inners}
    nodes = _nodes(compiled.graph, compiled.calls, stem)
    scope = Scope(
        compiled=compiled,
        core=core,
        stem=stem,
        nodes=nodes,
        tables=_tables(compiled, stem, nodes, inner),
        state=lay_out(compiled.graph),
        arena=arena,
        memory=arena if given else state_name(stem),
        kept_at=padded(compiled.plan.arena_bytes, SCRATCH_ALIGNMENT) if given else 0,
    )
    scopes: dict[int, Scope] = {}
    for number, found in compiled.inners.items():
        part = Compiled(compiled.model, found.graph, found.calls, found.plan)
        scopes[number] = evolve(
            scope,
            compiled=part,
            stem=_inner_stem(stem, number),
            nodes=inner[number],
            arena="base",
            function=f"{stem}subgraph_{number}",
            scopes=dict(scopes),
        )
    return evolve(scope, scopes=scopes)


def _inner_stem(stem: str, number: int) -> str:
    return f"{stem}subgraph_{number}_"


def _inner_nodes(compiled: Compiled, number: int, stem: str) -> tuple[NodeCalls, ...]:
    inner = compiled.inners[number]
    return _nodes(inner.graph, inner.calls, _inner_stem(stem, number))


def _nodes(
    graph: Graph, calls: Sequence[tuple[KernelCall, ...]], stem: str
) -> tuple[NodeCalls, ...]:
    return tuple(
        _named(site, group, stem) for site, group in zip(graph.sites(), calls, strict=True)
    )


def rows_name(dtype: DType) -> str:
    """Returns the name of the pointers to rows of `dtype`."""
    return f"rows_{dtype.label}"


def row_pointers(calls: Sequence[KernelCall], graph: Graph) -> tuple[CRows, ...]:
    """Returns the row pointers of each element type, with room for the call that wants most."""
    most: dict[DType, int] = {}
    for call in (c for c in calls if c.row_pointers):
        dtype = graph.tensors[call.inputs[0]].dtype
        most[dtype] = max(most.get(dtype, 0), call.row_pointers)
    return tuple(CRows(rows_name(dtype), dtype.c_type, count) for dtype, count in most.items())


def dims(shape: Sequence[int]) -> str:
    """Returns a shape as it stands in comments."""
    return "x".join(map(str, shape)) or "1"


def _named(site: Site, calls: tuple[KernelCall, ...], stem: str) -> NodeCalls:
    base = f"{stem}{site.node.op.name.lower()}_{site.node.index}"
    names = [base] if len(calls) == 1 else [f"{base}_{i}" for i in range(len(calls))]
    return NodeCalls(site, tuple(zip(names, calls, strict=True)))


def _tables(
    compiled: Compiled,
    stem: str,
    nodes: Sequence[NodeCalls],
    inner: Mapping[int, Sequence[NodeCalls]],
) -> Tables:
    """Collects the constant tables, those of subgraphs too; equal ones share a name."""
    every = [(compiled.graph, stem, nodes)]
    every += [(compiled.inners[n].graph, _inner_stem(stem, n), inner[n]) for n in inner]
    found: dict[tuple[DType, bytes], CArray] = {}
    for graph, begin, group in every:
        for base, call in (named for node in group for named in node.calls):
            for table in tables(graph, call, base, begin):
                found.setdefault((table.dtype, table.data), table)
    for table in first_values(compiled.graph, stem):
        found.setdefault((table.dtype, table.data), table)
    return found
