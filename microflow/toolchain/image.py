"""Builds images: a generated model, the program around it and a board's start-up, linked for a target.

The program fetches its inputs from the host and hands its outputs back, so one image serves all
vectors and holds none. `model_run` is called by the board's own code, so that the host knows where
a call begins and ends; the image has no code for counting.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from attrs import evolve, frozen

from microflow.codegen.cunit import CModel
from microflow.codegen.lower import Compiled, lower_unit
from microflow.codegen.render import render_unit
from microflow.diag import Diagnostic, Diagnostics, Rule
from microflow.resources import resource
from microflow.targets import Emulator, Memory, Target
from microflow.toolchain.cross import Toolchain, call_compiler, find_toolchain, not_emulated
from microflow.toolchain.elf import Elf, read_elf
from microflow.toolchain.harness import render_board_program
from microflow.toolchain.host import PREFIX

IMAGE_TOO_LARGE = Rule(
    "MF6033",
    "image-too-large",
    """The image does not fit the target's memory

The model was compiled for the target and linked with a small start-up of ours (about one kilobyte
of flash, and some stack), and the linker found that flash or RAM is too small. RAM holds the arena,
other variables, and at least the stack that an inference needs.

Remedy: the message says what is over and by how much. Choose a larger chip, or make the model
smaller; `mflowc check` names the step that needs most memory.
""",
)

_OVERFLOW = re.compile(r"'?`?\b(FLASH|RAM)'?.{0,40}overflowed by (\d+) bytes")
_BOARDS = "runtime_c/boards"
_MARKS = ("-include", "layer_marks.h")


@frozen
class Image:
    """A linked program for `target`: what it takes and gives each step, in bytes."""

    path: Path
    target: Target
    emulator: Emulator
    toolchain: Toolchain
    model: CModel
    elf: Elf

    @property
    def reply(self) -> tuple[int, ...]:
        """The bytes of every output."""
        return tuple(port.size for port in self.model.outputs)


@frozen
class Build:
    """How an image is built.

    `marks` lets layers be told apart; `defines` are macros of the model's file; `toolchain` (None:
    the usual one) compiles.
    """

    marks: bool = False
    defines: tuple[str, ...] = ()
    toolchain: Toolchain | None = None


def build_image(
    compiled: Compiled,
    target: Target,
    folder: Path,
    build: Build = Build(),  # noqa: B008  (frozen)
) -> tuple[Image | None, Diagnostics]:
    """Returns the image of `compiled` for `target`, built in `folder`, which keeps every file."""
    emulator = target.emulator or target.core.emulator
    if emulator is None:
        return None, (not_emulated(target.core),)
    toolchain, missing = (build.toolchain, ()) if build.toolchain else find_toolchain(target.core)
    if toolchain is None:
        return None, missing
    model = _write(compiled, target, emulator, folder)
    for step in (_compile_board, _compile_model, _link):
        failed = step(toolchain, build, folder)
        if failed:
            return None, tuple(_explained(d, target, emulator) for d in failed)
    path = folder / "image.elf"
    return Image(path, target, emulator, toolchain, model, read_elf(path)), ()


def link_without_model(image: Image) -> tuple[Elf | None, Diagnostics]:
    """Returns the same image without the model: every call of it goes somewhere else."""
    model = image.model
    calls = ["run", *(f"input_{p.label}" for p in model.inputs)]
    calls += [f"output_{p.label}" for p in model.outputs]
    flags = [f"-Wl,--defsym={model.prefix}_{call}=main" for call in calls]
    folder = image.path.parent
    failed = _link_objects(image.toolchain, _board_objects(image.toolchain), "empty.elf", folder, flags)
    return (None, failed) if failed else (read_elf(folder / "empty.elf"), ())


def memories(target: Target, emulator: Emulator) -> tuple[Memory, Memory]:
    """Returns flash and RAM: of the target's sizes, where the emulated board has them."""

    def cut(there: Memory, size: int | None) -> Memory:
        return there if size is None else evolve(there, size=min(size, there.size))

    return cut(emulator.flash, target.flash), cut(emulator.ram, target.ram)


