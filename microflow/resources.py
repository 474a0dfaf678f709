"""Finds the grammar and the C runtime, in the wheel, else in the checkout; and our own modules."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from pkgutil import iter_modules

_PACKAGE = Path(__file__).parent


def resource(name: str) -> Path:
    """Returns the path of a resource folder or file such as ``runtime_c/include``."""
    packed = _PACKAGE / "_data" / name
    return packed if packed.exists() else _PACKAGE.parent / name


def modules(package: str, but: Container[str] = ()) -> tuple[str, ...]:
    """Returns the names of the public modules of a subpackage, sorted, without importing them."""
    found = (module.name for module in iter_modules([str(_PACKAGE / package)]))
    return tuple(sorted(n for n in found if not n.startswith("_") and n not in but))
