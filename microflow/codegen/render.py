"""Prints the typed C document: the files of the output folder, as (path, text) pairs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from microflow.codegen.cunit import CUnit
from microflow.resources import resource

if TYPE_CHECKING:
    from jinja2 import Environment


def render_unit(unit: CUnit) -> dict[str, str]:
    """Returns the source, the header, the kernel headers in use and the CMake file, by path."""
    prefix = unit.prefix
    files = {
        f"{prefix}.h": render_template("unit.h.j2", unit=unit),
        f"{prefix}.c": render_template("unit.c.j2", unit=unit),
        "CMakeLists.txt": render_template(
            "CMakeLists.txt.j2", unit=unit, uses_libm=uses_libm(unit)
        ),
    }
    for name in unit.runtime:
        files[f"microflow/{name}"] = _shared(name, unit.profile)
    for header in unit.headers:
        files[f"microflow/{header}"] = resource(f"runtime_c/kernels/{header}").read_text("utf-8")
    return files


def _shared(name: str, profile: str) -> str:
    """The header that kernels share: the profile's, or the one for all."""
    own = resource(f"runtime_c/include/{profile}/{name}")
    header = own if own.is_file() else resource(f"runtime_c/include/{name}")
    return header.read_text("utf-8")


def uses_libm(unit: CUnit) -> bool:
    """Tells whether a kernel in use needs the mathematics library."""
    texts = (resource(f"runtime_c/kernels/{h}").read_text("utf-8") for h in unit.headers)
    return any("<math.h>" in text for text in texts)


def render_template(name: str, package: str = "microflow.codegen", **values: Any) -> str:
    """Returns a template of `package` with `values` in place; a name that is missing raises.

    What is printed is C, build files and pages, not HTML: text from a model comes in only through
    `literals`.
    """
    return _environment(package).get_template(name).render(**values)


@cache
def _environment(package: str) -> Environment:
    # `check` renders nothing and starts faster without.
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    return Environment(
        loader=PackageLoader(package),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
