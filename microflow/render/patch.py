"""What a fix would change: the lines before and after."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from microflow.diag import Edit, Fix
from microflow.dsl.text import Source, source_of
from microflow.render.lines import show_line, source_line
from microflow.render.paint import Style
from microflow.render.snippet import Look

_MOST = 8  # lines shown of each side


@frozen
class Hunk:
    """Neighbouring lines that a fix replaces; they begin at line `first`."""

    first: int
    before: tuple[str, ...]
    after: tuple[str, ...]


def apply_edits(source: Source, edits: Sequence[Edit]) -> str:
    """Returns the text after `edits`, which must not overlap.

    Insertions at one place stand in the order in which they are given.
    """
    text = source.text
    ordered = sorted(edits, key=lambda e: (_start(source, e), _end(source, e)))
    for edit in reversed(ordered):
        text = text[: _start(source, edit)] + edit.text + text[_end(source, edit) :]
    return text


def hunks(source: Source, edits: Sequence[Edit]) -> list[Hunk]:
    """Returns the changed lines, one hunk for edits on the same or neighbouring lines."""
    groups: list[list[Edit]] = []
    for edit in sorted(edits, key=lambda e: e.span):
        if groups and edit.span.line <= groups[-1][-1].span.end_line + 1:
            groups[-1].append(edit)
        else:
            groups.append([edit])
    return [_hunk(source, group) for group in groups]


def patch_rows(source: Source, fix: Fix, look: Look) -> list[str]:
    """Returns the rows that show what `fix` changes in `source`."""
    edits = [e for e in fix.edits if e.span.path == source.path]
    if any(source_line(source, e.span.line) is None for e in edits):
        return []
    rows = [look.row(None, "")] if edits else []
    for hunk in hunks(source, edits):
        rows += _rows(hunk, look)
    return rows


def _hunk(source: Source, edits: Sequence[Edit]) -> Hunk:
    first, last = edits[0].span.line, max(e.span.end_line for e in edits)
    count = len(source.starts)
    new = source_of(apply_edits(source, edits), source.path)
    before = _lines(source, first, last)
    after = _lines(new, first, last + len(new.starts) - count)
    lead = _common(before, after)
    tail = _common(before[lead:][::-1], after[lead:][::-1])
    return Hunk(
        first + lead,
        tuple(before[lead : len(before) - tail]),
        tuple(after[lead : len(after) - tail]),
    )


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _lines(source: Source, first: int, last: int) -> list[str]:
    return [line for n in range(first, last + 1) if (line := source_line(source, n)) is not None]


def _rows(hunk: Hunk, look: Look) -> list[str]:
    rows = []
    sides = ((hunk.before, "-", Style.REMOVED), (hunk.after, "+", Style.ADDED))
    column = _first_difference(hunk)
    for lines, sign, style in sides:
        for number, line in enumerate(lines[:_MOST], hunk.first):
            text = show_line(line, column, look.width - 2).text
            label = look.frame(f"{number:>{look.gutter}}")
            rows.append(f"{label} {look.paint(style, f'{sign} {text}'.rstrip())}")
        if len(lines) > _MOST:
            rows.append(look.frame("..."))
    return rows


def _first_difference(hunk: Hunk) -> int:
    if not hunk.before or not hunk.after:
        return 1
    pairs = zip(hunk.before[0], hunk.after[0], strict=False)
    return next((i for i, (a, b) in enumerate(pairs, 1) if a != b), 1)


def _start(source: Source, edit: Edit) -> int:
    return _offset(source, edit.span.line, edit.span.column)


def _end(source: Source, edit: Edit) -> int:
    return _offset(source, edit.span.end_line, edit.span.end_column)


def _offset(source: Source, line: int, column: int) -> int:
    if line > len(source.starts):
        return len(source.text)
    return min(source.starts[line - 1] + column - 1, len(source.text))
