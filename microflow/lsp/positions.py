"""Between spans, which count code points from 1, and the protocol's positions: only here."""

from __future__ import annotations

from lsprotocol import types

from microflow.diag import Span
from microflow.lsp.document import Document

_UNITS = {
    types.PositionEncodingKind.Utf8: ("utf-8", 1),
    types.PositionEncodingKind.Utf16: ("utf-16-le", 2),
    types.PositionEncodingKind.Utf32: ("utf-32-le", 4),
}


def units(text: str, encoding: str) -> int:
    """Returns the length of `text` in the code units of the negotiated encoding."""
    codec, size = _UNITS[types.PositionEncodingKind(encoding)]
    return len(text.encode(codec, "surrogatepass")) // size


def offset_of(document: Document, position: types.Position, encoding: str) -> int:
    """Returns the offset of a position; one that lies in no line is moved to the nearest."""
    line = document.line(position.line + 1)
    column, taken = 0, 0
    while column < len(line) and taken < position.character:
        taken += units(line[column], encoding)
        column += 1
    return document.offset(position.line + 1, column + 1)


def position_of(document: Document, offset: int, encoding: str) -> types.Position:
    """Returns the position of an offset."""
    here = document.source.span(offset, offset)
    before = document.line(here.line)[: here.column - 1]
    return types.Position(here.line - 1, units(before, encoding))


def range_of(document: Document, span: Span, encoding: str) -> types.Range:
    """Returns the range of `span`."""
    first = document.offset(span.line, span.column)
    last = document.offset(span.end_line, span.end_column)
    ends = (position_of(document, at, encoding) for at in (first, max(first, last)))
    return types.Range(*ends)


def shown_range(document: Document, span: Span, encoding: str) -> types.Range:
    """Returns the part of `span` to underline: on its first line, and at least a character."""
    line = document.line(span.line)
    last = span.end_column if span.end_line == span.line else len(line) + 1
    if last > span.column:
        shown = Span(span.path, span.line, span.column, span.line, last)
        return range_of(document, shown, encoding)
    behind = span.column if span.column <= len(line) else max(1, len(line))
    shown = Span(span.path, span.line, behind, span.line, behind + 1)
    return range_of(document, shown, encoding)
