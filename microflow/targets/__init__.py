"""Chips and cores: one TOML file each, loaded strictly. No code knows a chip by name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import cattrs
from attrs import field, frozen

_FOLDER = Path(__file__).parent


@frozen
class KernelSize:
    """What a function takes on a core, as measured: bytes of code, bytes of stack.

    A kernel's are those of all functions that it calls, the compiler's own left out of the code,
    and of their deepest chain down to the lowest byte that is written. `functions` names them all.
    """

    code: int
    stack: int
    functions: tuple[str, ...] = ()


@frozen
class FrameRule:
    """How a core's compiler lays out a generated function that calls kernels; bytes.

    Addresses of buffers that are used at least `uses` times stay in saved registers from the first
    call to the last; compilers that load the next call's early need `spare` more. Saved registers
    and local variables are rounded up to `saved_align` and `align`, and so is their sum.
    """

    register: int = 0  # each saved register
    registers: int = 0  # at most
    spare: int = 0
    uses: int = 2
    local: int = 0  # saved where there are local variables
    arguments: int = 0  # passed in registers, a number
    align: int = 1
    saved_align: int = 1


@frozen
class SizeTable:
    """Measured sizes of kernels on a core, with the compiler they were measured with.

    `pulls` are the generated functions that make rows, by how they come by the rows they need (see
    `microflow.plan.routines`); their stack is the frame without the pointers to rows. `kernels`
    are named like their C functions, without ``mf_``.
    """

    compiler: str = ""
    margin: float = 0.0  # of the code, relative
    base: KernelSize = KernelSize(0, 0)  # the API around the kernels; the return address
    call_code: int = 0  # of each kernel call
    frame: FrameRule = FrameRule()
    pulls: dict[str, KernelSize] = field(factory=dict)
    kernels: dict[str, KernelSize] = field(factory=dict)
    code: dict[str, int] = field(factory=dict)  # of each function that kernels call
    plain: dict[str, KernelSize] = field(factory=dict)  # in plain C, of those that have more
    plain_code: dict[str, int] = field(factory=dict)  # of the functions of these


@frozen
class RowCost:
    """What a row that a band computes takes beyond the same row of a run on whole tensors.

    `pointer` is for each row that the kernel reads, `sum` for each sum that a sink adds to,
    `raised` for each maximum that takes one more row.
    """

    call: float = 0.0
    pointer: float = 0.0
    sum: float = 0.0
    raised: float = 0.0


@frozen
class Costs:
    """What kernels take on a core: instructions, or cycles.

    A kernel takes the sum of its terms, each so many times a product of the call's quantities (see
    `microflow.plan.cost`). `run` is what an inference takes beside its kernels. `once` has the
    terms of kernels that a model calls once, where compilers make use of that.
    """

    run: float
    row: RowCost
    kernels: dict[str, dict[str, float]]
    once: dict[str, dict[str, float]] = field(factory=dict)


@frozen
class CostTable:
    """The time of kernels on a core: fitted to counts, with the compiler they were counted with.

    `margin` is how far the instructions of a model may be off, relative, and `cycle_margin` how far
    its cycles. Cycles were counted as instructions were, or there are `cpi` cycles an instruction,
    for which `source` speaks.
    """

    compiler: str = ""
    margin: float = 0.0
    cycle_margin: float = 0.0
    cpi: float | None = None
    source: str = ""
    instructions: Costs | None = None
    cycles: Costs | None = None


@frozen
class Memory:
    """A range of addresses, in bytes."""

    origin: int
    size: int


@frozen
class Region:
    """A memory that code generation can place things in: constants in flash, variables in RAM.

    `size` is in bytes (None: not limited); the firmware's part begins at the address `origin`.
    """

    name: str
    kind: Literal["flash", "ram"]
    size: int | None = None
    origin: int | None = None


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

    What a model wants of kernels (see `microflow.plan.choice`): `plain` are those taken in plain C
    though the core has another variant, `unwanted` those that no design may use.
    """

    name: str
    pointer_bytes: int
    alignment: int
    isa: tuple[str, ...]
    max_align: int = 8  # of any scalar inside a struct, in bytes
    separate_program_memory: bool = False  # a pointer to RAM cannot reach constants
    sizes: SizeTable = SizeTable()
    costs: CostTable = CostTable()
    compiler: CrossCompiler | None = None
    emulator: Emulator | None = None
    cycle_model: bool = False
    plain: frozenset[str] = frozenset()
    unwanted: frozenset[str] = frozenset()


@frozen
class Target:
    """A chip: memories in bytes (None: not limited), its core, the clock in Hz.

    The origins are the addresses at which the firmware's part of a memory begins; `memories` are
    those beyond flash and RAM. `emulator` is the chip's own where there is one that is nearer than
    the core's.
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
    memories: tuple[Region, ...] = ()
    emulator: Emulator | None = None

    @property
    def regions(self) -> tuple[Region, ...]:
        """All memories: flash, RAM, then the others."""
        flash = Region("flash", "flash", self.flash, self.flash_origin)
        return (flash, Region("ram", "ram", self.ram, self.ram_origin), *self.memories)

    def region(self, name: str) -> Region | None:
        """Returns the memory `name`."""
        return next((r for r in self.regions if r.name == name), None)

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
    return _chips().structure(values, Target)


@cache
def core_names() -> tuple[str, ...]:
    """Returns the names of the cores that have an emulator, sorted: each serves as a target."""
    files = [p for p in (_FOLDER / "cores").glob("*.toml") if "." not in p.stem]
    return tuple(sorted(p.stem for p in files if "emulator" in tomllib.loads(p.read_text("utf-8"))))


@cache
def core_variants() -> Mapping[str, tuple[str, ...]]:
    """Returns the variants of kernels that each such core uses, best first."""
    texts = {name: (_FOLDER / "cores" / f"{name}.toml").read_text("utf-8") for name in core_names()}
    return {name: tuple(tomllib.loads(text)["isa"]) for name, text in texts.items()}


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
    tables = {kind: folder / f"{name}.{kind}.toml" for kind in ("sizes", "costs")}
    present = {kind: path for kind, path in tables.items() if path.is_file()}
    measured = {kind: tomllib.loads(path.read_text("utf-8")) for kind, path in present.items()}
    return {**values, **measured}


@cache
def _strict() -> cattrs.Converter:
    return cattrs.Converter(forbid_extra_keys=True)


@cache
def _chips() -> cattrs.Converter:
    """Reads chips, which name their cores: one that several have is loaded once."""
    converter = cattrs.Converter(forbid_extra_keys=True)
    converter.register_structure_hook(Core, lambda name, _: load_core(name))
    return converter
