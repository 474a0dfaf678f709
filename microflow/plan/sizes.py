"""What a model takes on a core: memory by kind, in bytes, and which figures are estimates.

Arena and constants are exact. Code and stack come from the core's table of measured kernels.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph
from microflow.plan.plan import Plan
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
    margin: float  # of the estimates, relative; 0.05 means within 5 %
    estimated: tuple[str, ...] = ESTIMATED


def sizes(
    graph: Graph,
    plan: Plan,
    calls: Sequence[tuple[KernelCall, ...]],
    constant_bytes: int,
    core: Core,
) -> Sizes:
    """Returns the figures of `graph`, whose node i makes ``calls[i]``."""
    made = [call for group in calls for call in group]
    code = core.sizes.base.code + core.sizes.call_code * len(made)
    code += sum(_measured(kernel, core).code for kernel in sorted({c.kernel for c in made}))
    stack = core.sizes.base.stack + max((_stack(c, core) for c in made), default=0)
    arena_bytes = plan.arena_bytes
    return Sizes(
        arena_bytes=arena_bytes,
        constant_bytes=constant_bytes,
        code_bytes=code,
        flash_bytes=code + constant_bytes,
        stack_bytes=stack,
        ram_bytes=arena_bytes + stack,
        macs=sum(site.node.op.cost(site).macs for site in graph.sites()),
        margin=core.sizes.margin,
    )


def _measured(kernel: str, core: Core) -> KernelSize:
    return core.sizes.kernels.get(kernel, KernelSize(0, 0))


def _stack(call: KernelCall, core: Core) -> int:
    """The kernel's frames, and the row pointers that lie in the caller's."""
    return _measured(call.kernel, core).stack + call.row_pointers * core.pointer_bytes
