"""A manifest laid out: what it becomes, and what prevents it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import frozen

from microflow.diag import Diagnostic, Diagnostics, Rule, Span, has_errors
from microflow.dsl.format import format_source
from microflow.dsl.parse import parse
from microflow.dsl.text import UTF8_MARK, decode

NOT_FORMATTED = Rule(
    "MF6109",
    "not-formatted",
    """A manifest is not laid out as the formatter would

`mflowc fmt --check` found a file that `mflowc fmt` would change; the place is its first such line.
Layout means nothing to the compiler, but files that everybody formats alike differ only where
their contents do.

    mflowc fmt wake.mflow             # changes it
    mflowc fmt wake.mflow --diff      # shows what would change

Remedy: run `mflowc fmt` on the file.
""",
)


@frozen
class Sheet:
    """A manifest before and after: equal where it is laid out well, or has `diagnostics`."""

    path: Path
    before: str
    after: str
    marked: bool = False
    diagnostics: Diagnostics = ()

    @property
    def name(self) -> str:
        """How messages and results call it."""
        return self.path.as_posix()

    @property
    def changes(self) -> bool:
        """Tells whether the formatter changes it."""
        return self.before != self.after

    @property
    def data(self) -> bytes:
        """What the file is to hold: with the byte order mark that it had."""
        mark = UTF8_MARK if self.marked else b""
        return mark + self.after.encode("utf-8")


def lay_out(path: Path, data: bytes) -> Sheet:
    """Returns a manifest's bytes laid out; what prevents it is in `diagnostics`."""
    name = path.as_posix()
    text, undecodable = decode(data, name)
    if text is None:
        return Sheet(path, "", "", diagnostics=undecodable)
    errors = tuple(d for d in parse(text, name)[1] if has_errors((d,)))
    if errors:
        return Sheet(path, text, text, diagnostics=errors)
    formatted, refused = format_source(text, name)
    return Sheet(path, text, formatted, data.startswith(UTF8_MARK), refused)


def manifests(paths: Iterable[Path]) -> Iterator[Path]:
    """Yields files as they are, and the manifests of folders; nothing below hidden folders."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, inner, names in os.walk(path):
            inner[:] = sorted(name for name in inner if not name.startswith("."))
            yield from (Path(folder) / n for n in sorted(names) if n.endswith(".mflow"))


def not_formatted(sheet: Sheet) -> Diagnostic:
    """Returns the finding that a manifest is not laid out well: at its first such line."""
    before, after = sheet.before.split("\n"), sheet.after.split("\n")
    pairs = enumerate(zip(before, after, strict=False), 1)
    line = next((n for n, (a, b) in pairs if a != b), min(len(before), len(after)))
    place = Span(sheet.name, line, 1, line, 1)
    text = f"{sheet.name} is not formatted"
    return Diagnostic(NOT_FORMATTED, text, f"run `mflowc fmt {sheet.name}`", place)
