"""Computes at compile time what depends on constants alone."""

from __future__ import annotations

from attrs import evolve

from microflow.graph.ir import Graph, Node


def run(graph: Graph) -> Graph:
    """Returns `graph` with every foldable node replaced by constants."""
    kept: list[Node] = []
    for node in graph.nodes:
        site = graph.site(node)
        folded = node.op.fold(site)
        if folded is None:
            kept.append(node)
            continue
        made = zip(site.outputs, folded, strict=True)
        graph = graph.with_tensors(*(evolve(tensor, data=data) for tensor, data in made))
    return evolve(graph, nodes=tuple(kept))
