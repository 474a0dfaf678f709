"""Builds images: a generated model, the program around it, a board's start-up, linked for a target.

The program fetches its inputs from the host and hands its outputs back, so one image serves all
vectors and holds none. `model_run` is called by the board's own code, so that the host knows where
a call begins and ends; the image has no code for counting.
"""

from __future__ import annotations

from pathlib import Path

from attrs import evolve, frozen

from microflow.codegen.cunit import CModel
from microflow.codegen.lower import Compiled, lower_unit
from microflow.codegen.render import render_unit
from microflow.diag import Diagnostic, Diagnostics, Rule
from microflow.graph.call import KernelCall
from microflow.resources import resource
from microflow.targets import Emulator, Memory, Target
from microflow.targets.fitting import fitting_chips
from microflow.toolchain.cache import keep
from microflow.toolchain.cross import (
    CROSS_COMPILER_FAILED,
    Toolchain,
    call_compiler,
    find_toolchain,
    not_emulated,
)
from microflow.toolchain.elf import Elf, read_elf
from microflow.toolchain.harness import render_board_program
from microflow.toolchain.host import NO_SOURCE, PREFIX

IMAGE_TOO_LARGE = Rule(
    "MF6033",
    "image-too-large",
    """The image does not fit the target's memory

The model was compiled for the target and linked with a small start-up of ours (less than two
kilobytes of flash, and a few bytes of RAM), and flash or RAM is too small for it. RAM holds the
arena, other variables, and at least the stack that the start-up needs.

Remedy: the message says what is over and by how much. Choose a larger chip, or make the model
smaller; `mflowc check` names the step that needs most memory.
""",
)

_BOARDS = "runtime_c/boards"
_MARKS = ("-include", "layer_marks.h")
_IMAGE, _EMPTY, _LARGE = "image.elf", "empty.elf", "large.elf"
_PLENTY = 1 << 24  # bytes of each memory: to see how much is needed
_VECTORS = 4096  # bytes in front of a flash that begins elsewhere than the processor


@frozen
class Build:
    """How an image is built.

    `marks` lets layers be told apart; `defines` are macros of the model's file; `toolchain` (None:
    the usual one) compiles.
    """

    marks: bool = False
    defines: tuple[str, ...] = ()
    toolchain: Toolchain | None = None


@frozen
class Image:
    """A program for `target`, linked in `folder`; `elf` is what the linker made."""

    folder: Path
    target: Target
    emulator: Emulator
    toolchain: Toolchain
    model: CModel
    elf: Elf

    @property
    def name(self) -> str:
        """The image's file in its folder."""
        return _IMAGE

    @property
    def reply(self) -> tuple[int, ...]:
        """The bytes of every output."""
        return tuple(port.size for port in self.model.outputs)


@frozen
class Link:
    """With what, where and for which board an image is linked."""

    toolchain: Toolchain
    folder: Path
    target: Target
    emulator: Emulator


def build_image(
    compiled: Compiled,
    target: Target,
    folder: Path,
    build: Build = Build(),
) -> tuple[Image | None, Diagnostics]:
    """Returns the image of `compiled` for `target`, built in `folder`, which keeps every file."""
    emulator = target.board
    if emulator is None:
        return None, (not_emulated(target.core),)
    toolchain, missing = (build.toolchain, ()) if build.toolchain else find_toolchain(target.core)
    if toolchain is None:
        return None, missing
    if compiled.foreign:
        return None, tuple(_not_here(call) for _, call in compiled.foreign)
    link = Link(toolchain, folder, target, emulator)
    model = _write_sources(compiled, target, folder)
    failed = _without_room(model, link) or _compile(toolchain, build, folder)
    if failed:
        return None, _kept(failed, folder)
    elf, failed = link_image(link, _IMAGE, _objects(toolchain, "main", PREFIX))
    if elf is None:
        return None, _too_large(link) or _kept(failed, folder)
    return Image(folder, target, emulator, toolchain, model, elf), ()


