"""Reads a kernel's contract.h: the fields of its parameter struct, and the headers it needs.

The header is the one place that says what a kernel takes; the compiler fills the struct field by
field and knows its size from here.
"""

from __future__ import annotations

import re
from functools import cache

from attrs import frozen

from microflow.resources import resource

_STRUCT = re.compile(r"typedef struct \{(.*?)\} mf_\w+_params;", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_NEEDS = re.compile(r"^/\* Needs (.*?)\. \*/$", re.MULTILINE)
_FIELD = re.compile(r"(const MF_ROM \w+ \*|\w+ )\s*(\w+)(?:\[(\d+)\])?$")

PORTABLE = "portable"  # the variant that every kernel has

SCALAR_BYTES = {
    "bool": 1,
    "int8_t": 1,
    "uint8_t": 1,
    "int16_t": 2,
    "uint16_t": 2,
    "int32_t": 4,
    "uint32_t": 4,
    "int64_t": 8,
    "uint64_t": 8,
    "float": 4,
    "double": 8,
}


@frozen
class Field:
    """A field of a parameter struct; `count` is None unless it is an array of scalars."""

    name: str
    c_type: str
    pointer: bool
    count: int | None = None


@cache
def contract(kernel: str) -> tuple[Field, ...]:
    """Returns the fields of ``mf_<kernel>_params``."""
    found = _STRUCT.search(_text(kernel, "contract"))
    assert found is not None, f"{kernel}/contract.h declares no parameter struct"
    plain = _COMMENT.sub("", found[1])
    return tuple(_field(part.strip()) for part in plain.split(";") if part.strip())


@cache
def needs(kernel: str, variant: str = PORTABLE) -> tuple[str, ...]:
    """Returns the headers of ``runtime_c/include`` that must precede those of a kernel's variant.

    Those that every unit includes are not named.
    """
    found = (_NEEDS.search(_text(kernel, header)) for header in ("contract", variant))
    return tuple(dict.fromkeys(name for one in found if one for name in one[1].split(" and ")))


@cache
def variant(kernel: str, isa: tuple[str, ...]) -> str:
    """Returns the first variant of `isa` that the kernel has. It is there in plain C."""
    folder = resource(f"runtime_c/kernels/{kernel}")
    return next(name for name in isa if (folder / f"{name}.h").is_file())


def struct_bytes(fields: tuple[Field, ...], pointer_bytes: int, max_align: int) -> int:
    """Returns the struct's size in bytes under the usual C layout rules."""
    size, widest = 0, 1
    for field in fields:
        element = pointer_bytes if field.pointer else SCALAR_BYTES[field.c_type]
        alignment = min(element, max_align)
        size = -(-size // alignment) * alignment + element * (field.count or 1)
        widest = max(widest, alignment)
    return -(-size // widest) * widest


def _text(kernel: str, header: str) -> str:
    return resource(f"runtime_c/kernels/{kernel}/{header}.h").read_text("utf-8")


def _field(text: str) -> Field:
    found = _FIELD.match(text)
    assert found is not None, f"cannot read the field '{text}'"
    kind, name, count = found[1], found[2], found[3]
    pointer = kind.endswith("*")
    c_type = kind.removeprefix("const MF_ROM ").rstrip(" *") if pointer else kind.strip()
    return Field(name, c_type, pointer, int(count) if count else None)
