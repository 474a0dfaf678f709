"""A reader of FlexBuffers, the form in which custom operators keep their options.

A FlexBuffer says of each value what it is. It is read from its end: the last byte gives the width
of the root, the byte before it the root's type. A read outside the data raises `Malformed`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from attrs import frozen

from microflow.flatbuffer import Malformed

Scalar: TypeAlias = int | float | bool | str
Value: TypeAlias = Scalar | tuple[Scalar, ...] | None

_NULL, _INT, _UINT, _FLOAT, _KEY, _STRING, _MAP, _VECTOR, _BOOL = 0, 1, 2, 3, 4, 5, 9, 10, 26
_INDIRECT = {6: _INT, 7: _UINT, 8: _FLOAT}
_TYPED = {11: _INT, 12: _UINT, 13: _FLOAT, 14: _KEY, 36: _BOOL}
_FIXED = {16 + i: ((_INT, _UINT, _FLOAT)[i % 3], 2 + i // 3) for i in range(9)}
_FORMS = {_INT: "bhiq", _UINT: "BHIQ", _BOOL: "BHIQ", _FLOAT: " efd"}


@frozen
class _Item:
    """A value at `at`: `width` bytes there hold it, or lead to it; `inner` is the width there."""

    data: bytes
    at: int
    width: int
    kind: int
    inner: int

    @property
    def target(self) -> int:
        """Where it leads to."""
        found = self.at - _number(self.data, _UINT, self.at, self.width)
        if found < 0:
            raise Malformed("a custom operator's options lead to bytes before them")
        return int(found)


def read_map(data: bytes) -> Mapping[str, Value]:
    """Returns the entries of the map that `data` holds, values that are no numbers or texts None.

    Raises `Malformed` where it holds no map.
    """
    root = _root(data)
    if root.kind != _MAP:
        raise Malformed("a custom operator's options are no map")
    keys_at = root.target - 3 * root.inner
    keys = _Item(
        data, keys_at, root.inner, _VECTOR, _length(data, keys_at + root.inner, root.inner)
    )
    names = [_text(key) for key in _elements(keys, _KEY)]
    values = [_value(item) for item in _elements(root)]
    if len(names) != len(values):
        raise Malformed("a custom operator's options have not as many keys as values")
    return dict(zip(names, values, strict=True))


def _root(data: bytes) -> _Item:
    if len(data) < 3:
        raise Malformed("a custom operator's options are too short")
    width, packed = data[-1], data[-2]
    return _Item(data, len(data) - 2 - width, width, packed >> 2, 1 << (packed & 3))


def _value(item: _Item) -> Value:
    if item.kind in _TYPED or item.kind == _VECTOR or item.kind in _FIXED:
        return tuple(found for e in _vector(item) if (found := _scalar(e)) is not None)
    return _scalar(item)


def _scalar(item: _Item) -> Scalar | None:
    if item.kind in _INDIRECT:
        return _number(item.data, _INDIRECT[item.kind], item.target, item.inner)
    if item.kind == _STRING:
        size = _length(item.data, item.target - item.inner, item.inner)
        return _slice(item.data, item.target, size).decode("utf-8", "replace")
    if item.kind == _KEY:
        return _text(item)
    if item.kind in _FORMS:
        found = _number(item.data, item.kind, item.at, item.width)
        return bool(found) if item.kind == _BOOL else found
    return None


def _vector(item: _Item) -> Iterator[_Item]:
    if item.kind in _FIXED:
        kind, count = _FIXED[item.kind]
        return _items(item, item.target, count, kind)
    return _elements(item, _TYPED.get(item.kind))


def _elements(item: _Item, kind: int | None = None) -> Iterator[_Item]:
    """The elements of a vector; where it is not of one `kind`, a byte behind them tells of each."""
    start = item.target
    return _items(item, start, _length(item.data, start - item.inner, item.inner), kind)


def _items(item: _Item, start: int, count: int, kind: int | None) -> Iterator[_Item]:
    kinds = start + count * item.inner
    _slice(item.data, start, count * item.inner + (count if kind is None else 0))
    for i in range(count):
        at, packed = start + i * item.inner, item.data[kinds + i] if kind is None else 0
        if kind is None:
            yield _Item(item.data, at, item.inner, packed >> 2, 1 << (packed & 3))
        else:
            yield _Item(item.data, at, item.inner, kind, 1)


def _text(key: _Item) -> str:
    """A key ends with a zero."""
    end = key.data.find(b"\0", key.target)
    if end < 0:
        raise Malformed("a key of a custom operator's options has no end")
    return key.data[key.target : end].decode("utf-8", "replace")


def _length(data: bytes, at: int, width: int) -> int:
    found = int(_number(data, _UINT, at, width))
    if found > len(data):
        raise Malformed("a custom operator's options are longer than their bytes")
    return found


def _number(data: bytes, kind: int, at: int, width: int) -> int | float:
    sizes = {1: 0, 2: 1, 4: 2, 8: 3}
    if width not in sizes or _FORMS[kind][sizes[width]] == " ":
        raise Malformed(f"a custom operator's options have a number of {width} bytes")
    form = f"<{_FORMS[kind][sizes[width]]}"
    return struct.unpack(form, _slice(data, at, width))[0]  # type: ignore[no-any-return]


def _slice(data: bytes, at: int, size: int) -> bytes:
    if at < 0 or size < 0 or at + size > len(data):
        raise Malformed("a custom operator's options end too early")
    return data[at : at + size]
