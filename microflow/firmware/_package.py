"""The record of a kind of package, and what every package is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from microflow.codegen.cunit import CUnit
from microflow.codegen.render import render_template, uses_libm
from microflow.targets import Target

VERSION = "1.0.0"  # of a package, where its kind wants one

_PRAGMA = """\
/* There are no flags for one file here: fast loops, and floats rounded as the reference does. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("{flags}")
#endif
"""


@frozen
class Firmware:
    """The C of a target: the document it was printed from, and its files by path."""

    unit: CUnit
    target: Target
    files: Mapping[str, str]

    @property
    def prefix(self) -> str:
        """What begins every file and symbol."""
        return self.unit.prefix

    @property
    def standard(self) -> str:
        """The dialect of C that the target's compiler needs."""
        compiler = self.target.core.compiler
        return compiler.standard if compiler else "c99"

    @property
    def headers(self) -> tuple[str, ...]:
        """The paths of the headers that the source includes, the public one not among them."""
        return tuple(path for path in self.files if path.startswith("microflow/"))


@frozen
class Package:
    """A kind of package. `render` returns its files by path, relative to the package's folder."""

    name: str
    doc: str
    render: Callable[[Firmware], Mapping[str, str]]


def sources(firmware: Firmware, folder: str = "", flags_inside: bool = False) -> dict[str, str]:
    """Returns the C by path, in `folder`; with the flags that matter inside, if need be."""
    source = f"{firmware.prefix}.c"
    paths = (source, f"{firmware.prefix}.h", *firmware.headers)
    copied = {f"{folder}{path}": firmware.files[path] for path in paths}
    if flags_inside:
        licence, _, rest = copied[f"{folder}{source}"].partition("\n")
        copied[f"{folder}{source}"] = f"{licence}\n{flags_in_source(firmware.unit)}{rest}"
    return copied


def flags_in_source(unit: CUnit) -> str:
    """Returns the lines by which a source asks for its flags itself, where no build system does."""
    flags = (flag.removeprefix("-f").removeprefix("-") for flag in unit.pragma_flags)
    return _PRAGMA.format(flags=",".join(flags))


def rendered(
    name: str, firmware: Firmware, templates: Mapping[str, str], **values: str
) -> dict[str, str]:
    """Returns files by path, printed from the templates of the package `name`, and its README.

    `values` are for the templates, beside what all of them have.
    """
    known = {
        **values,
        "unit": firmware.unit,
        "headers": firmware.headers,
        "standard": firmware.standard,
        "uses_libm": uses_libm(firmware.unit),
        "version": VERSION,
    }
    how = _render(f"{name}/use.md.j2", known)
    return {
        **{path: _render(template, known) for path, template in templates.items()},
        "README.md": _render("README.md.j2", {**known, "use": how.rstrip("\n")}),
    }


def _render(template: str, values: Mapping[str, Any]) -> str:
    return render_template(template, "microflow.firmware", **values)
