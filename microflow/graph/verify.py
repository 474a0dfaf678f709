"""The graph's invariants, checked after every pass. A violation is our own bug, so it raises."""

from __future__ import annotations

from microflow.graph.ir import Graph, Node


class BrokenGraph(AssertionError):  # noqa: N818  (a bug of ours, not an error of the user's)
    """A pass returned a graph that violates an invariant."""


def verify(graph: Graph, after: str) -> Graph:
    """Returns `graph`, or raises `BrokenGraph` naming the pass `after` which it broke."""
    valued = (t for t in graph.tensors.values() if t.is_constant or t.is_variable)
    available = {t.id for t in valued} | set(graph.inputs)
    for node in graph.nodes:
        _verify_node(graph, node, available, after)
        available |= set(node.outputs)
    missing = [t for t in graph.outputs if t not in available]
    if missing:
        raise BrokenGraph(f"after {after}: nothing computes output tensors {missing}")
    return graph


def _verify_node(graph: Graph, node: Node, available: set[int], after: str) -> None:
    place = f"after {after}: {node.op.name} (operator {node.index})"
    for tensor in (*node.inputs, *node.outputs):
        if tensor is not None and tensor not in graph.tensors:
            raise BrokenGraph(f"{place} names tensor {tensor}, which does not exist")
    for tensor in node.inputs:
        if tensor is not None and tensor not in available:
            raise BrokenGraph(f"{place} reads tensor {tensor} before it is computed")
    for tensor in node.outputs:
        if tensor in available:
            raise BrokenGraph(f"{place} writes tensor {tensor}, which already has a value")
    site = graph.site(node)
    shapes = node.op.infer(site)
    if len(shapes) != len(site.outputs):
        raise BrokenGraph(f"{place} has {len(site.outputs)} outputs instead of {len(shapes)}")
    for output, shape in zip(site.outputs, shapes, strict=True):
        if output.shape != shape:
            raise BrokenGraph(f"{place}: {output} should have shape {list(shape)}")
