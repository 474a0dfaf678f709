"""What a manifest and its models say together: the value that everything after binding uses."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from microflow.diag import Span
from microflow.graph.ir import Graph, Tensor
from microflow.targets import Target


@frozen
class Decode:
    """The output is decoded to the largest score's index, or none below `threshold` (real)."""

    threshold: float | None = None


@frozen
class Port:
    """An input or output as the application sees it.

    `label` is a C identifier, `position` the index among the graph's inputs or outputs. `frontend`
    is the path of a C header that turns raw samples into the tensor.
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


@frozen
class Budget:
    """What the model may use: bytes, and seconds for an inference. None means unlimited."""

    flash: int | None = None
    ram: int | None = None
    stack: int | None = None
    latency: float | None = None
    spans: Mapping[str, Span] = field(factory=dict)


@frozen
class BoundModel:
    """A model of the manifest with its graph. There is a port for every graph input and output."""

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


@frozen
class Project:
    """A checked manifest: the targets in use, and its models."""

    path: str
    targets: tuple[Target, ...]
    models: tuple[BoundModel, ...]