def _write(compiled: Compiled, target: Target, emulator: Emulator, folder: Path) -> CModel:
    """Writes model, program and memory map."""
    unit = lower_unit(PREFIX, [compiled], target.core)
    files = render_unit(unit)
    files["main.c"] = render_board_program(unit.models[0])
    files["memory.ld"] = _memory_map(*memories(target, emulator), emulator.least_stack)
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    return unit.models[0]


def _memory_map(flash: Memory, ram: Memory, least_stack: int) -> str:
    return (
        "MEMORY\n{\n"
        f"  FLASH (rx) : ORIGIN = {flash.origin:#x}, LENGTH = {flash.size:#x}\n"
        f"  RAM (rwx) : ORIGIN = {ram.origin:#x}, LENGTH = {ram.size:#x}\n"
        f"}}\nmf_stack_least = {least_stack};\n"
    )


def _board_sources(toolchain: Toolchain) -> tuple[str, ...]:
    libc = () if toolchain.libc else ("libc/memory.c", "libc/expf.c")
    return (*toolchain.description.sources, *libc)


def _board_objects(toolchain: Toolchain) -> tuple[str, ...]:
    return ("main.o", *(f"{Path(s).stem}.o" for s in _board_sources(toolchain)))


def _compile_board(toolchain: Toolchain, _build: Build, folder: Path) -> Diagnostics:
    boards = resource(_BOARDS)
    sources = [str(boards / source) for source in _board_sources(toolchain)]
    include = ("-I", str(boards / "common"))
    arguments = ("-c", *toolchain.code_flags, *include, "main.c", *sources)
    return call_compiler(toolchain, arguments, folder)[1]


def _compile_model(toolchain: Toolchain, build: Build, folder: Path) -> Diagnostics:
    marks = (*_MARKS, "-I", str(resource(_BOARDS) / "common")) if build.marks else ()
    defines = (f"-D{define}" for define in build.defines)
    arguments = ("-c", *toolchain.model_flags, *marks, *defines, f"{PREFIX}.c")
    return call_compiler(toolchain, arguments, folder)[1]


def _link(toolchain: Toolchain, _build: Build, folder: Path) -> Diagnostics:
    objects = (*_board_objects(toolchain), f"{PREFIX}.o")
    return _link_objects(toolchain, objects, "image.elf", folder)


def _link_objects(
    toolchain: Toolchain,
    objects: Sequence[str],
    name: str,
    folder: Path,
    flags: Sequence[str] = (),
) -> Diagnostics:
    script = resource(_BOARDS) / toolchain.description.script
    arguments = ("-nostartfiles", "-Wl,--gc-sections", "-L.", "-T", str(script), *flags)
    linked = (*arguments, *objects, *toolchain.libraries, "-o", name)
    return call_compiler(toolchain, linked, folder)[1]


def _explained(found: Diagnostic, target: Target, emulator: Emulator) -> Diagnostic:
    """Turns what a linker says of a memory that is too small into sizes."""
    over = {kind: int(size) for note in found.notes for kind, size in _OVERFLOW.findall(note)}
    if not over:
        return found
    flash, ram = memories(target, emulator)
    has = {"FLASH": ("flash", flash.size), "RAM": ("RAM", ram.size)}
    parts = (f"{has[k][0]} by {n:,} bytes (it has {has[k][1]:,})" for k, n in sorted(over.items()))
    return Diagnostic(
        IMAGE_TOO_LARGE,
        f"the image exceeds {target.name}'s {' and '.join(parts)}",
        "choose a larger chip, or make the model smaller",
        notes=(f"RAM includes {emulator.least_stack} bytes of stack",) if "RAM" in over else (),
    )
