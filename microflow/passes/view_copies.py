"""Makes views of nodes whose output is their input byte for byte: they take no code, no memory.

A transpose that moves dimensions of one element alone is such a node, or a slice of everything.
"""

from __future__ import annotations

from attrs import evolve

from microflow.graph.ir import Graph, Node, Site
from microflow.ops import _view


def run(graph: Graph) -> Graph:
    """Returns `graph` where nodes that would only copy show their input under another shape."""
    return evolve(graph, nodes=tuple(_seen(graph.site(node)) for node in graph.nodes))


def _seen(site: Site) -> Node:
    op = site.node.op
    if (
        op.view
        or op.control
        or site.inputs[:1] in ((), (None,))
        or _is_kept(site)
        or not op.copies(site)
    ):
        return site.node
    view = evolve(op, view=True, access=_view.access, fold=_view.fold, lower=_view.lower)
    return evolve(site.node, op=view)


def _is_kept(site: Site) -> bool:
    """Tells whether the input has bytes of its own: constants, and variables that may change."""
    source = site.input(0)
    return source.is_constant or source.is_variable or site.output.is_variable
