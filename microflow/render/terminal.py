"""Diagnostics for people: in rustc's form, with the source and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from microflow.diag import Diagnostic, Diagnostics, Fix, Severity, Span
from microflow.dsl.text import Source, source_of
from microflow.render.paint import SEVERITY, Paint, Style, plain
from microflow.render.patch import patch_rows
from microflow.render.plain import printable
from microflow.render.snippet import Look, Mark, snippet

_NARROWEST = 40


def render_diagnostics(
    diagnostics: Diagnostics, sources: Mapping[str, str], paint: Paint = plain, width: int = 100
) -> str:
    """Returns all `diagnostics`, and a last line that counts them; empty where there are none.

    `sources` holds the texts of the files they point into, by path; `width` is the terminal's.
    """
    if not diagnostics:
        return ""
    parsed = {path: source_of(text, path) for path, text in sources.items()}
    blocks = ["\n".join(_diagnostic(d, parsed, paint, width)) for d in diagnostics]
    return "\n\n".join([*blocks, summary(diagnostics, paint)]) + "\n"


def summary(diagnostics: Diagnostics, paint: Paint = plain) -> str:
    """Returns how many findings of each severity there are, such as ``2 errors, 1 warning``."""
    count = Counter(d.severity for d in diagnostics)
    parts = [
        paint(SEVERITY[s], f"{count[s]} {s.value}{'s' if count[s] > 1 else ''}")
        for s in Severity
        if count[s]
    ]
    return ", ".join(parts)


def _diagnostic(
    found: Diagnostic, sources: Mapping[str, Source], paint: Paint, width: int
) -> Iterator[str]:
    gutter = _gutter(found)
    look = Look(paint, max(width - gutter - 5, _NARROWEST), gutter)
    title = paint(SEVERITY[found.severity], f"{found.severity.value}[{found.rule.code}]")
    yield title + paint(Style.STRONG, f": {printable(found.message)}")
    yield from _places(found, sources, look)
    remarks = [("note", note) for note in found.notes] + [("help", found.help)]
    if found.span is not None:
        yield look.row(None, "")
    for kind, text in remarks:
        yield from _remark(kind, text, look)
    for fix in found.fixes:
        yield from _fix(fix, sources, look)


def _gutter(found: Diagnostic) -> int:
    spans = [found.span, *(label.span for label in found.labels)]
    edits = (e for fix in found.fixes for e in fix.edits)
    last = [s.end_line for s in spans if s] + [
        e.span.end_line + min(e.text.count("\n"), 8) for e in edits
    ]
    return len(str(max(last, default=1)))


def _places(found: Diagnostic, sources: Mapping[str, Source], look: Look) -> Iterator[str]:
    """The source with its marks: first the finding's own file, then those of its labels."""
    marks = [Mark(label.span, label.text, "-", Style.FRAME) for label in found.labels]
    if found.span is not None:
        marks.insert(0, Mark(found.span, "", "^", SEVERITY[found.severity]))
    for path in dict.fromkeys(m.span.path for m in marks):
        here = [m for m in marks if m.span.path == path]
        arrow = "-->" if here[0] is marks[0] else ":::"
        yield f"{' ' * look.gutter}{look.frame(arrow)} {_place(here[0].span)}"
        if path in sources:
            yield from snippet(sources[path], here, look)


def _place(span: Span) -> str:
    return f"{printable(span.path)}:{span.line}:{span.column}"


def _remark(kind: str, text: str, look: Look) -> Iterator[str]:
    sign = look.frame(f"{'':>{look.gutter}} =")
    first, *rest = text.split("\n")
    yield f"{sign} {look.paint(Style.STRONG, kind)}: {printable(first)}"
    indent = " " * (look.gutter + 5 + len(kind))
    yield from (f"{indent}{printable(line)}".rstrip() for line in rest)


def _fix(fix: Fix, sources: Mapping[str, Source], look: Look) -> Iterator[str]:
    yield from _remark("fix", fix.title, look)
    paths: Iterable[str] = dict.fromkeys(e.span.path for e in fix.edits)
    for path in paths:
        if path in sources:
            yield from patch_rows(sources[path], fix, look)
