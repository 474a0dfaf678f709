"""Gives nodes the variables that their operators keep beside their operands.

The files do not name these; they get indices that no subgraph of the model uses.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from attrs import evolve

from microflow.graph.ir import Graph, Node
from microflow.graph.state import inner_graphs


def run(graph: Graph) -> Graph:
    """Returns `graph`, and the subgraphs in it, with these variables."""
    every = (graph, *inner_graphs(graph).values())
    return _given(graph, count(max(each.next_id() for each in every)), {})


def _given(graph: Graph, free: Iterator[int], done: dict[int, Graph]) -> Graph:
    """The same; subgraphs that are `done` have theirs already."""
    for number, inner in graph.subgraphs.items():
        if number not in done:
            done[number] = _given(inner, free, done)
    graph = evolve(graph, subgraphs={number: done[number] for number in graph.subgraphs})
    for node in graph.nodes:
        graph = _with_state(graph, node, free)
    return graph


def _with_state(graph: Graph, node: Node, free: Iterator[int]) -> Graph:
    kept = tuple(evolve(t, id=next(free)) for t in node.op.state(graph.site(node)))
    if not kept:
        return graph
    keeper = evolve(node, state=tuple(t.id for t in kept))
    nodes = tuple(keeper if n is node else n for n in graph.nodes)
    return evolve(graph.with_tensors(*kept), nodes=nodes)
