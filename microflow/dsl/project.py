"""The project: models bound to their graphs, ports to tensors, targets to chips."""

from __future__ import annotations

from attrs import frozen

from microflow.diag import Span
from microflow.dsl.values import Arena, Budget, Decode, Place
from microflow.graph.ir import Graph, Tensor
from microflow.targets import Target

__all__ = ["Arena", "BoundModel", "Budget", "Decode", "Place", "Port", "Project"]


@frozen
class Port:
    """An input or output as the application sees it.

    `label` is its C identifier, `position` its index among the graph's inputs or outputs, `real` a
    range of real values, `frontend` the resolved path of a C header. `stream` tells that the
    application gives it row by row; `stream_span` is where the manifest says so.
    """

    label: str
    position: int
    tensor: Tensor
    unit: str = ""
    real: tuple[float, float] | None = None
    labels: tuple[str, ...] = ()
    decode: Decode | None = None
    frontend: str | None = None
    span: Span | None = None
    stream: bool = False
    stream_span: Span | None = None


@frozen
class BoundModel:
    """A model with its graph. `inputs` and `outputs` cover the graph's, in the graph's order.

    `source` and `out_dir` are resolved paths; `sha256` is the file's, in hexadecimal. `packages`
    are kinds of `microflow.firmware`; `selftest_span` is where the manifest asks for a self-test.
    `arena` is one that the model shares, as said at `arena_span`; None: it has its own.
    """

    name: str
    graph: Graph
    source: str
    sha256: str
    profile: str
    optimize: str
    budget: Budget
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    targets: tuple[str, ...]
    prefix: str | None
    out_dir: str | None
    span: Span
    source_span: Span
    packages: tuple[str, ...] = ()
    selftest: bool = False
    selftest_span: Span | None = None
    place: Place = Place()
    arena: Arena | None = None
    arena_span: Span | None = None


@frozen
class Project:
    """Everything that is compiled: the chips in use, in order of first use, and the models."""

    path: str
    targets: tuple[Target, ...]
    models: tuple[BoundModel, ...]
