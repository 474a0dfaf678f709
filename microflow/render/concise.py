"""Findings as one line each, as compilers print them: for editors, and for grep."""

from __future__ import annotations

from collections.abc import Iterable

from microflow.diag import Diagnostic
from microflow.render.plain import printable


def render_concise(diagnostics: Iterable[Diagnostic]) -> str:
    """Returns ``path:line:column: error[MF5001]: message`` for each finding."""
    return "".join(f"{_place(d)}{_kind(d)}: {printable(d.message)}\n" for d in diagnostics)


def _place(found: Diagnostic) -> str:
    if found.span is None:
        return ""
    return f"{printable(found.span.path)}:{found.span.line}:{found.span.column}: "


def _kind(found: Diagnostic) -> str:
    return f"{found.severity.value}[{found.rule.code}]"
