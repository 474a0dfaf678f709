"""The constants of kernel calls: the tables that they point to, and their parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType

from microflow.codegen.cdata import CArray
from microflow.codegen.contract import contract, struct_bytes
from microflow.codegen.state import first_values
from microflow.graph.call import Array, KernelCall
from microflow.graph.ir import Graph
from microflow.plan.inner import Inners
from microflow.targets import Core

Calls = Sequence[tuple[KernelCall, ...]]


def tables(graph: Graph, call: KernelCall, base: str = "", stem: str = "") -> Iterator[CArray]:
    """Yields the tables that a call points to: its parameters' begin with `base`, others `stem`."""
    for value in call.params.values():
        if isinstance(value, Array):
            yield CArray(f"{base}_{value.name}", value.dtype, value.data)
    for tensor in (graph.tensors[t] for t in call.inputs):
        if tensor.data is not None:
            yield CArray(f"{stem}tensor_{tensor.id}", tensor.dtype, tensor.data)


def weight_bytes(graph: Graph, calls: Calls, inners: Inners = MappingProxyType({})) -> int:
    """Returns the bytes of weights, biases and tables: what a manifest can place elsewhere."""
    every = [(graph, calls), *((inner.graph, inner.calls) for inner in inners.values())]
    used = (t for g, groups in every for group in groups for call in group for t in tables(g, call))
    found = (*used, *first_values(graph))
    return sum({(table.dtype, table.data): table.size for table in found}.values())


def parameter_bytes(calls: Calls, core: Core) -> int:
    """Returns the bytes of the structs that calls take their parameters from."""
    return sum(
        struct_bytes(contract(call.kernel), core.pointer_bytes, core.max_align)
        for group in calls
        for call in group
        if call.foreign is None
    )
