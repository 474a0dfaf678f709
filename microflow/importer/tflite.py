"""From the bytes of a .tflite file to a graph.

The file is data from a stranger: a broken or hostile one is one diagnostic, never an exception, and
costs time and memory in proportion to its size. Where models in use stray from the schema, the
importer is as tolerant as TensorFlow Lite Micro.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, partial
from itertools import chain

from microflow.diag import Diagnostics
from microflow.flatbuffer import Malformed, Table
from microflow.graph.ir import Graph, Node, Tensor
from microflow.importer.container import damaged, main_subgraph, open_model
from microflow.importer.operators import check_index, read_calls, read_node, unsupported
from microflow.importer.order import check_order
from microflow.importer.refusal import Refusal
from microflow.importer.schema import SubGraph
from microflow.importer.tensors import Roles, read_buffer, read_tensor


def import_model(data: bytes, name: str) -> tuple[Graph | None, Diagnostics]:
    """Returns the main subgraph of the model in `data`, or None and why.

    A file that is no sound model gives exactly one diagnostic (MF3xxx); a sound one with operators
    that the compiler lacks gives one for each of them (MF4xxx). None has a place: the caller knows
    where the manifest names the file.
    """
    try:
        return _import(data, name)
    except Malformed as error:
        return None, (damaged(error).diagnostic,)
    except Refusal as refusal:
        return None, (refusal.diagnostic,)


def _import(data: bytes, name: str) -> tuple[Graph | None, Diagnostics]:
    model = open_model(data)
    subgraph = main_subgraph(model)
    calls = read_calls(model, subgraph)
    missing = unsupported(subgraph, calls)
    if missing:
        return None, missing
    nodes = tuple(read_node(call, len(subgraph.tables(SubGraph.TENSORS))) for call in calls)
    inputs = _ports(subgraph, SubGraph.INPUTS, "input")
    outputs = _ports(subgraph, SubGraph.OUTPUTS, "output")
    tensors = _tensors(model, subgraph, nodes, inputs, outputs)
    graph = Graph(name, tensors, nodes, inputs, outputs)
    check_order(graph)
    return graph, ()


def _ports(subgraph: Table, slot: SubGraph, direction: str) -> tuple[int, ...]:
    ports = subgraph.integers(slot)
    for position, tensor in enumerate(ports):
        count = len(subgraph.tables(SubGraph.TENSORS))
        check_index(f"the model's {direction} {position} is tensor", tensor, count)
    return ports


def _tensors(
    model: Table,
    subgraph: Table,
    nodes: Iterable[Node],
    inputs: tuple[int, ...],
    outputs: tuple[int, ...],
) -> dict[int, Tensor]:
    """Returns the tensors that the graph uses, by ascending index."""
    written = frozenset(chain.from_iterable(node.outputs for node in nodes))
    read = {t for node in nodes for t in node.inputs if t is not None}
    roles = Roles(frozenset(inputs), written)
    buffer = cache(partial(read_buffer, model))  # tensors may share one
    tables = subgraph.tables(SubGraph.TENSORS)
    used = sorted({*inputs, *outputs, *read, *written})
    return {i: read_tensor(tables[i], i, roles, buffer) for i in used}
