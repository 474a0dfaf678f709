"""What a model takes on a core: memory by kind, in bytes, and which figures are estimates.

Arena and constants are exact. Code and stack come from the core's table of measured kernels.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from microflow.graph.ir import Graph
from microflow.targets import Core, KernelSize

ESTIMATED = ("code_bytes", "flash_bytes", "stack_bytes", "ram_bytes")


@frozen
class Sizes:
    """The figures of one model on one core. `estimated` names those that are estimates."""

    arena_bytes: int
    constant_bytes: int
    code_bytes: int
    flash_bytes: int
    stack_bytes: int
    ram_bytes: int
    macs: int
    estimated: tuple[str, ...] = ESTIMATED


def sizes(
    graph: Graph, arena_bytes: int, constant_bytes: int, kernels: Sequence[str], core: Core
) -> Sizes:
    """Returns the figures of `graph`, whose lowered form uses `kernels` (distinct names)."""
    table = core.sizes
    measured = [table.kernels.get(kernel, KernelSize(0, 0)) for kernel in kernels]
    code = table.base.code + sum(m.code for m in measured)
    stack = table.base.stack + max((m.stack for m in measured), default=0)
    return Sizes(
        arena_bytes=arena_bytes,
        constant_bytes=constant_bytes,
        code_bytes=code,
        flash_bytes=code + constant_bytes,
        stack_bytes=stack,
        ram_bytes=arena_bytes + stack,
        macs=sum(site.node.op.cost(site).macs for site in graph.sites()),
    )
