"""A manifest, typed: what the text says, before any model is looked at."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from microflow.diag import Span
from microflow.dsl.ast import Block
from microflow.dsl.values import Affine, Arena, Budget, Decode, Given, Goals, Kernels, Place
from microflow.graph.call import Foreign
from microflow.targets import Target


@frozen
class PortDeclaration:
    """An ``input`` or ``output`` block; `block` is where a fix may add a key."""

    direction: str
    label: Given[str]
    block: Block
    tensor: Given[str | int] | None = None
    shape: Given[tuple[int, ...]] | None = None
    type: Given[str] | None = None
    real: Given[tuple[float, float]] | None = None
    unit: str = ""
    labels: Given[tuple[Given[str], ...]] | None = None
    decode: Given[Decode] | None = None
    stream: Given[bool] | None = None
    frontend: Given[str] | None = None
    accept: Given[str] | None = None
    normalize: Given[Affine] | None = None
    order: Given[str] | None = None
    layout: Given[str] | None = None


@frozen
class ModelDeclaration:
    """A ``model`` block with what it inherits. `source` is resolved against the manifest.

    `overrides` are the goals on targets that the model has an ``on`` block for, by name. `vectors`
    is a resolved path.
    """

    name: Given[str]
    span: Span
    source: Given[str] | None
    sha256: Given[str] | None
    targets: tuple[Given[str], ...]
    profile: str
    optimize: str
    budget: Budget
    inputs: tuple[PortDeclaration, ...]
    outputs: tuple[PortDeclaration, ...]
    prefix: str | None
    out_dir: str | None
    packages: tuple[str, ...] = ()
    selftest: Given[bool] | None = None
    place: Place = Place()
    arena: Given[str] | None = None
    overrides: Mapping[str, Goals] = field(factory=dict)
    vectors: Given[str] | None = None
    tolerance: int = 0
    profile_span: Span | None = None
    kernels: Kernels = Kernels()

    def place_on(self, target: str) -> Place:
        """Returns where the model shall lie on the target of this name."""
        return self.overrides[target].place if target in self.overrides else self.place


@frozen
class CustomDeclaration:
    """A ``custom`` block: `foreign` is the function, `operator` where its operator is named."""

    foreign: Foreign
    operator: Given[str]


@frozen
class Manifest:
    """What a manifest says. `targets` holds every chip that a model names, resolved.

    `arenas` are those that models may share, by name; `customs` the functions that compute custom
    operators of any model.
    """

    path: str
    models: tuple[ModelDeclaration, ...]
    targets: Mapping[str, Target]
    arenas: Mapping[str, Arena] = field(factory=dict)
    customs: tuple[CustomDeclaration, ...] = ()

    @property
    def sources(self) -> dict[str, Given[str]]:
        """The model files to read: each resolved path, and where it is named first."""
        found: dict[str, Given[str]] = {}
        for model in self.models:
            if model.source is not None:
                found.setdefault(model.source.value, model.source)
        return found
