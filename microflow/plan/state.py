"""Where variables lie: beside the arena, one behind the other. All sizes are bytes."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from microflow.graph.ir import Graph
from microflow.graph.state import variables
from microflow.graph.tensor import Tensor
from microflow.plan.tasks import ALIGNMENT, padded


@frozen
class State:
    """The variables of a model and of its subgraphs, with their offsets by index."""

    variables: tuple[Tensor, ...]
    offsets: Mapping[int, int]
    bytes: int


def lay_out(graph: Graph) -> State:
    """Returns the state of `graph`. Those that are aligned to more bytes come first."""
    found = sorted(variables(graph), key=lambda t: (-_alignment(t), t.id))
    offsets: dict[int, int] = {}
    size = 0
    for variable in found:
        offsets[variable.id] = size
        size += padded(variable.bytes, _alignment(variable))
    return State(tuple(found), offsets, size)


def _alignment(tensor: Tensor) -> int:
    return max(ALIGNMENT, tensor.dtype.size)
