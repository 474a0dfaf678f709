"""What was found, as the page shows it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from microflow.diag import Diagnostic, Diagnostics, Span
from microflow.dsl.text import Source, source_of
from microflow.render.paint import Style, plain
from microflow.render.snippet import Look, Mark, snippet

_WIDTH = 100  # of a line of source text


@frozen
class Finding:
    """A diagnostic. `excerpt` holds the lines of the source that it is about."""

    severity: str
    code: str
    name: str
    message: str
    place: str
    excerpt: tuple[str, ...]
    notes: tuple[str, ...]
    help: str
    fixes: tuple[str, ...]


def findings(diagnostics: Diagnostics, sources: Mapping[str, str]) -> tuple[Finding, ...]:
    """Returns `diagnostics` for the page; `sources` holds texts of files, by path."""
    parsed = {path: source_of(text, path) for path, text in sources.items()}
    return tuple(_finding(d, parsed) for d in diagnostics)


def _finding(found: Diagnostic, sources: Mapping[str, Source]) -> Finding:
    return Finding(
        severity=found.severity.value,
        code=found.rule.code,
        name=found.rule.name,
        message=found.message,
        place=_place(found.span) if found.span is not None else "",
        excerpt=_excerpt(found, sources),
        notes=tuple(line for note in found.notes for line in note.split("\n")),
        help=found.help,
        fixes=tuple(fix.title for fix in found.fixes),
    )


def _excerpt(found: Diagnostic, sources: Mapping[str, Source]) -> tuple[str, ...]:
    if found.span is None or found.span.path not in sources:
        return ()
    marks = [Mark(found.span, "", "^", Style.STRONG)]
    here = [label for label in found.labels if label.span.path == found.span.path]
    marks += [Mark(label.span, label.text, "-", Style.FRAME) for label in here]
    gutter = len(str(max(mark.span.end_line for mark in marks)))
    return tuple(snippet(sources[found.span.path], marks, Look(plain, _WIDTH, gutter))[1:])


def _place(span: Span) -> str:
    return f"{span.path}:{span.line}:{span.column}"
