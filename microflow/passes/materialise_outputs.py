"""Gives outputs that turned out constant a place in memory, where the application reads them."""

from __future__ import annotations

from attrs import evolve

from microflow.graph.ir import Graph, Node
from microflow.ops import _copy


def run(graph: Graph) -> Graph:
    """Returns `graph` with a copy in front of every constant output."""
    for tensor in dict.fromkeys(graph.outputs):
        if graph.tensors[tensor].is_constant:
            graph = _materialise(graph, tensor)
    return graph


def _materialise(graph: Graph, output: int) -> Graph:
    """The output keeps its index, which ports refer to; readers move to the constant's new one."""
    constant = evolve(graph.tensors[output], id=graph.next_id())
    index = max((node.index for node in graph.nodes), default=-1) + 1
    copy = Node(index, _copy.OPERATOR, (constant.id,), (output,))
    readers = tuple(
        evolve(node, inputs=tuple(constant.id if i == output else i for i in node.inputs))
        for node in graph.nodes
    )
    graph = graph.with_tensors(constant, evolve(graph.tensors[output], data=None))
    return evolve(graph, nodes=(*readers, copy))