def _not_here(call: KernelCall) -> Diagnostic:
    text = f"`{call.name}` is the application's: emulated boards run models without such functions"
    remedy = "compile it for `host` too, name the function's `source`, and run it on this computer"
    return Diagnostic(NO_SOURCE, text, remedy)


def link_without_model(image: Image) -> tuple[Elf | None, Diagnostics]:
    """Returns the same image without the model: every call of it goes somewhere else."""
    model = image.model
    stream = model.stream
    calls = ["run"] if stream is None else [f"push_{stream.label}", "reset"]
    calls += [f"input_{p.label}" for p in model.whole_inputs]
    calls += [f"output_{p.label}" for p in model.outputs]
    calls += ["set_arena"] if model.arena_given else []
    flags = tuple(f"-Wl,--defsym={model.prefix}_{call}=main" for call in calls)
    link = Link(image.toolchain, image.folder, image.target, image.emulator)
    return link_image(link, _EMPTY, (*flags, *_objects(image.toolchain, "main")))


def memories(target: Target, emulator: Emulator) -> tuple[Memory, Memory]:
    """Returns flash and RAM: of the target's sizes and origins, as far as the emulated board goes.

    A memory whose origin is not in the board's keeps its size and lies at the board's origin. What
    the target has beyond flash and RAM adds to them: images place nothing elsewhere.
    """
    flash_origin = None if emulator.kind == "simavr" else target.flash_origin  # it loads to 0
    return (
        _placed(emulator.flash, _bytes(target, "flash"), flash_origin, _VECTORS),
        _placed(emulator.ram, _bytes(target, "ram"), target.ram_origin),
    )


def _bytes(target: Target, kind: str) -> int | None:
    """The bytes of all memories of one kind; None where one is not limited."""
    sizes = [region.size for region in target.regions if region.kind == kind]
    limited = [size for size in sizes if size is not None]
    return sum(limited) if len(limited) == len(sizes) else None


def _placed(there: Memory, size: int | None, origin: int | None, before: int = 0) -> Memory:
    """A part of the memory `there`; at its beginning where `origin` leaves less than `before`."""
    size = there.size if size is None else min(size, there.size)
    first, last = there.origin + before, there.origin + there.size - size
    if origin is None or not first <= origin <= last:
        return Memory(there.origin, size)
    return Memory(origin, size)


def _write_sources(compiled: Compiled, target: Target, folder: Path) -> CModel:
    unit = lower_unit(PREFIX, [compiled], target.core)
    files = {**render_unit(unit), "main.c": render_board_program(unit.models[0])}
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    return unit.models[0]


def board_sources(toolchain: Toolchain) -> tuple[Path, ...]:
    """Returns the sources that every image for a board has."""
    sources = (*toolchain.description.sources, *toolchain.libc_sources)
    return tuple(resource(_BOARDS) / source for source in sources)


def _objects(toolchain: Toolchain, *own: str) -> tuple[str, ...]:
    """The object files of the board, and others by their stems."""
    return tuple(f"{stem}.o" for stem in (*own, *(s.stem for s in board_sources(toolchain))))


def _compile(toolchain: Toolchain, build: Build, folder: Path) -> Diagnostics:
    """Compiles the program and the board, then the model, which has flags of its own."""
    include = ("-I", str(resource(_BOARDS) / "common"))
    marks = (*_MARKS, *include) if build.marks else ()
    defines = (f"-D{define}" for define in build.defines)
    for source in (Path("main.c"), *board_sources(toolchain)):
        failed = compile_file(toolchain, source, (*toolchain.code_flags, *include), folder)
        if failed:
            return failed
    flags = (*toolchain.model_flags, *marks, *defines)
    return compile_file(toolchain, Path(f"{PREFIX}.c"), flags, folder)


def compile_file(
    toolchain: Toolchain, source: Path, flags: tuple[str, ...], folder: Path
) -> Diagnostics:
    """Compiles a file to an object file of its stem in `folder`; returns what went wrong."""
    arguments = ("-c", *flags, str(source), "-o", f"{source.stem}.o")
    return call_compiler(toolchain, arguments, folder)


