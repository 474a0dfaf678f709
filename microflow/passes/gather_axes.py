"""Brings the dimensions of a reduction together where they are too scattered for its kernel.

A TRANSPOSE before it puts those that are reduced behind those that are kept. Both keep their order,
so that elements are added up in the same one as before, which counts for floats.
"""

from __future__ import annotations

import numpy as np
from attrs import evolve

from microflow.graph.ir import Graph, Node, Site
from microflow.graph.tensor import DType, Tensor
from microflow.ops import _reduce, transpose


def run(graph: Graph) -> Graph:
    """Returns `graph` with a TRANSPOSE before each reduction that no kernel takes as it is."""
    for site in graph.sites():
        if isinstance(site.attrs, _reduce.ReducerOptions) and _reduce.is_scattered(site):
            graph = _gathered(graph, site)
    return graph


def _gathered(graph: Graph, site: Site) -> Graph:
    x, rank, reduced = site.input(0), len(site.input(0).shape), _reduce.axes(site)
    order = sorted(range(rank), key=lambda axis: (axis in reduced, axis))
    first = graph.next_id()
    shape = tuple(x.shape[axis] for axis in order)
    moved = evolve(x, id=first, shape=shape, data=None, is_variable=False, initial=None)
    orders = _numbers(first + 1, "order", order)
    behind = _numbers(first + 2, "axes", range(rank - len(reduced), rank))
    index = max(node.index for node in graph.nodes) + 1
    nodes = (
        Node(index, transpose.OPERATOR, (x.id, orders.id), (moved.id,)),
        evolve(site.node, inputs=(moved.id, behind.id)),
    )
    at = graph.nodes.index(site.node)
    graph = evolve(graph, nodes=(*graph.nodes[:at], *nodes, *graph.nodes[at + 1 :]))
    return graph.with_tensors(moved, orders, behind)


def _numbers(index: int, name: str, numbers: list[int] | range) -> Tensor:
    data = np.array(numbers, "<i4").tobytes()
    return Tensor(index, name, DType.INT32, (len(numbers),), data=data)
