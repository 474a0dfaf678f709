"""Reads what a linked image holds: sections, symbols, and the bytes of a section.

Images are 32-bit little-endian ELF files (System V ABI, gABI 4.1) that our own compilers wrote, so
a file that is anything else is a bug and raises.
"""

from __future__ import annotations

import struct
from functools import cached_property
from pathlib import Path

from attrs import field, frozen

_HEADER = struct.Struct("<16sHHIIIIIHHHHHH")
_SECTION = struct.Struct("<IIIIIIIIII")
_SYMBOL = struct.Struct("<IIIBBH")
_SYMBOL_TABLE, _NO_BITS = 2, 8
_ALLOCATED, _WRITABLE, _EXECUTABLE = 0x2, 0x1, 0x4
_OBJECT, _FUNCTION = 1, 2
_ARM = 40


@frozen
class Section:
    """A section: where it lies in memory and in the file, in bytes."""

    name: str
    address: int
    size: int
    offset: int
    flags: int
    kind: int
    link: int

    @property
    def in_flash(self) -> bool:
        """Tells whether it is read-only memory of the target."""
        return bool(self.flags & _ALLOCATED) and not self.flags & _WRITABLE

    @property
    def in_ram(self) -> bool:
        """Tells whether it is writable memory of the target."""
        return self.flags & (_ALLOCATED | _WRITABLE) == _ALLOCATED | _WRITABLE

    @property
    def is_code(self) -> bool:
        """Tells whether it holds instructions."""
        return bool(self.flags & _EXECUTABLE)

    @property
    def initialised(self) -> bool:
        """Tells whether it is writable memory whose first contents lie in flash."""
        return self.in_ram and self.kind != _NO_BITS


@frozen
class Symbol:
    """A name with its address and size, of data, of a function or (in assembly) of neither."""

    name: str
    address: int
    size: int
    is_object: bool
    section: int  # index
    is_function: bool = False


@frozen
class Elf:
    """An image; of several symbols with one name, `addresses` knows the last."""

    data: bytes = field(repr=False)
    machine: int
    sections: tuple[Section, ...]

    @cached_property
    def symbols(self) -> tuple[Symbol, ...]:
        """All symbols, in the file's order."""
        table = next(s for s in self.sections if s.kind == _SYMBOL_TABLE)
        names = self.sections[table.link].offset
        fields = _SYMBOL.iter_unpack(self.data[table.offset : table.offset + table.size])
        return tuple(
            Symbol(
                _text(self.data, names + name),
                self._address(value, info & 15),
                size,
                info & 15 == _OBJECT,
                section,
                info & 15 == _FUNCTION,
            )
            for name, value, size, info, _, section in fields
        )

    def _address(self, value: int, kind: int) -> int:
        """On Arm, bit 0 of a function's value says that it is Thumb code."""
        return value & ~1 if self.machine == _ARM and kind == _FUNCTION else value

    @cached_property
    def addresses(self) -> dict[str, int]:
        """The address of each symbol by name."""
        return {s.name: s.address for s in self.symbols}

    @property
    def flash_bytes(self) -> int:
        """What lies in flash: code, constants, and the first contents of variables."""
        return sum(s.size for s in self.sections if s.in_flash or s.initialised)

    @property
    def data_bytes(self) -> int:
        """Variables whose first contents lie in flash."""
        return sum(s.size for s in self.sections if s.initialised)

    @property
    def ram_bytes(self) -> int:
        """What lies in RAM: variables, and the least stack."""
        return sum(s.size for s in self.sections if s.in_ram)

    @property
    def variable_bytes(self) -> int:
        """What lies in RAM but for the stack."""
        return sum(s.size for s in self.sections if s.in_ram and s.name != ".stack")

    def contents(self, name: str) -> bytes:
        """Returns the bytes of section `name`, none where there is no such section."""
        found = next((s for s in self.sections if s.name == name), None)
        return b"" if found is None else self.data[found.offset : found.offset + found.size]


def read_elf(path: Path) -> Elf:
    """Returns the image in the file `path`."""
    data = path.read_bytes()
    header = _HEADER.unpack_from(data)
    assert header[0][:6] == b"\x7fELF\x01\x01", f"{path.name} is no 32-bit little-endian ELF file"
    table, entry, count, strings = header[6], header[11], header[12], header[13]
    rows = [_SECTION.unpack_from(data, table + i * entry) for i in range(count)]
    names = rows[strings][4]
    sections = tuple(
        Section(_text(data, names + name), address, size, offset, flags, kind, link)
        for name, kind, flags, address, offset, size, link, *_ in rows
    )
    return Elf(data, header[2], sections)


def _text(data: bytes, offset: int) -> str:
    return data[offset : data.index(b"\0", offset)].decode("ascii", "replace")
