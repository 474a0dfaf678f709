"""Which tensors need memory, how much, and from which step to which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph, Tensor

ALIGNMENT = 4  # bytes; every buffer starts at a word of a 32-bit core


@frozen
class Buffer:
    """Memory that is live from step `first` to step `last`, both included.

    Step i is node i; inputs are live from -1, outputs until the number of nodes. `size` is in
    bytes. A tensor's buffer has the tensor's index, a node's scratch a negative one.
    """

    id: int
    name: str
    size: int
    alignment: int
    first: int
    last: int

    def overlaps(self, other: Buffer) -> bool:
        """Tells whether both are live in some step."""
        return self.first <= other.last and other.first <= self.last


def scratch_id(step: int) -> int:
    """Returns the buffer index of the scratch memory of step `step`."""
    return -1 - step


def storage(graph: Graph) -> dict[int, int]:
    """Returns, for each tensor in memory, the tensor whose bytes it shares (views share)."""
    owner = {t: t for t in graph.inputs}
    for node in graph.nodes:
        source = node.inputs[0] if node.op.view else None
        for output in node.outputs:
            owner[output] = output if source is None else owner.get(source, output)
    return owner


def lifetimes(
    graph: Graph, calls: Sequence[tuple[KernelCall, ...]], owner: Mapping[int, int]
) -> tuple[Buffer, ...]:
    """Returns the buffers of `graph`, whose node i is lowered to ``calls[i]``."""
    born: dict[int, int] = dict.fromkeys((owner[t] for t in graph.inputs), -1)
    dies = dict(born)
    for step, node in enumerate(graph.nodes):
        for tensor in node.outputs:
            born.setdefault(owner[tensor], step)
        for used in (*node.inputs, *node.outputs):
            if used is not None and used in owner:
                dies[owner[used]] = step
    for tensor in graph.outputs:
        dies[owner[tensor]] = len(graph.nodes)
    tensors = [_tensor_buffer(graph.tensors[t], born[t], dies[t]) for t in born]
    return (*tensors, *_scratch(graph, calls))


def _tensor_buffer(tensor: Tensor, first: int, last: int) -> Buffer:
    alignment = max(ALIGNMENT, tensor.dtype.size)
    return Buffer(tensor.id, tensor.name, tensor.bytes, alignment, first, last)


def _scratch(graph: Graph, calls: Sequence[tuple[KernelCall, ...]]) -> list[Buffer]:
    sizes = [max((call.scratch for call in group), default=0) for group in calls]
    return [
        Buffer(scratch_id(step), f"scratch of {graph.nodes[step].op.name}", size, 8, step, step)
        for step, size in enumerate(sizes)
        if size
    ]
