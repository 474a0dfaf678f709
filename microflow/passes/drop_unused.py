"""Removes nodes whose results nobody reads."""

from __future__ import annotations

from attrs import evolve

from microflow.graph.ir import Graph, Node
from microflow.graph.state import updates


def run(graph: Graph) -> Graph:
    """Returns `graph` without nodes that contribute to no output and update no variable."""
    needed = set(graph.outputs)
    kept: list[Node] = []
    for node in reversed(graph.nodes):
        if needed.isdisjoint(node.outputs) and not updates(graph, node):
            continue
        kept.append(node)
        needed |= {t for t in node.inputs if t is not None}
    return evolve(graph, nodes=tuple(reversed(kept)))
