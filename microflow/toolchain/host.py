"""Builds a compiled model for this computer and runs it in a process of its own."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from attrs import frozen

from microflow.codegen.lower import Compiled, lower_unit
from microflow.codegen.render import render_unit
from microflow.diag import Diagnostic, Diagnostics, Rule
from microflow.graph.call import Foreign
from microflow.targets import Core
from microflow.toolchain.compiler import PROGRAM_FAILED, TIMED_OUT, compile_c, find_compiler
from microflow.toolchain.harness import DumpedLayer, render_harness

PREFIX = "model"
RELEASE = ("-std=c99", "-O2", "-ffp-contract=off")
RUN_SECONDS = 600


NO_SOURCE = Rule(
    "MF6041",
    "no-custom-source",
    """A function that the model needs is not there

The manifest says that a C function of the application's own computes a custom operator. To run the
model, `run`, `verify` and self-tests need that function too, on this computer.

```mflow
custom my_op { operator = "MyOp"; header = "my_op.h"; source = "my_op.c" }
```

Remedy: name the C file with `source`, relative to the manifest. Its folder is on the include path
when it is built. What runs on an emulated board can't have such functions.
""",
)


@frozen
class Program:
    """An executable: takes input tensors, gives `reply` byte counts a run."""

    path: Path
    reply: tuple[int, ...]


@frozen
class Build:
    """How a program is built: the compiler's flags, and which compiler (None: the usual one)."""

    flags: tuple[str, ...] = RELEASE
    compiler: str | None = None


@frozen
class LayerDump:
    """One tensor that the program writes while it runs: its index and bytes."""

    tensor: int
    size: int


def build_program(
    compiled: Compiled,
    core: Core,
    folder: Path,
    flags: Sequence[str] = RELEASE,
    compiler: str | None = None,
    layers: bool = False,
    forced: Collection[int] = (),
) -> tuple[Program | None, Diagnostics]:
    """Returns the program built in `folder`; with `layers` it also writes each layer's outputs.

    Behind the inputs of a run, such a program reads the outputs of the nodes in `forced` (indices),
    in the order of execution, and goes on with these.
    """
    unit = lower_unit(PREFIX, [compiled], core)
    model = unit.models[0]
    for path, text in render_unit(unit).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    source = folder / "harness.c"
    dumps = _dump_table(compiled, forced) if layers else ()
    source.write_text(render_harness(model, dumps), "utf-8")
    program = folder / "program"
    own, failed = foreign_sources(compiled)
    found = [f"-I{folder}" for folder in dict.fromkeys(p.resolve().parent for p in own)]
    used = compiler or find_compiler()
    failed = failed or compile_c(used, [source, *own], program, (*flags, *found))
    if failed:
        return None, failed
    dumped = [d.size for d in layer_dumps(compiled)] if layers else []
    return Program(program, (*dumped, *(port.size for port in model.outputs))), ()


def foreign_sources(compiled: Compiled) -> tuple[list[Path], Diagnostics]:
    """Returns the C files of the application's functions, and which functions have none."""
    used = [call.foreign for _, call in compiled.foreign if call.foreign is not None]
    sources = dict.fromkeys(Path(foreign.source) for foreign in used if foreign.source)
    return list(sources), tuple(d for foreign in used for d in _sourceless(foreign))


def _sourceless(foreign: Foreign) -> Diagnostics:
    if foreign.source and Path(foreign.source).is_file():
        return ()
    if foreign.source:
        text = f"there is no file `{foreign.source}` that holds `{foreign.function}`"
        remedy = "correct `source`, which is relative to the manifest, or put the file there"
        return (Diagnostic(NO_SOURCE, text, remedy),)
    made = Diagnostic(
        NO_SOURCE,
        f"`{foreign.function}` is the application's: the model can't be run without it",
        f"name the C file that holds it, `source = …` in the block `custom {foreign.function}`",
    )
    return (made,)


def layer_dumps(compiled: Compiled) -> tuple[LayerDump, ...]:
    """Returns the tensors that a program with layers writes, in order, before its outputs."""
    tensors = compiled.graph.tensors
    return tuple(
        LayerDump(t, tensors[t].bytes)
        for node, group in zip(compiled.graph.nodes, compiled.calls, strict=True)
        if group
        for t in node.outputs
    )


def run_program(
    program: Program, inputs: Sequence[Sequence[bytes]], seconds: float = RUN_SECONDS
) -> tuple[list[tuple[bytes, ...]], Diagnostics]:
    """Runs once for each entry of `inputs` (the bytes of every input tensor).

    Returns, for each run, the bytes of every tensor that the program writes.
    """
    sent = b"".join(b"".join(given) or b"\0" for given in inputs)
    try:
        done = subprocess.run(
            [str(program.path)], input=sent, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return [], (Diagnostic(TIMED_OUT, "the model ran out of time", "give it fewer inputs"),)
    if done.returncode != 0 or len(done.stdout) != sum(program.reply) * len(inputs):
        said = done.stderr.decode("utf-8", "replace").strip()
        message = f"the compiled model ended with code {done.returncode}"
        notes = ("\n".join(said.splitlines()[:20]),) if said else ()
        return [], (Diagnostic(PROGRAM_FAILED, message, "please report this", notes=notes),)
    return list(_split(done.stdout, program.reply)), ()


def build_and_run(
    compiled: Compiled,
    core: Core,
    inputs: Sequence[Sequence[bytes]],
    build: Build = Build(),
    layers: bool = False,
    forced: Collection[int] = (),
) -> tuple[list[tuple[bytes, ...]], Diagnostics]:
    """Builds in a temporary folder and runs: what `build_program` and `run_program` return."""
    with tempfile.TemporaryDirectory() as name:
        program, failed = build_program(
            compiled, core, Path(name), build.flags, build.compiler, layers, forced
        )
        return run_program(program, inputs) if program else ([], failed)


def _split(stream: bytes, sizes: Sequence[int]) -> Iterator[tuple[bytes, ...]]:
    at = 0
    while at < len(stream):
        parts = []
        for size in sizes:
            parts.append(stream[at : at + size])
            at += size
        yield tuple(parts)


def _dump_table(compiled: Compiled, forced: Collection[int]) -> tuple[DumpedLayer, ...]:
    """An entry for every node that makes calls."""
    graph, plan = compiled.graph, compiled.plan
    return tuple(
        DumpedLayer(
            node.index,
            tuple((plan.offset(t), graph.tensors[t].bytes) for t in node.outputs),
            node.index in forced,
        )
        for node, group in zip(graph.nodes, compiled.calls, strict=True)
        if group
    )
