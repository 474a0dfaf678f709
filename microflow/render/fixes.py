"""Which fixes a tool may apply unasked, and which of them together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from attrs import frozen

from microflow.diag import Diagnostic, Fix, Span
from microflow.dsl.text import source_of
from microflow.render.patch import apply_edits

_Ends: TypeAlias = tuple[tuple[int, int], tuple[int, int]]


@frozen
class Choice:
    """A finding, and the fix of it that is to be applied."""

    diagnostic: Diagnostic
    fix: Fix


def automatic_fixes(diagnostics: Iterable[Diagnostic], path: str) -> tuple[Choice, ...]:
    """Returns the fixes of the file `path` that may be applied unasked, all at once.

    At most one a finding. Of fixes whose edits overlap or touch one place, the first.
    """
    chosen: list[Choice] = []
    taken: list[Span] = []
    for found in diagnostics:
        fix = next((fix for fix in found.fixes if fix.automatic), None)
        spans = [edit.span for edit in fix.edits] if fix else []
        apart = all(span.path == path and not _meets(span, taken) for span in spans)
        if fix is not None and apart:
            chosen.append(Choice(found, fix))
            taken += spans
    return tuple(chosen)


def apply_fixes(text: str, choices: Iterable[Choice], path: str) -> str:
    """Returns the text of the file `path` after fixes that `automatic_fixes` chose together."""
    edits = [edit for choice in choices for edit in choice.fix.edits]
    return apply_edits(source_of(text, path), edits)


def _meets(span: Span, others: Iterable[Span]) -> bool:
    """Tells whether an edit shares characters with others, or inserts where they begin or end."""
    return any(_meet(_ends(span), _ends(other)) for other in others)


def _meet(one: _Ends, other: _Ends) -> bool:
    inserts = one[0] == one[1] or other[0] == other[1]
    apart = one[1] < other[0] or other[1] < one[0]
    return not apart if inserts else one[0] < other[1] and other[0] < one[1]


def _ends(span: Span) -> _Ends:
    return (span.line, span.column), (span.end_line, span.end_column)
