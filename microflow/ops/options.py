"""Declares the options of an operator: each field names its slot in the model's options table.

Those of a custom operator name their key in a FlexBuffers map instead.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, TypeVar

from attrs import field, fields

from microflow.flatbuffer import Malformed, Table
from microflow.flexbuffer import Value, read_map

_T = TypeVar("_T")


def option(slot: int, kind: Any, default: Any = 0) -> Any:
    """Declares a field read from `slot`.

    `kind` is a scalar name (``i32``, ``f32``, ``bool``…), ``text`` for a string, an Enum stored as
    one byte, or a list of one scalar name for a vector (``["i32"]``).
    """
    return field(default=default, metadata={"slot": slot, "kind": kind})


def entry(key: str, default: Any) -> Any:
    """Declares a field of a custom operator's options, in the type of its `default`."""
    return field(default=default, metadata={"key": key})


def raw() -> Any:
    """Declares a field that holds all bytes of a custom operator's options as they are."""
    return field(default=b"", metadata={"raw": True})


def read_custom_options(options: type[_T], data: bytes) -> _T:
    """Returns `options` filled from the bytes of a FlexBuffers map; no bytes give the defaults.

    Those with a `raw` field get the bytes, whatever they are.

    Raises `Malformed` where `data` is no map, or a value has another type than its field.
    """
    whole = [f.name for f in fields(options) if "raw" in f.metadata]  # type: ignore[arg-type]
    if whole or not data:
        return options(**dict.fromkeys(whole, data))
    found = read_map(data)
    values = {
        f.name: _converted(f.metadata["key"], found[f.metadata["key"]], f.default)
        for f in fields(options)  # type: ignore[arg-type]
        if found.get(f.metadata["key"]) is not None
    }
    return options(**values)


def _converted(key: str, value: Value, default: Any) -> Any:
    """Numbers are what the field wants: files hold 1 for true, and 2 for 2.0."""
    if isinstance(value, tuple) != isinstance(default, tuple):
        raise Malformed(f"option '{key}' of a custom operator has another type than it must have")
    if isinstance(value, tuple) or value is None:
        return value
    if isinstance(value, str) != isinstance(default, str):
        raise Malformed(f"option '{key}' of a custom operator has another type than it must have")
    return type(default)(value)


def read_options(options: type[_T], table: Table | None) -> _T:
    """Returns `options` filled from `table`; defaults where the table or a field is absent.

    Raises `Malformed` where an enumeration has a value that the schema does not know.
    """
    if table is None:
        return options()
    values = {
        f.name: _read(table, f.metadata["slot"], f.metadata["kind"], f.default)
        for f in fields(options)  # type: ignore[arg-type]
        if "slot" in f.metadata
    }
    return options(**values)


def _read(table: Table, slot: int, kind: Any, default: Any) -> Any:
    if not table.has(slot):
        return default
    if isinstance(kind, list):
        return table.vector(slot, kind[0])
    if kind == "text":
        return table.text(slot)
    if isinstance(kind, str):
        return table.scalar(slot, kind)
    return _enum(kind, table.integer(slot, "u8"))


def _enum(kind: type[Enum], value: int) -> Enum:
    try:
        return kind(value)
    except ValueError:
        raise Malformed(f"{value} is no {kind.__name__} of the schema") from None
