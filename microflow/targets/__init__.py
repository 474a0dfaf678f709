"""Chips and cores: one TOML file each, loaded strictly. No code knows a chip by name."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

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
class Core:
    """A processor core. `isa` lists kernel variants, best first; sizes are in bytes."""

    name: str
    pointer_bytes: int
    alignment: int
    isa: tuple[str, ...]
    max_align: int = 8  # of any scalar inside a struct, in bytes
    sizes: SizeTable = SizeTable()


@frozen
class Target:
    """A chip: memories in bytes (None: not limited), its core, the clock in Hz.

    The origins are the addresses at which the firmware's part of a memory begins.
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


def target_names() -> tuple[str, ...]:
    """Returns the names of the built-in chips, sorted."""
    return tuple(sorted(p.stem for p in _FOLDER.glob("*.toml")))


@cache
def load_target(name: str) -> Target:
    """Returns the built-in chip `name`. Raises `KeyError` where there is none."""
    if name not in target_names():
        raise KeyError(name)
    values = tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))
    return _strict().structure({**values, "core": _core_values(values["core"])}, Target)


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
