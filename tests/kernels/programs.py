"""Programs that hold variants of a kernel, built for this computer and for emulated boards."""

from __future__ import annotations

import atexit
import ctypes
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from attrs import frozen

from microflow.codegen.contract import needs
from microflow.graph.call import KernelCall
from microflow.resources import resource
from microflow.targets import Emulator, load_target
from microflow.toolchain.cross import Toolchain, find_toolchain
from microflow.toolchain.elf import Elf
from microflow.toolchain.image import Link, board_sources, compile_file, link_image
from tests.kernels.ways import Function
from tests.need import need_core, need_sanitizers
from tests.run_model import SANITIZE, STRICT

HOSTS = ("gcc", "clang")
_HOST_FLAGS = ("-O1", "-fno-strict-aliasing")  # the program handles pointers of any type
_WARNINGS = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror")
_FAULTY = Path(__file__).with_name("faulty")  # variants that are wrong, to see that it is seen
IMAGE = "image.elf"
_NEEDS = re.compile(r"^/\* Needs (.*?)\. \*/$", re.MULTILINE)


@frozen
class Shape:
    """What the functions of a kernel look like, as its calls tell."""

    kernel: str
    operands: int
    by_rows: bool
    scratch: bool
    sums: bool
    raises: bool


@frozen
class Layout:
    """How a program lays out memory; `guard` is what surrounds each block, in bytes.

    `rom`: constants are in program memory, and part of the image.
    """

    pointer_bytes: int
    max_align: int
    guard: int
    rom: bool = False


@frozen
class Image:
    """What is linked for a board."""

    link: Link
    objects: tuple[str, ...]


@frozen
class Program:
    """A program that holds some variants, for this computer or a board."""

    path: Path
    layout: Layout
    image: Image | None = None


def shape_of(call: KernelCall) -> Shape:
    """Returns what the functions of the call's kernel look like."""
    operands = len(call.inputs) + len(call.outputs)
    rows, scratch = call.row_pointers > 0, call.scratch > 0
    return Shape(call.kernel, operands, rows, scratch, call.sums > 0, call.raises)


def program(place: str, shape: Shape, variants: tuple[str, ...]) -> Program:
    """Returns the program for `place`: a compiler of this computer, or an emulated core.

    It is built once, and what does not build fails at once when it is asked for again.
    """
    made = _program(place, shape, variants)
    assert isinstance(made, Program), made
    return made


@cache
def _program(place: str, shape: Shape, variants: tuple[str, ...]) -> Program | str:
    """The program, or what the compiler said."""
    try:
        return _built(place, shape, variants)
    except AssertionError as failure:
        return str(failure)


def _built(place: str, shape: Shape, variants: tuple[str, ...]) -> Program:
    folder = _folder()
    for variant in variants:
        (folder / f"{variant}.c").write_text(_glue(shape, variant), "ascii")
    (folder / "table.c").write_text(_table(variants), "ascii")
    sources = ("table.c", *(f"{v}.c" for v in variants))
    return _host(place, folder, sources) if place in HOSTS else _board(place, folder, sources)


# ---- What is compiled ----


def _glue(shape: Shape, variant: str) -> str:
    """The file that makes a variant callable; its kernels are private to it."""
    includes = ["mf_port.h", "mf_kernel.h", *_needed(shape.kernel, variant)]
    includes += [f"{shape.kernel}/contract.h", f"{shape.kernel}/{variant}.h", "variants.h"]
    functions = dict(_functions(shape))
    table = ", ".join(f"tried_{f.name.lower()}" if f in functions else "NULL" for f in Function)
    return "\n".join(
        [
            *(f'#include "{name}"' for name in includes),
            f"#define PARAMS(at) ((const MF_ROM mf_{shape.kernel}_params *)MF_TRIED_ROM(at))",
            *(_function(f, shape.kernel, text) for f, text in functions.items()),
            f"extern const mf_variant mf_variant_{variant};",
            f"const mf_variant mf_variant_{variant} = {{{{{table}}}}};\n",
        ]
    )


def _needed(kernel: str, variant: str) -> Iterator[str]:
    """The shared headers that contract and variant ask for, once each."""
    folders = (resource("runtime_c/kernels"), _FAULTY)
    places = (folder / kernel / f"{variant}.h" for folder in folders)
    text = next(place for place in places if place.is_file()).read_text("utf-8")
    found = _NEEDS.search(text)
    own = found[1].split(" and ") if found else []
    yield from dict.fromkeys([*needs(kernel), *own])


