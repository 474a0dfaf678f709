"""Chips and cores: one TOML file each, loaded strictly. No code knows a chip by name."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

import cattrs
from attrs import field, frozen

_FOLDER = Path(__file__).parent


@frozen
class KernelSize:
    """What a kernel takes on a core, as measured: bytes of code, bytes of stack."""

    code: int
    stack: int


@frozen
class SizeTable:
    """Measured sizes of kernels on a core, with the compiler they were measured with."""

    compiler: str = ""
    margin: float = 0.0  # relative, of the sums
    base: KernelSize = KernelSize(0, 0)  # the API around the kernels
    call_code: int = 0  # of each kernel call
    kernels: dict[str, KernelSize] = field(factory=dict)


@frozen
class Memory:
    """A range of addresses, in bytes."""

    origin: int
    size: int


@frozen
class CrossCompiler:
    """What compiles for a core: `gcc` where it is installed, else zig.

    `packages` are Debian's. `libc` tells whether gcc comes with a C library. `model_flags` are for
    the model's own file alone. `sources` and `script` are the board's start-up code and linker
    script, in ``runtime_c/boards``.
    """

    gcc: str
    packages: tuple[str, ...]
    libc: bool
    flags: tuple[str, ...]
    sources: tuple[str, ...]
    script: str
    model_flags: tuple[str, ...] = ()
    standard: str = "c99"
    zig: tuple[str, ...] = ()  # flags of `zig cc`; none where zig has no such core


@frozen
class Emulator:
    """What runs images of a core: the board it plays, and the memories that board has.

    `program` is QEMU's; libsimavr has none, its runner is built here.
    """

    kind: Literal["qemu", "simavr"]
    board: str
    packages: tuple[str, ...]
    flash: Memory
    ram: Memory
    least_stack: int  # that an image must leave, in bytes
    program: str = ""
    arguments: tuple[str, ...] = ()


@frozen
class Core:
    """A processor core. `isa` lists kernel variants, best first; sizes are in bytes.

    `cycle_model` tells whether its cycles can be modelled from the instructions that ran.
    """

    name: str
    pointer_bytes: int
    alignment: int
    isa: tuple[str, ...]
    max_align: int = 8  # of any scalar inside a struct, in bytes
    separate_program_memory: bool = False  # a pointer to RAM cannot reach constants
    sizes: SizeTable = SizeTable()
    compiler: CrossCompiler | None = None
    emulator: Emulator | None = None
    cycle_model: bool = False


@frozen
class Target:
    """A chip: memories in bytes (None: not limited), its core, the clock in Hz.

    The origins are the addresses at which the firmware's part of a memory begins. `emulator` is the
    chip's own where there is one that is nearer than the core's.
    """

    name: str
    core: Core
    description: str = ""
    flash: int | None = None
    ram: int | None = None
    clock: int | None = None
    source: str = ""
    flash_origin: int | None = None
    ram_origin: int | None = None
    emulator: Emulator | None = None

    @property
    def board(self) -> Emulator | None:
        """What plays the chip; None where nothing does."""
        return self.emulator or self.core.emulator

    @property
    def emulated_as(self) -> str | None:
        """The core and the board that play the chip, in words; None where nothing does."""
        return f"{self.core.name} ({self.board.board})" if self.board is not None else None


def target_names() -> tuple[str, ...]:
    """Returns what may be named as a target: built-in chips, then the cores that run emulated."""
    return (*chip_names(), *core_names())


@cache
def chip_names() -> tuple[str, ...]:
    """Returns the names of the built-in chips, sorted."""
    return tuple(sorted(p.stem for p in _FOLDER.glob("*.toml")))


@cache
def load_target(name: str) -> Target:
    """Returns the built-in chip `name`, or the core of this name on its emulator's board.

    Raises `KeyError` where there is neither.
    """
    if name not in chip_names():
        return core_board(name)
    values = tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))
    return _strict().structure({**values, "core": _core_values(values["core"])}, Target)


@cache
def core_names() -> tuple[str, ...]:
    """Returns the names of the cores that have an emulator, sorted: each serves as a target."""
    files = [p for p in (_FOLDER / "cores").glob("*.toml") if "." not in p.stem]
    return tuple(sorted(p.stem for p in files if "emulator" in tomllib.loads(p.read_text("utf-8"))))


@cache
def core_board(name: str) -> Target:
    """Returns the core `name` on its emulator's board. Raises `KeyError` where there is none."""
    if name not in core_names():
        raise KeyError(name)
    core = load_core(name)
    assert core.emulator is not None
    return Target(
        name,
        core,
        f"{name} on the emulated board {core.emulator.board}",
        flash=core.emulator.flash.size,
        ram=core.emulator.ram.size,
    )


@cache
def load_core(name: str) -> Core:
    """Returns the core `name`. Raises `FileNotFoundError` where there is none."""
    return _strict().structure(_core_values(name), Core)


def _core_values(name: str) -> dict[str, object]:
    folder = _FOLDER / "cores"
    values = tomllib.loads((folder / f"{name}.toml").read_text("utf-8"))
    measured = folder / f"{name}.sizes.toml"
    if not measured.is_file():
        return values
    return {**values, "sizes": tomllib.loads(measured.read_text("utf-8"))}


@cache
def _strict() -> cattrs.Converter:
    return cattrs.Converter(forbid_extra_keys=True)
