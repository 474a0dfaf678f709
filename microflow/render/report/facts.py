"""What a report shows of one model on one target, read from the plain data of `report --json`.

Sizes and addresses are bytes. A field that the data lack has its default, so that reports of other
versions can be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cattrs
from attrs import evolve, field, frozen


@frozen
class Tensor:
    """A tensor of the model: its index, what the model calls it, its form."""

    tensor: int
    name: str
    type: str
    shape: tuple[int, ...]
    bytes: int

    @property
    def form(self) -> str:
        """Its dimensions, such as ``1×49×40×8``."""
        return "×".join(map(str, self.shape)) or "scalar"


@frozen
class Layer:
    """An operator: `index` is its place in the model, a `view` only renames its input's bytes."""

    index: int
    operator: str
    kernels: tuple[str, ...] = ()
    inputs: tuple[Tensor, ...] = ()
    outputs: tuple[Tensor, ...] = ()
    constants: int = 0
    macs: int = 0
    modelled_instructions: int | None = None
    modelled_cycles: int | None = None
    view: bool = False


@frozen
class Ring:
    """The last `rows` rows of a tensor that never exists whole."""

    name: str
    offset: int
    bytes: int
    tensor: int | None = None
    rows: int = 1
    row_bytes: int = 0


@frozen
class Step:
    """A part of the run: one layer, or a band of layers that take turns row by row."""

    step: int
    operators: tuple[int, ...]
    kind: str = "layer"
    order: str = "ascending"
    row_calls: int = 0
    scratch_bytes: int = 0
    streamed: str | None = None
    rings: tuple[Ring, ...] = ()
    sums_bytes: int = 0

    @property
    def is_band(self) -> bool:
        """Tells whether its layers take turns."""
        return self.kind == "band"

    @property
    def label(self) -> str:
        """Its operators' indices, such as ``4`` or ``0–3``."""
        first, last = self.operators[0], self.operators[-1]
        return str(first) if first == last else f"{first}–{last}"


@frozen
class Buffer:
    """Memory that is in use from `first_step` to `last_step`, both included."""

    name: str
    offset: int
    bytes: int
    first_step: int
    last_step: int
    kind: str = ""
    tensor: int | None = None

    @property
    def end(self) -> int:
        """The address behind it."""
        return self.offset + self.bytes

    def live(self, step: int) -> bool:
        """Tells whether it is in use in `step`."""
        return self.first_step <= step <= self.last_step


@frozen
class Candidate:
    """A plan that was considered."""

    arena_bytes: int
    stack_bytes: int = 0
    code_bytes: int = 0
    modelled_cycles: int | None = None
    banded_operators: int = 0
    row_calls: int = 0
    chosen: bool = False


@frozen
class Certificate:
    """What the shadow execution checked."""

    reads: int
    writes: int


@frozen
class Plan:
    """The memory plan. Layers that are views are in no step."""

    arena_bytes: int
    lower_bound: int
    certificate: Certificate
    goal: str = ""
    steps: tuple[Step, ...] = ()
    buffers: tuple[Buffer, ...] = ()
    front: tuple[Candidate, ...] = ()


@frozen
class Budget:
    """What the manifest allows: bytes, and seconds of one inference. None: not limited."""

    flash: int | None = None
    ram: int | None = None
    stack: int | None = None
    latency: float | None = None


@frozen
class Chip:
    """The target, and the Hz of its clock, None where that is unknown."""

    core: str = ""
    description: str = ""
    clock: int | None = None


@frozen
class Taker:
    """What takes bytes of a memory, such as an arena, and for which models."""

    what: str
    models: tuple[str, ...]
    bytes: int

    @property
    def estimated(self) -> bool:
        """Tells whether the bytes come from measured tables; the others are exact."""
        return self.what in ("code", "stack")


@frozen
class Memory:
    """A memory of the chip with what all models put into it.

    `kind` is flash or ram, `size` None where there is no limit.
    """

    memory: str
    kind: str
    size: int | None = None
    takers: tuple[Taker, ...] = ()


@frozen
class Result:
    """One model on one target."""

    model: str
    target: str
    profile: str
    model_sha256: str
    manifest_sha256: str
    arena_bytes: int
    constant_bytes: int
    code_bytes: int
    flash_bytes: int
    stack_bytes: int
    ram_bytes: int
    macs: int
    plan: Plan
    state_bytes: int = 0
    margin: float = 0.0
    estimated: tuple[str, ...] = ()
    latency_us: float | None = None
    cycle_margin: float | None = None
    budget: Budget = Budget()
    chip: Chip = Chip()
    memories: tuple[Memory, ...] = ()
    layers: tuple[Layer, ...] = ()
    tensors: Mapping[int, Tensor] = field(init=False)

    @tensors.default
    def _tensors(self) -> Mapping[int, Tensor]:
        return {t.tensor: t for layer in self.layers for t in (*layer.inputs, *layer.outputs)}

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """The tensors that the application fills."""
        made = {t.tensor for layer in self.layers for t in layer.outputs}
        return tuple(t for i, t in self.tensors.items() if i not in made)

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """The tensors that no layer reads."""
        read = {t.tensor for layer in self.layers for t in layer.inputs}
        return tuple(t for i, t in self.tensors.items() if i not in read)

    def layer(self, index: int) -> Layer:
        """Returns the layer that is operator `index` of the model."""
        return next(layer for layer in self.layers if layer.index == index)


def read_result(data: Mapping[str, Any]) -> Result:
    """Returns an entry of `results` as values; raises where something that it needs is missing."""
    read = cattrs.structure(data, Result)
    if read.plan.steps:
        return read
    steps = tuple(Step(i, (layer.index,)) for i, layer in enumerate(read.layers))
    return evolve(read, plan=evolve(read.plan, steps=steps))
