"""Lowers the variables of a model: where they lie, and the statements that give first values.

They lie in an array of their own, which outlives inferences as the arena's bytes do not, and which
models that share an arena do not share. In an arena that the application gives they lie behind the
plan's bytes, so that two arenas hold two states.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from microflow.codegen.cdata import CArray
from microflow.codegen.cflow import CState
from microflow.graph.ir import Graph
from microflow.graph.tensor import Tensor
from microflow.plan.state import lay_out
from microflow.targets import Core

if TYPE_CHECKING:
    from microflow.codegen.scope import Scope


def state_name(stem: str) -> str:
    """Returns the C name of the array of variables; `stem` begins the model's static names."""
    return f"{stem}state"


def first_values(graph: Graph, stem: str = "") -> tuple[CArray, ...]:
    """Returns the tables of first values that are more than one byte again and again."""
    each = (t for t in lay_out(graph).variables if _fill(t) is None)
    return tuple(CArray(f"{stem}initial_{t.id}", t.dtype, t.initial or b"") for t in each)


def lower_state(scope: Scope, core: Core) -> CState | None:
    """Returns the state of a model; None where it has no variables."""
    state, model = scope.state, scope.compiled.model
    if not state.variables:
        return None
    return CState(
        name=state_name(scope.stem),
        bytes=state.bytes,
        base=scope.kept_at,
        alignment=core.alignment,
        begin=f"{scope.stem}begin_state",
        begun="" if model.arena_given else f"{scope.stem}state_begun",
        lines=tuple(_statements(scope)),
    )


def _statements(scope: Scope) -> Iterator[str]:
    """What gives the variables their first values: equal bytes that lie together at once."""
    for fill, group in groupby(scope.state.variables, _fill):
        members = list(group)
        if fill is not None:
            size = scope.state.offsets[members[-1].id] + members[-1].bytes
            size -= scope.state.offsets[members[0].id]
            yield f"memset({scope.variable('void', members[0].id)}, {fill}, {size});"
            continue
        for tensor in members:
            table = scope.tables[tensor.dtype, tensor.initial or b""].name
            yield f"mf_rom_copy({scope.variable('void', tensor.id)}, {table}, {tensor.bytes});"


def _fill(tensor: Tensor) -> int | None:
    """The byte that all of a first value consists of; None where it does not."""
    each = set(tensor.initial or b"")
    return next(iter(each)) if len(each) == 1 else None
