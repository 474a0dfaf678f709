"""The project: models bound to their graphs, ports to tensors, targets to chips."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, field, frozen

from microflow.diag import Span
from microflow.dsl.values import Arena, Budget, Conversion, Decode, Goals, Kernels, Place
from microflow.graph.ir import Graph
from microflow.graph.tensor import Tensor
from microflow.targets import Target

__all__ = [
    "Arena",
    "BoundModel",
    "Budget",
    "Decode",
    "Goals",
    "Kernels",
    "Place",
    "Port",
    "Project",
]


@frozen
class Port:
    """An input or output as the application sees it.

    `label` is its C identifier, `position` its index among the graph's inputs or outputs, `real` a
    range of real values, `frontend` the resolved path of a C header. `stream` tells that the
    application gives it row by row; `stream_span` is where the manifest says so. `conversion` is
    how what the application holds becomes the tensor, None where it is the tensor.
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
    conversion: Conversion | None = None


@frozen
class BoundModel:
    """A model with its graph. `inputs` and `outputs` cover the graph's, in the graph's order.

    `source` and `out_dir` are resolved paths; `sha256` is the file's, in hexadecimal. `packages`
    are kinds of `microflow.firmware`; `selftest_span` is where the manifest asks for a self-test.
    `overrides` are the goals on targets that the model has an ``on`` block for, by name. `vectors`
    is the resolved path of what to verify with, `tolerance` in steps of integer outputs.
    `arena` is one that the model shares, as said at `arena_span`; None: it has its own, or the
    application gives it (`arena_given`).
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
    arena_given: bool = False
    overrides: Mapping[str, Goals] = field(factory=dict)
    vectors: str | None = None
    tolerance: int = 0
    profile_span: Span | None = None
    kernels: Kernels = Kernels()

    def on(self, target: str) -> BoundModel:
        """Returns the model as the manifest wants it on the target of this name."""
        goals = self.overrides.get(target)
        if goals is None:
            return self
        return evolve(self, optimize=goals.optimize, budget=goals.budget, place=goals.place)


@frozen
class Project:
    """Everything that is compiled: the chips in use, in order of first use, and the models."""

    path: str
    targets: tuple[Target, ...]
    models: tuple[BoundModel, ...]
