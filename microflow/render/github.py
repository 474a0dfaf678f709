"""Findings as commands to a workflow of GitHub Actions, which shows them beside the lines.

The form is that of GitHub's page on workflow commands: percent signs, ends of lines and, in
properties, colons and commas are written as percent codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from microflow.diag import Diagnostic, Severity
from microflow.render.places import has_lines, relative
from microflow.render.plain import printable

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({":": "%3A", ",": "%2C"})


def render_github(diagnostics: Iterable[Diagnostic], root: str) -> str:
    """Returns a line for each finding; paths in the folder `root` are relative to it."""
    return "".join(f"{_command(d, root)}\n" for d in diagnostics)


def _command(found: Diagnostic, root: str) -> str:
    properties = {**_place(found, root), "title": f"{found.rule.code} {found.rule.name}"}
    written = ",".join(f"{key}={_property(printable(value))}" for key, value in properties.items())
    text = "\n".join((found.message, *found.notes, f"help: {found.help}"))
    text = printable(text, keep="\n")
    return f"::{_COMMANDS[found.severity]} {written}::{text.translate(_DATA)}"


def _place(found: Diagnostic, root: str) -> Mapping[str, str]:
    span = found.span
    if span is None:
        return {}
    file = {"file": relative(span.path, root)}
    if not has_lines(span):
        return file
    lines = {"line": str(span.line), "endLine": str(span.end_line)}
    if span.line != span.end_line:  # columns are shown within one line only
        return {**file, **lines}
    last = max(span.column, span.end_column - 1)  # theirs is inclusive
    return {**file, **lines, "col": str(span.column), "endColumn": str(last)}


def _property(value: str) -> str:
    return value.translate(_DATA).translate(_PROPERTY)
