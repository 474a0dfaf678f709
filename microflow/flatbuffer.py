"""A reader of FlatBuffers that trusts nothing: every offset and length is checked before use.

The format is FlatBuffers' own (tables with vtables, vectors, strings, all little-endian). A read
outside the file raises `Truncated`, any other broken promise `Malformed`; a missing field gives its
default. Vectors may overlap, so a small file could ask for endless work: what is read of them in
all is bounded by the file's size.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import cast

from attrs import define, frozen

_SCALARS = {
    "bool": struct.Struct("<?"),
    "i8": struct.Struct("<b"),
    "u8": struct.Struct("<B"),
    "i16": struct.Struct("<h"),
    "u16": struct.Struct("<H"),
    "i32": struct.Struct("<i"),
    "u32": struct.Struct("<I"),
    "i64": struct.Struct("<q"),
    "u64": struct.Struct("<Q"),
    "f32": struct.Struct("<f"),
}


class Malformed(Exception):  # noqa: N818  (named for what it says of the file)
    """The file is not what the format promises; the text says where and why."""


class Truncated(Malformed):
    """The file refers to bytes past its end, so most likely its end is missing."""


@define
class Source:
    """A file, and how many bytes of its vectors may still be read: the one thing that changes."""

    data: bytes
    allowance: int

    def slice(self, start: int, length: int) -> bytes:
        """Returns the bytes from `start`; raises `Truncated` where the file has fewer."""
        if start + length > len(self.data):
            raise Truncated(f"{length} bytes at offset {start} run past the end of the file")
        self.spend(length)
        return self.data[start : start + length]

    def spend(self, length: int) -> None:
        """Accounts for a vector of `length` bytes; raises `Malformed` where it is one too many."""
        self.allowance -= length
        if self.allowance < 0:
            raise Malformed("its vectors overlap so much that they expand to many times its size")


@frozen
class Table:
    """A FlatBuffers table at `position` in `source`. Fields are named by their slot."""

    source: Source
    position: int

    def scalar(self, slot: int, kind: str, default: float = 0) -> float:
        """Returns the scalar in `slot`; `kind` is ``i32``, ``f32``, ``bool`` and the like."""
        at = self._field(slot)
        return default if at == 0 else _unpack(self.source.data, kind, at)

    def integer(self, slot: int, kind: str = "i32", default: int = 0) -> int:
        """Returns the integer in `slot`."""
        return int(self.scalar(slot, kind, default))

    def table(self, slot: int) -> Table | None:
        """Returns the table that `slot` points to, or None."""
        at = self._field(slot)
        return None if at == 0 else Table(self.source, _follow(self.source.data, at))

    def text(self, slot: int) -> str:
        """Returns the string in `slot`; bytes that are not UTF-8 become replacement characters."""
        return self.blob(slot).decode("utf-8", "replace")

    def vector(self, slot: int, kind: str) -> tuple[float, ...]:
        """Returns the scalars of the vector in `slot`, empty where it is absent."""
        form = _SCALARS[kind]
        start, length = self._vector(slot, form.size)
        self.source.spend(length * form.size)
        return struct.unpack_from(f"<{length}{form.format[1:]}", self.source.data, start)

    def integers(self, slot: int, kind: str = "i32") -> tuple[int, ...]:
        """Returns the integers of the vector in `slot`."""
        return cast(tuple[int, ...], self.vector(slot, kind))

    def blob(self, slot: int, limit: int | None = None) -> bytes:
        """Returns the byte vector in `slot`, at most its first `limit` bytes."""
        start, length = self._vector(slot, 1)
        return self.source.slice(start, length if limit is None else min(length, limit))

    def tables(self, slot: int) -> Tables:
        """Returns the tables of the vector in `slot`, empty where it is absent."""
        return Tables(self.source, *self._vector(slot, 4))

    def has(self, slot: int) -> bool:
        """Tells whether the field is present."""
        return self._field(slot) != 0

    def _field(self, slot: int) -> int:
        data = self.source.data
        vtable = self.position - _unpack(data, "i32", self.position)
        entry = 4 + 2 * slot
        if entry + 2 > _unpack(data, "u16", vtable):
            return 0
        offset = _unpack(data, "u16", vtable + entry)
        return 0 if offset == 0 else self.position + offset

    def _vector(self, slot: int, element: int) -> tuple[int, int]:
        """Returns where the elements start and how many there are."""
        at = self._field(slot)
        if at == 0:
            return 0, 0
        data = self.source.data
        start = _follow(data, at)
        length = _unpack(data, "u32", start)
        if start + 4 + length * element > len(data):
            raise Truncated(f"the vector at offset {start} runs past the end of the file")
        return start + 4, length


@frozen
class Tables:
    """A vector of tables, each looked up when asked for."""

    source: Source
    start: int
    length: int

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> Table:
        if not 0 <= index < self.length:
            raise IndexError(index)
        return Table(self.source, _follow(self.source.data, self.start + 4 * index))

    def __iter__(self) -> Iterator[Table]:
        return (self[i] for i in range(self.length))


def root(data: bytes) -> Table:
    """Returns the root table of `data`. Real files read each vector about once."""
    return Table(Source(data, 4 * len(data) + (1 << 16)), _follow(data, 0))


def _unpack(data: bytes, kind: str, at: int) -> int:
    form = _SCALARS[kind]
    if at < 0:
        raise Malformed(f"a reference leads to {-at} bytes before the file")
    if at + form.size > len(data):
        raise Truncated(f"offset {at} lies past the end of the file, which has {len(data)} bytes")
    return form.unpack_from(data, at)[0]  # type: ignore[no-any-return]


def _follow(data: bytes, at: int) -> int:
    target = at + _unpack(data, "u32", at)
    if target + 4 > len(data):
        raise Truncated(f"the reference at offset {at} points past the end of the file")
    return target
