"""Measures a model on a target: what it takes of memory, and what an inference costs.

Sizes are those of a linked image minus the same image without the model, so that start-up code and
the program around the model do not count. The image that is counted is the one whose outputs are
returned; layers are counted in a second one that marks where they end, whose code may differ by a
few instructions.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from attrs import evolve, frozen

from microflow.codegen.cunit import CModel
from microflow.codegen.lower import Compiled
from microflow.diag import Diagnostics
from microflow.targets import Target
from microflow.toolchain.board import RUN_SECONDS, Count, Run, run_image
from microflow.toolchain.cross import Toolchain, compiler_version
from microflow.toolchain.cycles import model_cycles
from microflow.toolchain.elf import Elf
from microflow.toolchain.image import Build, Image, build_image, link_without_model


@frozen
class ImageSizes:
    """What a model takes, in bytes; `code_bytes` includes what it pulls in from libraries.

    `static_bytes` are variables beside the arena, `data_bytes` those of them whose first contents
    lie in flash.
    """

    arena_bytes: int
    constant_bytes: int
    code_bytes: int
    data_bytes: int
    static_bytes: int

    @property
    def flash_bytes(self) -> int:
        """Code, constants, and the first contents of variables."""
        return self.code_bytes + self.constant_bytes + self.data_bytes


@frozen
class LayerMeasure:
    """What layer `index` (of the model's operators) took."""

    index: int
    instructions: int
    cycles: int | None


@frozen
class Measurement:
    """A model on a target. Costs are those of the first step, the stack is the largest of all.

    `cycles` are the simulator's on AVR and modelled on Cortex-M4 (see `cycles`), else None.
    """

    compiler: str
    sizes: ImageSizes
    instructions: int
    cycles: int | None
    stack_bytes: int
    layers: tuple[LayerMeasure, ...]
    outputs: tuple[tuple[bytes, ...], ...]

    @property
    def ram_bytes(self) -> int:
        """Arena, other variables, and the stack of an inference."""
        return self.sizes.arena_bytes + self.sizes.static_bytes + self.stack_bytes


def measure(
    compiled: Compiled,
    target: Target,
    inputs: Sequence[Sequence[bytes]],
    folder: Path,
    *,
    toolchain: Toolchain | None = None,
    seconds: float = RUN_SECONDS,
) -> tuple[Measurement | None, Diagnostics]:
    """Returns what `compiled` takes on `target`, run once for each of `inputs` (at least one)."""
    plain = Build(toolchain=toolchain)
    image, failed = build_image(compiled, target, _made(folder / "plain"), plain)
    if image is None:
        return None, failed
    sizes, failed = measure_sizes(image)
    if sizes is None:
        return None, failed
    run, failed = run_image(image, inputs, counted=True, seconds=seconds)
    if run is None:
        return None, failed
    marked = evolve(plain, marks=True)
    layers, failed = _layers(compiled, target, inputs[:1], folder / "layers", marked, seconds)
    if layers is None:
        return None, failed
    return _measurement(image, sizes, run, layers), ()


def measure_sizes(image: Image) -> tuple[ImageSizes | None, Diagnostics]:
    """Returns what the model takes of the image's memories."""
    empty, failed = link_without_model(image)
    return (None, failed) if empty is None else (_sizes(image.model, image.elf, empty), ())


def _sizes(model: CModel, elf: Elf, empty: Elf) -> ImageSizes:
    tables = {a.name for a in model.arrays} | {s.name for s in model.structs}
    constants = sum(s.size for s in elf.symbols if s.is_object and s.name in tables)
    arena = sum(s.size for s in elf.symbols if s.is_object and s.name == model.arena)
    data = elf.data_bytes - empty.data_bytes
    variables = elf.variable_bytes - empty.variable_bytes
    if model.arena_given:  # the program's own, so there without the model too
        arena, variables = model.arena_bytes, variables + model.memory_bytes
    return ImageSizes(
        arena_bytes=arena,
        constant_bytes=constants,
        code_bytes=elf.flash_bytes - empty.flash_bytes - constants - data,
        data_bytes=data,
        static_bytes=variables - arena,
    )


def _layers(
    compiled: Compiled,
    target: Target,
    inputs: Sequence[Sequence[bytes]],
    folder: Path,
    build: Build,
    seconds: float,
) -> tuple[tuple[LayerMeasure, ...] | None, Diagnostics]:
    image, failed = build_image(compiled, target, _made(folder), build)
    if image is None:
        return None, failed
    run, failed = run_image(image, inputs, counted=True, seconds=seconds)
    if run is None:
        return None, failed
    pairs = zip(image.model.layers, run.counts[0].layers, strict=True)
    return tuple(LayerMeasure(a, b.instructions, b.cycles) for a, b in pairs), ()


def _measurement(
    image: Image, sizes: ImageSizes, run: Run, layers: tuple[LayerMeasure, ...]
) -> Measurement:
    first: Count = run.counts[0]
    return Measurement(
        compiler=compiler_version(image.toolchain),
        sizes=sizes,
        instructions=first.instructions,
        cycles=first.cycles or model_cycles(image.target.core, image.elf, run.blocks),
        stack_bytes=max(count.stack_bytes for count in run.counts),
        layers=layers,
        outputs=run.outputs,
    )


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
