"""What surrounds the generated C: one module a kind of package, found by its name.

The module ``microflow.firmware.cmake`` defines the package `cmake`, and so on; modules whose names
begin with an underscore serve the others.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache

from microflow.firmware._package import Firmware, Package

__all__ = ["Firmware", "Package", "package", "package_names", "render_packages"]


@cache
def package_names() -> tuple[str, ...]:
    """Returns the names of all kinds of packages, sorted."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name for name in names if not name.startswith("_")))


@cache
def package(name: str) -> Package:
    """Returns the kind of package `name`. Raises `KeyError` where there is none."""
    if name not in package_names():
        raise KeyError(name)
    found = importlib.import_module(f"{__name__}.{name}").PACKAGE
    assert isinstance(found, Package)
    return found


def render_packages(names: Iterable[str], firmware: Firmware) -> dict[str, str]:
    """Returns the files of the packages `names`: each in ``<package>/<prefix>/``."""
    return {
        f"{name}/{firmware.prefix}/{path}": text
        for name in names
        for path, text in package(name).render(firmware).items()
    }
