"""Runs ways of calling a kernel in programs, and returns the memory that they leave."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve, frozen

from microflow.codegen.contract import SCALAR_BYTES, Field, contract
from microflow.graph.call import Array, KernelCall, Value
from microflow.toolchain.elf import read_elf
from microflow.toolchain.emulator import INPUT, OUTPUT, Session
from microflow.toolchain.qemu import run_qemu
from microflow.toolchain.simavr import run_simavr
from tests.kernels.programs import IMAGE, Image, Layout, Program, linked
from tests.kernels.ways import Address, Block, Pointers, Way

_FORMATS = {
    "bool": "?", "int8_t": "b", "uint8_t": "B", "int16_t": "h", "uint16_t": "H", "int32_t": "i",
    "uint32_t": "I", "int64_t": "q", "uint64_t": "Q", "float": "f", "double": "d",
}  # fmt: skip
_SECONDS = 300.0
_MARKS, _COUNTS = "marks.txt", "counts.txt"


@frozen
class Run:
    """A way, in which the variant number `variant` is called, in memory filled with `fill`."""

    way: Way
    variant: int
    fill: int


@frozen
class Memory:
    """Bytes, and pointers in them: (place, where to). `constant`: may be in program memory."""

    data: bytes
    pointers: tuple[tuple[int, Address], ...] = ()
    constant: bool = False


def memories(run: Run, layout: Layout) -> list[Memory]:
    """Returns the blocks of a run as they are in memory: its own, tables, and the parameters."""
    found = [_memory(run, block, layout) for block in run.way.blocks]
    fields = contract(run.way.call.kernel)
    tables = {f.name: v for f, v in _values(run.way.call, fields) if f.pointer and v is not None}
    places = {name: Address(len(found) + i, layout.guard) for i, name in enumerate(tables)}
    for table in tables.values():
        assert isinstance(table, Array)
        found.append(_guarded(table.data, run.fill, layout, constant=True))
    return [*found, _parameters(run, fields, places, layout)]


def leave(program: Program, runs: Sequence[Run]) -> list[list[bytes]]:
    """Returns what each of `runs` leaves in each block, nothing for those in program memory."""
    everything = [memories(run, program.layout) for run in runs]
    came = _answer(program, runs, everything)
    sizes = [[_sent(block, program.layout) for block in blocks] for blocks in everything]
    assert len(came) == sum(map(sum, sizes))
    rest = _cut(came, [size for of_run in sizes for size in of_run])
    return [[next(rest) for _ in of_run] for of_run in sizes]


def counted(program: Program, runs: Sequence[Run]) -> list[int]:
    """Returns what every call of `runs` takes on a board: cycles of an AVR, else instructions."""
    _answer(program, runs, [memories(run, program.layout) for run in runs], counts=True)
    lines = (program.path.parent / _COUNTS).read_text("ascii").splitlines()
    numbers = [[int(n) for n in line.split()[1:]] for line in lines if line.startswith("run ")]
    return [cycles or instructions for instructions, cycles, _ in numbers]


def _marks(at: Mapping[str, int]) -> str:
    """The addresses that boards/emulators/marks.h describes."""
    return (
        f"run {at['model_run']:x}\ncalls 1\nleft {at['mf_board_left']:x}\n"
        f"stack {at['mf_stack_low']:x} {at['mf_stack_high']:x}\n"
    )


def shifted(block: Block | Pointers, layout: Layout) -> int:
    """Returns how many bytes of a block's memory lie before it."""
    return layout.guard + (block.skew if isinstance(block, Block) else 0)


# ---- Memory ----


def _memory(run: Run, block: Block | Pointers, layout: Layout) -> Memory:
    if isinstance(block, Pointers):
        width = layout.pointer_bytes
        data = bytes(width * len(block.targets))
        places = [
            (layout.guard + i * width, _placed(run.way, to, 0, layout))
            for i, to in enumerate(block.targets)
            if to is not None
        ]
        return evolve(_guarded(data, run.fill, layout), pointers=tuple(places))
    content = bytearray([run.fill]) * (block.skew + block.size)
    for offset, data in block.parts:
        content[block.skew + offset : block.skew + offset + len(data)] = data
    return _guarded(bytes(content), run.fill, layout)


def _guarded(data: bytes, fill: int, layout: Layout, constant: bool = False) -> Memory:
    guard = bytes([fill]) * layout.guard
    return Memory(guard + data + guard, constant=constant)


def _values(call: KernelCall, fields: Sequence[Field]) -> Iterator[tuple[Field, Value]]:
    """The fields of the parameters with their values; empty tables are null."""
    for field in fields:
        value = call.params[field.name]
        yield field, None if isinstance(value, Array) and not value.data else value


