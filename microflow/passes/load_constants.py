"""Copies constant operands to RAM where kernels cannot read them in place.

On some cores a plain pointer cannot reach program memory. Subgraphs take their inputs from RAM on
every core.

Weights and tables are parameters and are read in place; what this is about are constant tensors
that a kernel takes as an operand, such as one side of an ADD.
"""

from __future__ import annotations

from attrs import evolve

from microflow.graph.ir import Graph, Node
from microflow.ops import _copy
from microflow.targets import Core


def run(graph: Graph, core: Core) -> Graph:
    """Returns `graph` with a copy in front of every constant operand, where `core` needs it."""
    for node in graph.nodes:
        for operand in _constant_operands(graph, node, core):
            graph = _load(graph, node, operand)
    return graph


def _constant_operands(graph: Graph, node: Node, core: Core) -> dict[int, None]:
    """The constants that the node's kernel calls, or subgraphs, take as operands, in order."""
    if node.op.control is not None:
        return dict.fromkeys(
            t for t in node.inputs if t is not None and graph.tensors[t].is_constant
        )
    if not core.separate_program_memory:
        return {}
    calls = node.op.lower(graph.site(node), core)
    used = (tensor for call in calls for tensor in call.inputs)
    return dict.fromkeys(t for t in used if graph.tensors[t].is_constant)


def _load(graph: Graph, node: Node, operand: int) -> Graph:
    copied = evolve(graph.tensors[operand], id=graph.next_id(), data=None)
    index = max(n.index for n in graph.nodes) + 1
    copy = Node(index, _copy.OPERATOR, (operand,), (copied.id,))
    at = next(i for i, n in enumerate(graph.nodes) if n.index == node.index)
    reader = graph.nodes[at]
    inputs = tuple(copied.id if i == operand else i for i in reader.inputs)
    nodes = (*graph.nodes[:at], copy, evolve(reader, inputs=inputs), *graph.nodes[at + 1 :])
    return evolve(graph.with_tensors(copied), nodes=nodes)
