"""How far a float result may be from the reference's: not at all, unless its kernel calls libm.

C's mathematical functions differ by a unit in the last place from one library to the next, so a
kernel that calls them cannot promise bytes. Its contract.h then states a bound, and this module
reads it there.
"""

from __future__ import annotations

import re
from functools import cache

from microflow.codegen.lower import Compiled
from microflow.graph.ir import Node
from microflow.resources import resource

_BOUND = re.compile(r"within (\d+) units in the last place")


@cache
def kernel_bound(kernel: str) -> int:
    """Returns the units in the last place that the results of `kernel` may be off: mostly 0."""
    folder = resource(f"runtime_c/kernels/{kernel}")
    if not any("<math.h>" in path.read_text("utf-8") for path in sorted(folder.glob("*.h"))):
        return 0
    words = " ".join((folder / "contract.h").read_text("utf-8").split())
    found = _BOUND.search(words)
    assert found is not None, f"{kernel}/contract.h states no bound in units in the last place"
    return int(found[1])


def bounds(compiled: Compiled) -> dict[int, tuple[Node, int]]:
    """Returns the nodes that call libm, with their bound, by index."""
    pairs = zip(compiled.graph.nodes, compiled.calls, strict=True)
    found = {
        node.index: (node, max((kernel_bound(c.kernel) for c in group if not c.foreign), default=0))
        for node, group in pairs
    }
    return {index: (node, bound) for index, (node, bound) in found.items() if bound}


def tolerance(compiled: Compiled, lsb: int = 0) -> str:
    """Returns in words what is allowed beside equal bytes: `lsb` in integers of the outputs."""
    allowed = sorted({(node.op.name, bound) for node, bound in bounds(compiled).values()})
    parts = ", ".join(f"{name} {bound}" for name, bound in allowed)
    libm = f"units in the last place of operators that call libm ({parts}), layer by layer"
    words = [*([f"{lsb}lsb in integer outputs"] if lsb else []), *([libm] if parts else [])]
    return "; ".join(words) or "none: every byte must be equal"
