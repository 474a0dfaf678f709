"""Copies a variable's value where it is still needed when the variable gets a new one.

Reading a variable costs nothing: readers look at its own bytes. Where a node updates it before the
last of them has run, or where the application reads the value, it is copied at the place where the
model reads it.
"""

from __future__ import annotations

from attrs import evolve

from microflow.graph.ir import Graph, Node
from microflow.graph.state import aliases, inner_graphs, updates
from microflow.ops import _copy


def run(graph: Graph) -> Graph:
    """Returns `graph` with the copies that it needs."""
    for view in graph.nodes:
        source = view.inputs[0] if view.op.view else None
        if source is not None and graph.tensors[source].is_variable:
            graph = _kept(graph, view)
    for output in dict.fromkeys(graph.outputs):
        if graph.tensors[output].is_variable:
            graph = _given_out(graph, output)
    return graph


def _kept(graph: Graph, view: Node) -> Graph:
    """Returns `graph` with a copy behind `view`, where its value must outlive the variable's."""
    (seen,) = view.outputs
    at = graph.nodes.index(view)
    shown = _shown(graph, seen)
    variable = aliases(graph)[seen]
    readers = [i for i, n in enumerate(graph.nodes) if not shown.isdisjoint(n.inputs)]
    changing = (i for i, n in enumerate(graph.nodes) if i > at and variable in updates(graph, n))
    last, change = max(readers, default=at), next(changing, len(graph.nodes))
    if last < change and shown.isdisjoint(graph.outputs):
        return graph
    fresh = evolve(graph.tensors[seen], id=graph.next_id())
    copy = Node(_free_index(graph), _copy.OPERATOR, (fresh.id,), (seen,))
    nodes = (*graph.nodes[:at], evolve(view, outputs=(fresh.id,)), copy, *graph.nodes[at + 1 :])
    return evolve(graph.with_tensors(fresh), nodes=nodes)


def _shown(graph: Graph, seen: int) -> set[int | None]:
    """A tensor, and the views of it."""
    found: set[int | None] = {seen}
    for node in graph.nodes:
        if node.op.view and node.inputs[0] in found:
            found |= set(node.outputs)
    return found


def _given_out(graph: Graph, output: int) -> Graph:
    """Returns `graph` with a copy of a variable behind everything: an output has its own place.

    The output keeps its index, which ports refer to; the variable gets one that no graph uses.
    """
    every = (graph, *inner_graphs(graph).values())
    variable = evolve(graph.tensors[output], id=max(each.next_id() for each in every))
    nodes = tuple(
        evolve(node, inputs=tuple(variable.id if t == output else t for t in node.inputs))
        for node in graph.nodes
    )
    copy = Node(_free_index(graph), _copy.OPERATOR, (variable.id,), (output,))
    copied = evolve(graph.tensors[output], is_variable=False, initial=None)
    return evolve(graph.with_tensors(variable, copied), nodes=(*nodes, copy))


def _free_index(graph: Graph) -> int:
    return max((node.index for node in graph.nodes), default=-1) + 1