def _parameters(
    run: Run, fields: Sequence[Field], places: Mapping[str, Address], layout: Layout
) -> Memory:
    """The parameters under the usual C layout rules."""
    data, pointers, widest = b"", [], 1
    for field, value in _values(run.way.call, fields):
        width = layout.pointer_bytes if field.pointer else SCALAR_BYTES[field.c_type]
        alignment = min(width, layout.max_align)
        widest = max(widest, alignment)
        data += bytes(-len(data) % alignment)
        if field.name in places:
            pointers.append((layout.guard + len(data), places[field.name]))
        data += bytes(width) if field.pointer else _scalar(field, value)
    data += bytes(-len(data) % widest)
    return evolve(_guarded(data, run.fill, layout, constant=True), pointers=tuple(pointers))


def _scalar(field: Field, value: Value) -> bytes:
    if isinstance(value, Array):
        return value.data
    return struct.pack(f"<{_FORMATS[field.c_type]}", value)


# ---- What is sent ----


def _encoded(run: Run, blocks: Sequence[Memory], layout: Layout) -> Iterator[bytes]:
    """A run as runtime_c/tests/variants.c reads it."""
    yield _numbers(run.variant, len(blocks))
    for block in blocks:
        size = _sent(block, layout)
        yield _numbers(size or -1) + block.data[:size]
    pointers = [
        _numbers(i, place, to.block, to.offset)
        for i, block in enumerate(blocks)
        for place, to in block.pointers
        if _sent(block, layout)
    ]
    yield _numbers(len(pointers)) + b"".join(pointers)
    yield _numbers(len(run.way.steps))
    for step in run.way.steps:
        places = [_placed(run.way, to, len(blocks) - 1, layout) for to in step.pointers]
        yield _numbers(step.function, len(places))
        yield b"".join(_numbers(to.block, to.offset) for to in places)
        yield _numbers(len(step.numbers), *step.numbers)


def _placed(way: Way, to: Address, params: int, layout: Layout) -> Address:
    """Where an address lies in memory: behind guard and skew."""
    if to.block < 0:
        return Address(params, layout.guard)
    return Address(to.block, to.offset + shifted(way.blocks[to.block], layout))


def _sent(block: Memory, layout: Layout) -> int:
    """How many bytes of a block go to the program and come back."""
    return 0 if layout.rom and block.constant else len(block.data)


def _numbers(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}i", *values)


def _cut(data: bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    at = 0
    for size in sizes:
        yield data[at : at + size]
        at += size


# ---- Programs that run ----


def _answer(
    program: Program,
    runs: Sequence[Run],
    everything: Sequence[Sequence[Memory]],
    counts: bool = False,
) -> bytes:
    """What the program writes."""
    sent = _numbers(len(runs)) + b"".join(
        part
        for run, blocks in zip(runs, everything, strict=True)
        for part in _encoded(run, blocks, program.layout)
    )
    if program.image is None:
        ran = subprocess.run([program.path], input=sent, capture_output=True, check=False)
        assert ran.returncode == 0, ran.stderr.decode()
        return ran.stdout
    if program.layout.rom:
        text = "\n".join(_rom(everything))
        (program.path.parent / "rom.S").write_text(text, "ascii")
        linked(program.image, "rom.S")
    return _emulated(program.image, sent, counts)


def _emulated(image: Image, sent: bytes, counts: bool) -> bytes:
    folder, emulator = image.link.folder, image.link.emulator
    (folder / INPUT).write_bytes(sent)
    (folder / OUTPUT).write_bytes(b"")
    (folder / _MARKS).write_text(_marks(read_elf(folder / IMAGE).addresses), "ascii")
    session = Session(emulator, folder, IMAGE, counts, _SECONDS, _MARKS, _COUNTS)
    run = run_simavr if emulator.kind == "simavr" else run_qemu
    code, said, failed = run(session)
    assert code == 0, (code, said, failed)
    return (folder / OUTPUT).read_bytes()


def _rom(everything: Sequence[Sequence[Memory]]) -> Iterator[str]:
    """Assembles the constants of all runs, and the list of their addresses."""
    names = []
    yield '.section .progmem.cases, "a"'
    for number, blocks in enumerate(everything):
        for i, block in enumerate(blocks):
            if not block.constant:
                continue
            names.append(f"mf_rom_{number}_{i}")
            yield f"{names[-1]}:"
            yield from _rom_bytes(number, block)
    yield ".global mf_rom_blocks"
    yield "mf_rom_blocks:"
    yield from (f".hword {name}" for name in names)
    yield ""


def _rom_bytes(number: int, block: Memory) -> Iterator[str]:
    pointers, at = dict(block.pointers), 0
    while at < len(block.data):
        to = pointers.get(at)
        if to is not None:
            yield f".hword mf_rom_{number}_{to.block} + {to.offset}"
        else:
            yield f".byte {block.data[at]}"
        at += 1 if to is None else 2
