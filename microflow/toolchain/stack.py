"""The static bound of a model's stack: the deepest chain of calls in what a compiler makes.

The generated file is compiled for the target's core and linked with the compiler's libraries alone.
Frames are those that `-fstack-usage` tells; those of library functions, and all that zig compiles,
are read from the machine code. No call and no frame is guessed: where one cannot be told, there is
no bound but the reason.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from attrs import frozen

from microflow.resources import resource
from microflow.targets import Core
from microflow.toolchain.callgraph import Function, call_graph, function_names, read_usage
from microflow.toolchain.cross import Toolchain, call_compiler, compiler_version, find_toolchain
from microflow.toolchain.elf import Elf, read_elf

_IMAGE = "stack.elf"
_BOARDS = "runtime_c/boards"


@frozen
class StackBound:
    """The most bytes of stack that a function takes, with those that it calls.

    `chain` names the functions that reach it, from the caller to the callee. Where there is no
    bound, `bytes` is None, and the last of `chain` is the function of which `reason` speaks.
    """

    bytes: int | None
    chain: tuple[str, ...]
    compiler: str = ""
    reason: str = ""

    def __str__(self) -> str:
        """Returns the bound in words."""
        way = " > ".join(self.chain)
        if self.bytes is None:
            return f"unknown: {self.chain[-1]} {self.reason} ({way})"
        return f"at most {self.bytes:,} bytes ({way})"


@frozen
class Program:
    """Linked code: its functions by name, and what compiled it."""

    functions: Mapping[str, Function]
    compiler: str


def stack_bounds(
    files: Mapping[str, str], source: str, roots: Sequence[str], core: Core
) -> dict[str, StackBound]:
    """Returns the bounds of those functions `roots` that the C file `source` of `files` has.

    There are none where no compiler for `core` is installed or it cannot link the code.
    """
    toolchain = find_toolchain(core)[0] if core.compiler else None
    if toolchain is None:
        return {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8")
        program = link_program(toolchain, source, roots, folder)
    if program is None:
        return {}
    return {root: stack_bound(program, root) for root in roots if root in program.functions}


def stack_bound(program: Program, root: str) -> StackBound:
    """Returns the bound of the function `root`: whole frames, whether they are written or not."""
    found = deepest(program.functions, root, lambda f: f.frame)
    return StackBound(found.bytes, found.chain, program.compiler, found.reason)


def written_stack(program: Program, root: str) -> StackBound:
    """Returns how far down `root` and what it calls can write, which is what emulators see."""
    found = deepest(program.functions, root, lambda f: f.frame - f.untouched)
    return StackBound(found.bytes, found.chain, program.compiler, found.reason)


def deepest(
    functions: Mapping[str, Function], root: str, reach: Callable[[Function], int]
) -> StackBound:
    """Returns the deepest chain from `root`, of which the last function takes `reach` of itself."""
    known: dict[str, StackBound] = {}

    def below(name: str, path: tuple[str, ...]) -> StackBound:
        if name in path:
            return StackBound(None, (name,), reason="is called again before it returns")
        if name not in known:
            known[name] = bound(name, (*path, name))
        return known[name]

    def bound(name: str, path: tuple[str, ...]) -> StackBound:
        function = functions[name]
        if function.problem:
            return StackBound(None, (name,), reason=function.problem)
        best = StackBound(reach(function), (name,))
        for callee in (*function.calls, *function.jumps):
            found = below(callee, path)
            chain = (name, *found.chain)
            if found.bytes is None:
                return StackBound(None, chain, reason=found.reason)
            if best.bytes is not None and function.frame + found.bytes > best.bytes:
                best = StackBound(function.frame + found.bytes, chain)
        return best

    return below(root, ())


def link_program(
    toolchain: Toolchain, source: str, roots: Sequence[str], folder: Path
) -> Program | None:
    """Returns the code that `roots` of the file `source` in `folder` need, libraries included."""
    stem = Path(source).stem
    usage = () if toolchain.zig else ("-fstack-usage",)  # zig keeps what it says to itself
    flags = ("-c", *toolchain.model_flags, *usage, source, "-o", f"{stem}.o")
    if call_compiler(toolchain, flags, folder):
        return None
    elf = _link(toolchain, f"{stem}.o", roots, folder)
    if elf is None:
        return None
    told = folder / f"{stem}.su"
    frames = read_usage(told.read_text("utf-8")) if told.is_file() else {}
    own = function_names(read_elf(folder / f"{stem}.o"))
    return Program(call_graph(elf, frames, own), compiler_version(toolchain))


def _link(toolchain: Toolchain, model: str, roots: Sequence[str], folder: Path) -> Elf | None:
    """Links what `roots` need and nothing else, at the addresses that the linker likes."""
    kept = (f"-Wl,-u,{root}" for root in roots)
    flags = ("-nostartfiles", "-Wl,--gc-sections", f"-Wl,-e,{roots[0]}", *kept, "-o", _IMAGE)
    # zig takes long to make its library for the first time, which few models need
    alone = toolchain.zig and not call_compiler(toolchain, (*flags, model, "-nostdlib"), folder)
    if not alone:
        own = _library_objects(toolchain, folder)
        if call_compiler(toolchain, (*flags, model, *own, *toolchain.libraries), folder):
            return None
    return read_elf(folder / _IMAGE)


def _library_objects(toolchain: Toolchain, folder: Path) -> tuple[str, ...]:
    """What stands for a C library where there is none; compiled unless `folder` has it."""
    if toolchain.libc:
        return ()
    boards = resource(_BOARDS)
    sources = (*toolchain.description.sources, *toolchain.libc_sources)
    found = []
    for source in (boards / source for source in sources if source.endswith(".c")):
        name = f"{source.stem}.library.o"
        flags = ("-c", *toolchain.code_flags, "-I", str(boards / "common"), str(source), "-o", name)
        if (folder / name).is_file() or not call_compiler(toolchain, flags, folder):
            found.append(name)
    return tuple(found)
