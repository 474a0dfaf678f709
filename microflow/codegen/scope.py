"""What the statements of one model refer to: its arena, its constants, the names of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from microflow.codegen.arenas import arena_name
from microflow.codegen.cunit import CArray, CRows
from microflow.dsl.project import BoundModel
from microflow.graph.call import Array, KernelCall
from microflow.graph.ir import DType, Graph, Site
from microflow.plan.plan import Plan
from microflow.targets import Core


@frozen
class Compiled:
    """A model after passes, lowering and planning: node i makes ``calls[i]``."""

    model: BoundModel
    graph: Graph
    calls: tuple[tuple[KernelCall, ...], ...]
    plan: Plan

    @property
    def kernels(self) -> tuple[str, ...]:
        """The kernels in use, sorted."""
        return tuple(sorted({call.kernel for group in self.calls for call in group}))


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
    """A model being lowered. `stem` begins each static name, empty where there is one model."""

    compiled: Compiled
    core: Core
    stem: str
    nodes: tuple[NodeCalls, ...]
    tables: Tables

    @property
    def arena(self) -> str:
        """The name of the array that holds all buffers."""
        return arena_name(self.compiled.model, self.stem)

    def at(self, c_type: str, offset: int) -> str:
        """Returns the address `offset` bytes into the arena, as a pointer to `c_type`."""
        return f"MF_AT({c_type}, {self.arena}, {offset})"

    def operand(self, tensor_id: int) -> str:
        """Returns the address of a tensor: a constant table, or in the arena."""
        tensor = self.compiled.graph.tensors[tensor_id]
        if tensor.data is not None:
            return self.tables[tensor.dtype, tensor.data].name
        return self.at(tensor.dtype.c_type, self.compiled.plan.offset(tensor_id))


def make_scope(compiled: Compiled, core: Core, stem: str) -> Scope:
    """Returns the scope of `compiled`: names given, constant tables collected."""
    groups = zip(compiled.graph.sites(), compiled.calls, strict=True)
    nodes = tuple(_named(site, calls, stem) for site, calls in groups)
    return Scope(compiled, core, stem, nodes, _tables(compiled, stem, nodes))


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


def _tables(compiled: Compiled, stem: str, nodes: Sequence[NodeCalls]) -> Tables:
    """Collects the constant tables; equal ones share a name."""
    found: dict[tuple[DType, bytes], CArray] = {}
    for base, call in (named for node in nodes for named in node.calls):
        for value in call.params.values():
            if isinstance(value, Array):
                name = f"{base}_{value.name}"
                found.setdefault((value.dtype, value.data), CArray(name, value.dtype, value.data))
        for tensor in (compiled.graph.tensors[t] for t in call.inputs):
            if tensor.data is not None:
                name = f"{stem}tensor_{tensor.id}"
                key = (tensor.dtype, tensor.data)
                found.setdefault(key, CArray(name, tensor.dtype, tensor.data))
    return found
