"""Runs images on emulated boards: inputs in, outputs and counts out, byte for byte."""

from __future__ import annotations

import signal
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import evolve, field, frozen

from microflow.diag import Diagnostic, Diagnostics, Rule
from microflow.toolchain.emulator import INPUT, OUTPUT, Session
from microflow.toolchain.image import Image
from microflow.toolchain.qemu import run_qemu
from microflow.toolchain.simavr import run_simavr

TARGET_FAULT = Rule(
    "MF6036",
    "target-fault",
    """The processor faulted while the model ran on the emulated board

The emulated processor met an access or an instruction that it does not have, and the image's fault
handler ended the run. That is a bug of ours, in a kernel or in the start-up code.

Remedy: please report it together with the model's operators (`mflowc inspect`) and the target.
""",
)

TARGET_STACK = Rule(
    "MF6037",
    "target-stack-overflow",
    """The stack grew into the variables on the emulated board

All RAM that the model and the start-up leave is stack. The inference needed more than that: it
overwrote variables, or left the memory altogether.

Remedy: choose a chip with more RAM, or make the arena smaller. `mflowc check` estimates the stack.
""",
)

EMULATOR_FAILED = Rule(
    "MF6038",
    "emulator-failed",
    """The emulator ended without the model's outputs

The emulator was ended by a signal, did not accept its arguments, or the image stopped before it had
written all outputs. Very old and very new versions of QEMU may lack a board or an option.

Remedy: read what the emulator said in the note. QEMU 7.2 is the version that the tests run.
""",
)

RUN_SECONDS = 120.0
_FAULT, _STACK = 70, 71  # exit codes of boards/common/board.h
_STACK_CODES = (_STACK, -signal.SIGABRT)  # QEMU aborts where a fault finds no stack


@frozen
class LayerCount:
    """What a layer took: instructions, and cycles where the emulator knows them."""

    instructions: int
    cycles: int | None


@frozen
class Count:
    """What a call of `model_run` took, and the most bytes of stack it used.

    `layers` are in the order of execution, and only there for an image with marks.
    """

    instructions: int
    cycles: int | None
    stack_bytes: int
    layers: tuple[LayerCount, ...] = ()


@frozen
class Block:
    """Straight code of the first call: how often it ran, how often it was followed by a jump."""

    address: int
    instructions: int
    executions: int
    jumps: int


@frozen
class Run:
    """The outputs of each step, and its count where it was counted."""

    outputs: tuple[tuple[bytes, ...], ...]
    counts: tuple[Count, ...] = ()
    blocks: tuple[Block, ...] = field(default=(), repr=False)


def run_image(
    image: Image,
    inputs: Sequence[Sequence[bytes]],
    *,
    counted: bool = False,
    seconds: float = RUN_SECONDS,
) -> tuple[Run | None, Diagnostics]:
    """Runs once for each entry of `inputs` (the bytes of every input tensor)."""
    folder = image.folder
    session = Session(image.emulator, folder, image.name, counted, seconds)
    sent = (b"".join(_streamed_last(image, given)) or b"\0" for given in inputs)
    (folder / INPUT).write_bytes(b"".join(sent))
    (folder / OUTPUT).write_bytes(b"")
    (folder / session.marks).write_text(_marks(image), "ascii")
    run = run_simavr if image.emulator.kind == "simavr" else run_qemu
    code, said, failed = run(session)
    if code is None:
        return None, failed
    outputs = (folder / OUTPUT).read_bytes()
    if code != 0 or len(outputs) != sum(image.reply) * len(inputs):
        return None, (_failure(image, code, said),)
    found = Run(tuple(_split(outputs, image.reply, len(inputs))))
    return (_counted(found, folder / session.counts) if counted else found), ()


def _streamed_last(image: Image, given: Sequence[bytes]) -> list[bytes]:
    """The inputs in the order in which the image reads them: rows come when all else is there."""
    streamed = None if image.model.stream is None else image.model.stream.label
    named = zip((p.label for p in image.model.inputs), given, strict=True)
    return [data for _, data in sorted(named, key=lambda pair: pair[0] == streamed)]


def _marks(image: Image) -> str:
    """The addresses that boards/emulators/marks.h describes."""
    at = image.elf.addresses
    stream = image.model.stream
    entry = "run" if stream is None else f"push_{stream.label}"
    lines = [
        f"run {at[f'{image.model.prefix}_{entry}']:x}",
        f"calls {1 if stream is None else stream.rows:x}",
        f"left {at['mf_board_left']:x}",
        f"stack {at['mf_stack_low']:x} {at['mf_stack_high']:x}",
    ]
    return "\n".join([*lines, *_layer_marks(image)]) + "\n"


def _layer_marks(image: Image) -> Iterator[str]:
    """An entry is (address, index of the node), four bytes each; dropped code is at 0."""
    order = {layer: position for position, layer in enumerate(image.model.layers)}
    for address, index in struct.iter_unpack("<II", image.elf.contents(".debug_mf_layers")):
        if address:
            yield f"layer {order[index]:x} {address:x}"


def _failure(image: Image, code: int, said: str) -> Diagnostic:
    name = image.target.name
    notes = (said,) if said else ()
    if code in _STACK_CODES:
        stack = image.elf.addresses["mf_stack_high"] - image.elf.addresses["mf_stack_low"]
        message = f"the model needs more than the {stack:,} bytes of stack that {name} has left"
        return Diagnostic(TARGET_STACK, message, "choose a chip with more RAM", notes=notes)
    if code == _FAULT:
        message = f"the processor of {name} faulted while the model ran"
        return Diagnostic(TARGET_FAULT, message, "please report this", notes=notes)
    message = f"the emulator of {name} ended with code {code} before all outputs were written"
    return Diagnostic(EMULATOR_FAILED, message, "read what the emulator said", notes=notes)


def _split(stream: bytes, sizes: Sequence[int], steps: int) -> Iterator[tuple[bytes, ...]]:
    at = 0
    for _ in range(steps):
        parts = []
        for size in sizes:
            parts.append(stream[at : at + size])
            at += size
        yield tuple(parts)


def _counted(run: Run, path: Path) -> Run:
    """Adds what the emulator counted, in the lines that boards/emulators/marks.h describes."""
    counts: list[Count] = []
    blocks: list[Block] = []
    for line in path.read_text("ascii").splitlines():
        kind, *rest = line.split()
        numbers = [int(n) for n in rest]
        if kind == "run":
            counts.append(Count(numbers[0], numbers[1] or None, numbers[2]))
        elif kind == "layer":
            layers = (*counts[-1].layers, LayerCount(numbers[0], numbers[1] or None))
            counts[-1] = evolve(counts[-1], layers=layers)
        else:
            blocks.append(Block(*numbers))
    return evolve(run, counts=tuple(counts), blocks=tuple(blocks))
