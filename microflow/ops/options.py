"""Declares the options of an operator: each field names its slot in the model's options table."""

from __future__ import annotations

from enum import Enum
from typing import Any, TypeVar

from attrs import field, fields

from microflow.flatbuffer import Malformed, Table

_T = TypeVar("_T")


def option(slot: int, kind: Any, default: Any = 0) -> Any:
    """Declares a field read from `slot`.

    `kind` is a scalar name (``i32``, ``f32``, ``bool``…), an Enum stored as one byte, or a list of
    one scalar name for a vector (``["i32"]``).
    """
    return field(default=default, metadata={"slot": slot, "kind": kind})


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
    if isinstance(kind, str):
        return table.scalar(slot, kind)
    return _enum(kind, table.integer(slot, "u8"))


def _enum(kind: type[Enum], value: int) -> Enum:
    try:
        return kind(value)
    except ValueError:
        raise Malformed(f"{value} is no {kind.__name__} of the schema") from None
