"""Computes uint8 models on int8: a byte with its top bit flipped, a zero point less by 128.

Constants are flipped here. Where a uint8 tensor enters or leaves the part of the graph that is
computed so, a QUANTIZE flips it: the model's inputs and outputs stay uint8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from attrs import evolve

from microflow.graph.ir import Graph, Node
from microflow.graph.tensor import DType, Tensor
from microflow.ops import quantize
from microflow.ops._unsigned import becomes_signed, signed_node, signed_tensor

Twins = Mapping[int, Tensor]  # int8 tensors by the uint8 ones that they stand for


def run(graph: Graph) -> Graph:
    """Returns `graph` with every node on int8 that computes the same there."""
    chosen = {site.node.index for site in graph.sites() if becomes_signed(site)}
    if not chosen:
        return graph
    twins = _twins(graph, chosen)
    first = max(node.index for node in graph.nodes) + 1
    nodes: list[Node] = []
    for node in _nodes(graph, chosen, twins):
        new = node.index < 0
        nodes.append(evolve(node, index=first) if new else node)
        first += new
    return evolve(graph.with_tensors(*twins.values()), nodes=tuple(nodes))


def _twins(graph: Graph, chosen: Set[int]) -> Twins:
    """The twins of all uint8 tensors of the chosen nodes."""
    given = dict.fromkeys(
        t
        for node in graph.nodes
        if node.index in chosen
        for t in (*node.inputs, *node.outputs)
        if t is not None and graph.tensors[t].dtype is DType.UINT8
    )
    ids = range(graph.next_id(), graph.next_id() + len(given))
    return {
        t: evolve(signed_tensor(graph.tensors[t]), id=i) for t, i in zip(given, ids, strict=True)
    }


def _nodes(graph: Graph, chosen: Set[int], twins: Twins) -> Iterator[Node]:
    """The nodes in order; those that flip a tensor have the index -1."""
    kept = _read_unsigned(graph, chosen)
    for tensor in graph.inputs:
        if tensor in twins:
            yield _flip(tensor, twins[tensor].id)
    for node in graph.nodes:
        signed = node.index in chosen
        yield _on_int8(node, twins) if signed else node
        for tensor in node.outputs:
            if signed and tensor in twins and tensor in kept:
                yield _flip(twins[tensor].id, tensor)
            elif not signed and tensor in twins:
                yield _flip(tensor, twins[tensor].id)


def _read_unsigned(graph: Graph, chosen: Set[int]) -> Set[int]:
    """The tensors that are outputs of the graph, or read by nodes that are not chosen."""
    read = {t for node in graph.nodes if node.index not in chosen for t in node.inputs}
    return {*graph.outputs, *(t for t in read if t is not None)}


def _on_int8(node: Node, twins: Twins) -> Node:
    def twin(tensor: int) -> int:
        return twins[tensor].id if tensor in twins else tensor

    inputs = tuple(None if t is None else twin(t) for t in node.inputs)
    return evolve(signed_node(node), inputs=inputs, outputs=tuple(map(twin, node.outputs)))


def _flip(source: int, target: int) -> Node:
    return Node(-1, quantize.OPERATOR, (source,), (target,))
