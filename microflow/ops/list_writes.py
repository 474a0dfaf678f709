"""Lists that a loop fills: a write of one item, as converters express it, made an operator.

A list is a tensor, an item one row of it. To write item i, converters join the rows before it, the
new row, and the rows behind it:

    CONCATENATION(SLICE(list, 0, [i, -1…]), EXPAND_DIMS(row, 0), SLICE(list, [i + 1, 0…], -1))

How many rows lie before and behind is known at run time only; the whole is
DYNAMIC_UPDATE_SLICE(list, row, [i, 0…]) for every i that is a row.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, frozen

from microflow.graph.enums import Activation
from microflow.graph.ir import Graph, Node, Operator
from microflow.ops import add, concatenation, dynamic_update_slice, expand_dims, reshape
from microflow.ops import slice as slice_
from microflow.ops._constants import values

_REST = -1  # as a size of SLICE: all behind the beginning


def with_list_writes(graph: Graph) -> Graph:
    """Returns `graph` with writes of items as DYNAMIC_UPDATE_SLICE."""
    makers = _Makers(graph, {t: node for node in graph.nodes for t in node.outputs})
    readers = graph.consumers()
    changes: dict[int, Node | None] = {}
    for node in graph.nodes:
        write = _write(makers, node)
        if write is not None and _is_apart(graph, write, readers):
            changes |= write.changes()
    if not changes:
        return graph
    nodes = (changes.get(node.index, node) for node in graph.nodes)
    return evolve(graph, nodes=tuple(node for node in nodes if node is not None))


@frozen
class _Makers:
    """A graph, and the node that makes each tensor."""

    graph: Graph
    nodes: Mapping[int, Node]

    def of(self, tensor: int | None, op: Operator, inputs: int) -> Node | None:
        """Returns the node that makes `tensor`, if it is `op` of so many inputs."""
        node = None if tensor is None else self.nodes.get(tensor)
        if node is None or node.op is not op or len(node.inputs) != inputs or None in node.inputs:
            return None
        return node

    def holds(self, tensor: int | None, value: int) -> bool:
        """Tells whether `tensor` is constant, and `value` throughout."""
        found = None if tensor is None else self.graph.tensors[tensor]
        return found is not None and found.is_constant and bool((values(found) == value).all())

    def number(self, tensor: int | None) -> int | None:
        """Returns the tensor that a number comes from, under whatever shape; None for several."""
        while tensor is not None and self.graph.tensors[tensor].elements == 1:
            node = self.nodes.get(tensor)
            if node is None or node.op is not reshape.OPERATOR or not node.inputs:
                return tensor
            tensor = node.inputs[0]
        return None

    def succeeds(self, tensor: int | None, other: int | None) -> bool:
        """Tells whether `tensor` is the number after that of `other`."""
        first = self.number(other)
        node = self.of(self.number(tensor), add.OPERATOR, 2)
        if node is None or first is None or node.attrs.activation is not Activation.NONE:
            return False
        a, b = node.inputs
        return (self.number(a) == first and self.holds(b, 1)) or (
            self.number(b) == first and self.holds(a, 1)
        )


@frozen
class _Write:
    """The nodes that make a write: the joined rows, those before and behind, how many before."""

    join: Node
    before: Node
    behind: Node
    size: Node
    zeros: int | None

    def changes(self) -> dict[int, Node | None]:
        """Returns what becomes of nodes, by index. The size [i, -1…] is made the place [i, 0…]."""
        place = evolve(self.size, inputs=(self.size.inputs[0], self.zeros))
        update = evolve(
            self.join,
            op=dynamic_update_slice.OPERATOR,
            inputs=(self.before.inputs[0], self.join.inputs[1], place.outputs[0]),
            attrs=None,
        )
        gone = {self.before.index: None, self.behind.index: None}
        return {place.index: place, update.index: update, **gone}


def _write(makers: _Makers, join: Node) -> _Write | None:
    """Returns the write whose rows `join` joins, if it is one."""
    if join.op is not concatenation.OPERATOR or len(join.inputs) != 3 or join.attrs.axis != 0:
        return None
    before = makers.of(join.inputs[0], slice_.OPERATOR, 3)
    row = makers.of(join.inputs[1], expand_dims.OPERATOR, 2)
    behind = makers.of(join.inputs[2], slice_.OPERATOR, 3)
    if before is None or row is None or behind is None:
        return None
    size = makers.of(before.inputs[2], concatenation.OPERATOR, 2)
    begin = makers.of(behind.inputs[1], concatenation.OPERATOR, 2)
    if size is None or begin is None:
        return None
    sound = (
        join.attrs.activation is Activation.NONE
        and before.inputs[0] == behind.inputs[0]
        and makers.holds(row.inputs[1], 0)
        and makers.holds(before.inputs[1], 0)
        and makers.holds(size.inputs[1], _REST)
        and makers.holds(begin.inputs[1], 0)
        and makers.holds(behind.inputs[2], _REST)
        and makers.succeeds(begin.inputs[0], size.inputs[0])
    )
    return _Write(join, before, behind, size, begin.inputs[1]) if sound else None


def _is_apart(graph: Graph, write: _Write, readers: Mapping[int, tuple[Node, ...]]) -> bool:
    """Tells whether nothing else reads what is changed or gone."""
    inner = [node.outputs[0] for node in (write.before, write.behind, write.size)]
    return all(len(readers[tensor]) == 1 and tensor not in graph.outputs for tensor in inner)
