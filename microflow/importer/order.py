"""Checks that every tensor has exactly one value before it is read."""

from __future__ import annotations

from microflow.diag import Rule, quoted
from microflow.graph.ir import Graph, Node
from microflow.importer.refusal import Refusal

NOT_COMPUTED = Rule(
    "MF3010",
    "value-not-computed",
    """The model reads a tensor that has no value yet

Operators run in the file's order. Here one reads, or the model gives out, a tensor that is neither
an input nor a constant and that no earlier operator computes: the result would be whatever happens
to be in memory.

Example: two operators in the wrong order, or a constant whose data a tool removed.

Remedy: convert the model again. If you edit models with a script, keep operators in topological
order.
""",
)

WRITTEN_TWICE = Rule(
    "MF3011",
    "written-twice",
    """The model writes a tensor that already has a value

Every tensor has one value: an input's, a constant's, or the one that a single operator computes.
Here an operator writes a tensor that has one already.

Example: two operators with the same output, or one whose output is an input of the model.

Remedy: convert the model again. If you edit models with a script, give the operator a tensor of its
own.
""",
)


def check_order(graph: Graph) -> None:
    """Raises `Refusal` where a tensor is read before it has a value, or gets a second one."""
    valued = {t.id for t in graph.tensors.values() if t.is_constant or t.is_variable}
    valued |= set(graph.inputs)
    for node in graph.nodes:
        for tensor in node.inputs:
            if tensor is not None and tensor not in valued:
                raise _not_computed(graph, tensor, f"{_place(node)} reads")
        for tensor in node.outputs:
            if tensor in valued:
                raise _written_twice(graph, node, tensor)
            valued.add(tensor)
    for tensor in graph.outputs:
        if tensor not in valued:
            raise _not_computed(graph, tensor, "the model gives out")


def _not_computed(graph: Graph, tensor: int, reader: str) -> Refusal:
    writer = next((n for n in graph.nodes if tensor in n.outputs), None)
    cause = f"{_place(writer)} computes it only later" if writer else "nothing computes it"
    return Refusal(NOT_COMPUTED, f"{reader} {_name(graph, tensor)}, but {cause}")


def _written_twice(graph: Graph, node: Node, tensor: int) -> Refusal:
    earlier = next((n for n in graph.nodes if n.index < node.index and tensor in n.outputs), None)
    value = graph.tensors[tensor]
    if earlier is not None:
        owner = f"{_place(earlier)} has written already"
    elif tensor in graph.inputs:
        owner = "is an input of the model"
    elif value.is_constant or value.is_variable:
        owner = "is a constant" if value.is_constant else "is a variable"
    else:
        owner = "it names twice"
    return Refusal(WRITTEN_TWICE, f"{_place(node)} writes {_name(graph, tensor)}, which {owner}")


def _place(node: Node) -> str:
    return f"operator {node.index} ({node.op.name})"


def _name(graph: Graph, tensor: int) -> str:
    return f"tensor {tensor} {quoted(graph.tensors[tensor].name)}"