def _functions(shape: Shape) -> Iterator[tuple[Function, str]]:
    """Each function that the kernel has: how its name goes on, and its arguments."""
    beside = int(shape.by_rows) + int(shape.scratch)
    operands = [f"at[{i}]" for i in range(shape.operands + beside)]
    yield Function.WHOLE, f"({', '.join(operands)}, PARAMS(at[{len(operands)}]))"
    if shape.by_rows:
        scratch = "at[2], PARAMS(at[3])" if shape.scratch else "PARAMS(at[2])"
        yield Function.ROWS, f"_rows(at[0], at[1], n[0], {scratch})"
    if shape.sums:
        yield Function.BEGIN, "_begin(at[0], PARAMS(at[1]))"
        yield Function.ADD, "_add(at[0], n[0], n[1], at[1], PARAMS(at[2]))"
        yield Function.END, "_end(at[0], at[1], PARAMS(at[2]))"
    if shape.raises:
        yield Function.RAISE, "_raise(at[0], at[1], PARAMS(at[2]))"


def _function(function: Function, kernel: str, text: str) -> str:
    head = f"static void tried_{function.name.lower()}(void *const *at, const int32_t *n)"
    return f"{head} {{\n  (void)n;\n  mf_{kernel}{text};\n}}"


def _table(variants: Sequence[str]) -> str:
    names = [f"mf_variant_{v}" for v in variants]
    return "\n".join(
        [
            '#include "variants.h"',
            *(f"extern const mf_variant {name};" for name in names),
            f"const mf_variant *const mf_variants[] = {{{', '.join(f'&{n}' for n in names)}}};\n",
        ]
    )


def _includes() -> tuple[str, ...]:
    runtime = resource("runtime_c")
    own = (runtime / name for name in ("include", "kernels", "tests"))
    return tuple(f"-I{folder}" for folder in (*own, _FAULTY))


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="variants-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


# ---- For this computer ----


def _host(compiler: str, folder: Path, sources: Sequence[str]) -> Program:
    path = folder / "program"
    main = str(resource("runtime_c/tests/variants.c"))
    flags = (*STRICT, *SANITIZE, *_HOST_FLAGS, *_includes())
    command = [need_sanitizers(compiler), *flags, "-o", str(path), main, *sources, "-lm"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Program(path, Layout(ctypes.sizeof(ctypes.c_void_p), 8, guard=0))


# ---- For a board ----


def _board(name: str, folder: Path, sources: Sequence[str]) -> Program:
    """The image; where program memory is apart, it is linked when its constants are known."""
    core, target = need_core(name), load_target(name)
    toolchain, missing = find_toolchain(core)
    assert toolchain is not None, missing
    assert target.board is not None
    rom = core.separate_program_memory  # and little of the other
    layout = Layout(core.pointer_bytes, core.max_align, 8 if rom else 16, rom)
    _compile(toolchain, folder, sources, _defines(target.board, layout))
    objects = (*sources, "variants.c", *(s.name for s in board_sources(toolchain)))
    stems = tuple(f"{Path(source).stem}.o" for source in objects)
    made = Image(Link(toolchain, folder, target, target.board), stems)
    if not layout.rom:
        linked(made)
    return Program(folder / IMAGE, layout, made)


def _defines(board: Emulator, layout: Layout) -> tuple[str, ...]:
    pool = board.ram.size * 5 // 8 // 16 * 16
    return (f"-DMF_POOL={pool}", *(("-DMF_ROM_BLOCKS",) if layout.rom else ()))


def _compile(
    toolchain: Toolchain, folder: Path, sources: Sequence[str], defines: tuple[str, ...]
) -> None:
    board = f"-I{resource('runtime_c/boards/common')}"
    plain = (*toolchain.code_flags, board)
    strict = (*toolchain.model_flags, *_WARNINGS, board, *_includes(), *defines)
    own = [resource("runtime_c/tests/variants.c"), *(Path(source) for source in sources)]
    flags = {**dict.fromkeys(board_sources(toolchain), plain), **dict.fromkeys(own, strict)}
    for source, its in flags.items():
        failed = compile_file(toolchain, source, its, folder)
        assert not failed, failed[0].notes


def linked(image: Image, *sources: str) -> Elf:
    """Returns the image, linked with further `sources`, which lie in its folder."""
    link, objects = image.link, list(image.objects)
    for source in sources:
        failed = compile_file(link.toolchain, Path(source), link.toolchain.code_flags, link.folder)
        assert not failed, failed[0].notes
        objects.append(f"{Path(source).stem}.o")
    elf, failed = link_image(link, IMAGE, tuple(objects))
    assert elf is not None, failed[0].notes
    return elf
