"""The memory plan of one model: lifetimes, placement, proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph
from microflow.plan.lifetimes import Buffer, lifetimes, scratch_id, storage
from microflow.plan.place import lower_bound, place
from microflow.plan.shadow import Certificate, play


@frozen
class Plan:
    """Where every buffer lies; sizes and offsets are in bytes. Only certified plans exist."""

    buffers: tuple[Buffer, ...]
    owner: Mapping[int, int]
    offsets: Mapping[int, int]
    arena_bytes: int
    lower_bound: int
    certificate: Certificate

    def offset(self, tensor: int) -> int:
        """Returns where a tensor starts in the arena."""
        return self.offsets[self.owner[tensor]]

    def scratch(self, step: int) -> int:
        """Returns where the scratch memory of step `step` starts."""
        return self.offsets[scratch_id(step)]


def make_plan(graph: Graph, calls: Sequence[tuple[KernelCall, ...]]) -> Plan:
    """Returns a certified plan for `graph`, whose node i is lowered to ``calls[i]``."""
    owner = storage(graph)
    buffers = lifetimes(graph, calls, owner)
    offsets, arena_bytes = place(buffers)
    sizes = {b.id: b.size for b in buffers}
    scratch = [
        (offsets[scratch_id(step)], sizes[scratch_id(step)])
        if scratch_id(step) in offsets
        else None
        for step in range(len(graph.nodes))
    ]
    certificate = play(graph, owner, offsets, arena_bytes, scratch)
    return Plan(buffers, owner, offsets, arena_bytes, lower_bound(buffers), certificate)
