"""Variables of a graph: which tensors are their bytes, which nodes work on them, and in what order.

A variable keeps its value from one inference to the next. It lies outside the arena, and nodes read
it where it lies: views of it are its bytes. So every node that works on variables keeps its place
among the others that do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from attrs import frozen

from microflow.graph.ir import Graph, Node
from microflow.graph.tensor import DType, Tensor


@frozen
class Touch:
    """What a node does with variables, by index: the `version` of each that it reads, and updates.

    A version is how many nodes have updated a variable in this inference.
    """

    reads: tuple[tuple[int, int], ...] = ()
    updates: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.reads or self.updates)


def initial_value(tensor: Tensor) -> bytes:
    """Returns what a variable begins with: zero, int8 its zero point, as in the reference."""
    zero = tensor.zero_point % 256 if tensor.dtype is DType.INT8 else 0
    return bytes([zero]) * tensor.bytes


def inner_graphs(graph: Graph) -> Mapping[int, Graph]:
    """Returns the subgraphs that nodes of `graph` run, and those that nodes of these run."""
    found: dict[int, Graph] = {}
    waiting = [graph]
    while waiting:
        outer = waiting.pop()
        for node in outer.nodes:
            for number in node.op.subgraphs(node.attrs):
                if number not in found:
                    found[number] = outer.subgraphs[number]
                    waiting.append(found[number])
    return found


def variables(graph: Graph) -> tuple[Tensor, ...]:
    """Returns the variables that nodes of `graph`, and of its subgraphs, work on, by index."""
    found = {
        t: each.tensors[t]
        for each in (graph, *inner_graphs(graph).values())
        for node in each.nodes
        for t in (*node.inputs, *node.outputs, *node.state)
        if t is not None and each.tensors[t].is_variable
    }
    return tuple(found[t] for t in sorted(found))


def aliases(graph: Graph) -> dict[int, int]:
    """Returns the variable of each tensor that is a variable or a view of one."""
    found = {t.id: t.id for t in graph.tensors.values() if t.is_variable}
    for node in graph.nodes:
        source = node.inputs[0] if node.op.view else None
        if source in found:
            found |= dict.fromkeys(node.outputs, found[source])
    return found


def updates(graph: Graph, node: Node) -> tuple[int, ...]:
    """Returns the variables that `node` updates; those of subgraphs that it runs may be."""
    site = graph.site(node)
    own = (t.id for t in site.updated if t.is_variable)
    inner = (t.id for subgraph in site.subgraphs for t in variables(subgraph))
    return tuple(dict.fromkeys((*own, *inner)))


def touches(graph: Graph) -> Mapping[int, Touch]:
    """Returns what each node does with variables, by the node's index, in the order of `graph`.

    A node reads the version that there was when the view was made through which it reads.
    """
    owner, current = aliases(graph), Counter[int]()
    seen: dict[int, int] = {}
    found: dict[int, Touch] = {}
    for node in graph.nodes:
        given = [t for t in node.inputs if t in owner]
        version = {t: seen.get(t, current[owner[t]]) for t in given}
        if node.op.view:
            seen |= {made: version[t] for t in given[:1] for made in node.outputs}
            continue
        changed = updates(graph, node)
        reads = dict.fromkeys((owner[t], version[t]) for t in given)
        reads |= dict.fromkeys((v, current[v]) for v in changed)
        found[node.index] = Touch(tuple(reads), changed)
        current.update(changed)
    return found
