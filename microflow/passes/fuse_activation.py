"""Fuses RELU and RELU6 into the operator before them, which clamps its results anyway.

With one scale and zero point on both sides of the activation, integers are clamped to the same
range fused or alone: both forms compute the limits by one formula, and the range the operator
clamps to without an activation contains it. For float32, clamping to the finite numbers and then
to the activation's range is clamping to where both overlap, for infinities, negative zero and NaN
too.
"""

from __future__ import annotations

from attrs import evolve

from microflow.graph.enums import Activation
from microflow.graph.ir import Graph, Node, Site
from microflow.graph.tensor import DType
from microflow.ops import (
    add,
    average_pool_2d,
    conv_2d,
    depthwise_conv_2d,
    div,
    fully_connected,
    max_pool_2d,
    mul,
    relu,
    relu6,
    sub,
    transpose_conv,
)

_CLAMPING = (
    conv_2d.OPERATOR,
    depthwise_conv_2d.OPERATOR,
    fully_connected.OPERATOR,
    transpose_conv.OPERATOR,
    add.OPERATOR,
    sub.OPERATOR,
    mul.OPERATOR,
    div.OPERATOR,
    average_pool_2d.OPERATOR,
    max_pool_2d.OPERATOR,
)


def run(graph: Graph) -> Graph:
    """Returns `graph` with each activation fused that alone reads an operator's result."""
    for node in graph.nodes:
        activation = _activation(node)
        if activation is not None:
            graph = _fuse(graph, graph.site(node), activation)
    return graph


def _activation(node: Node) -> Activation | None:
    if node.op is relu.OPERATOR:
        return Activation.RELU
    return Activation.RELU6 if node.op is relu6.OPERATOR else None


def _fuse(graph: Graph, clamp: Site, activation: Activation) -> Graph:
    """Returns `graph` without the node of `clamp`, or as it is where that would not be exact."""
    between = clamp.input(0)
    before = next((n for n in graph.nodes if between.id in n.outputs), None)
    if before is None or not _can_clamp(before) or not _one_meaning(clamp):
        return graph
    if len(graph.consumers()[between.id]) != 1 or between.id in graph.outputs:
        return graph
    attrs = evolve(before.attrs, activation=activation)
    fused = evolve(before, outputs=clamp.node.outputs, attrs=attrs)
    kept = (n for n in graph.nodes if n is not clamp.node)
    return evolve(graph, nodes=tuple(fused if n is before else n for n in kept))


def _can_clamp(node: Node) -> bool:
    known = any(node.op is op for op in _CLAMPING)
    return known and node.attrs.activation is Activation.NONE


def _one_meaning(clamp: Site) -> bool:
    """Tells whether the same bytes stand for the same numbers before and after the activation."""
    x, y = clamp.input(0), clamp.output
    return x.dtype is DType.FLOAT32 or x.quantization == y.quantization
