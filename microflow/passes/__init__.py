"""The ordered pipeline of graph passes: one ``Graph -> Graph`` function a module."""

from __future__ import annotations

from microflow.graph.ir import Graph
from microflow.graph.verify import verify
from microflow.passes import (
    drop_unused,
    fold_constants,
    fold_pad,
    fuse_activation,
    load_constants,
    materialise_outputs,
    stand_up,
)
from microflow.targets import Core

PIPELINE = (
    fold_constants,
    stand_up,
    fold_pad,
    fuse_activation,
    drop_unused,
    materialise_outputs,
)


def run_passes(graph: Graph, core: Core) -> Graph:
    """Returns `graph` in the form that is planned and lowered for `core`; each pass is verified."""
    verify(graph, "import")
    for module in PIPELINE:
        graph = verify(module.run(graph), module.__name__.rpartition(".")[2])
    return verify(load_constants.run(graph, core), "load_constants")
