"""Gives outputs that turned out constant a place in memory, where the application reads them."""

from __future__ import annotations

from attrs import evolve

from microflow.graph.ir import Graph, Node
from microflow.ops import _copy


def run(graph: Graph) -> Graph:
    """Returns `graph` with a copy in front of every constant output."""
    for tensor_id in dict.fromkeys(graph.outputs):
        tensor = graph.tensors[tensor_id]
        if tensor.data is None:
            continue
        source = evolve(tensor, id=graph.next_id())
        copy = Node(_next_index(graph), _copy.OPERATOR, (source.id,), (tensor_id,))
        graph = graph.with_tensors(source, evolve(tensor, data=None))
        graph = evolve(graph, nodes=(*graph.nodes, copy))
    return graph


def _next_index(graph: Graph) -> int:
    return max((node.index for node in graph.nodes), default=-1) + 1
