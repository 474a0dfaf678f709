"""The ordered pipeline of graph passes: one ``Graph -> Graph`` function a module."""

from __future__ import annotations

from attrs import evolve

from microflow.graph.ir import Graph
from microflow.graph.verify import verify
from microflow.passes import (
    copy_variables,
    drop_unused,
    flip_uint8,
    fold_constants,
    fold_pad,
    fuse_activation,
    gather_axes,
    give_state,
    load_constants,
    materialise_outputs,
    stand_up,
    view_copies,
)
from microflow.targets import Core

PIPELINE = (
    flip_uint8,
    fold_constants,
    gather_axes,
    view_copies,
    stand_up,
    fold_pad,
    fuse_activation,
    drop_unused,
    materialise_outputs,
    copy_variables,
)


def run_passes(graph: Graph, core: Core) -> Graph:
    """Returns `graph` in the form that is planned and lowered for `core`; each pass is verified.

    So are its subgraphs, those first that others run.
    """
    return _passed(verify(give_state.run(graph), "give_state"), core, {})


def _passed(graph: Graph, core: Core, done: dict[int, Graph]) -> Graph:
    for number, inner in graph.subgraphs.items():
        if number not in done:
            done[number] = _passed(inner, core, done)
    graph = evolve(graph, subgraphs={number: done[number] for number in graph.subgraphs})
    verify(graph, "import")
    for module in PIPELINE:
        graph = verify(module.run(graph), module.__name__.rpartition(".")[2])
    return verify(load_constants.run(graph, core), "load_constants")