def link_image(
    link: Link, name: str, objects: tuple[str, ...], size: int | None = None
) -> tuple[Elf | None, Diagnostics]:
    """Links `objects` (and flags) to the image `name`; returns it, or what went wrong.

    With `size`, as if both memories had that many bytes.
    """
    flash, ram = (
        memory if size is None else evolve(memory, size=size)
        for memory in memories(link.target, link.emulator)
    )
    text = _memory_map(flash, ram, link.emulator)
    (link.folder / "memory.ld").write_text(text, "ascii")
    script = resource(_BOARDS) / link.toolchain.description.script
    flags = ("-nostartfiles", "-Wl,--gc-sections", "-L.", "-T", str(script), "-o", name)
    linked = (*flags, *objects, *link.toolchain.libraries)
    failed = call_compiler(link.toolchain, linked, link.folder)
    return (None, failed) if failed else (read_elf(link.folder / name), ())


def _memory_map(flash: Memory, ram: Memory, emulator: Emulator) -> str:
    """The vectors lie where the processor begins, which is not always where the flash begins."""
    start = emulator.flash.origin
    away = flash.origin - start
    boot = f"  BOOT (rx) : ORIGIN = {start:#x}, LENGTH = {away:#x}\n" if away else ""
    return (
        f"MEMORY\n{{\n{boot}"
        f"  FLASH (rx) : ORIGIN = {flash.origin:#x}, LENGTH = {flash.size:#x}\n"
        f"  RAM (rwx) : ORIGIN = {ram.origin:#x}, LENGTH = {ram.size:#x}\n}}\n"
        + ("" if away else 'REGION_ALIAS("BOOT", FLASH);\n')
        + f"mf_stack_least = {emulator.least_stack};\n"
    )


def _kept(failed: Diagnostics, folder: Path) -> Diagnostics:
    """Keeps what a compiler rejected; adds where."""
    place = keep(folder) if any(d.rule is CROSS_COMPILER_FAILED for d in failed) else None
    if place is None:
        return failed
    note = f"its files are kept in {place}"
    return tuple(evolve(d, notes=(*d.notes, note)) for d in failed)


def _without_room(model: CModel, link: Link) -> Diagnostics:
    """Finds a model that needs no linker to see that it does not fit, nor any compiler takes it."""
    return _over(link, model.constant_bytes, model.arena_bytes, "constants and arena alone")


def _too_large(link: Link) -> Diagnostics:
    """Links again, as if there were plenty of memory; returns what is over, and by how much."""
    elf, _ = link_image(link, _LARGE, _objects(link.toolchain, "main", PREFIX), _PLENTY)
    if elf is None:
        return ()
    stack = f"RAM includes a least stack of {link.emulator.least_stack} bytes"
    return _over(link, elf.flash_bytes, elf.ram_bytes, stack)


def _over(link: Link, flash_bytes: int, ram_bytes: int, note: str) -> Diagnostics:
    flash, ram = memories(link.target, link.emulator)
    kinds = (
        ("flash", flash_bytes, flash.size, _bytes(link.target, "flash")),
        ("RAM", ram_bytes, ram.size, _bytes(link.target, "ram")),
    )
    board = f"on the emulated board {link.emulator.board}"
    over = [
        f"{needed:,} bytes of {kind}, {needed - size:,} more than its {size:,}"
        + ("" if size == own else f" {board}")
        for kind, needed, size, own in kinds
        if needed > size
    ]
    if not over:
        return ()
    message = f"the image for {link.target.name} needs {', and '.join(over)}"
    larger = ", ".join(fitting_chips(ram_bytes, flash_bytes)[:4])
    chips = f"choose a larger chip ({larger} would hold it), or " if larger else ""
    remedy = f"{chips}make the model smaller"
    return (Diagnostic(IMAGE_TOO_LARGE, message, remedy, notes=(note,)),)
