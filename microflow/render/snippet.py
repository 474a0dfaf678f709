"""The marked lines of a source text, drawn as rustc draws them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from microflow.diag import Span
from microflow.dsl.text import Source
from microflow.render.lines import Line, show_line, source_line
from microflow.render.paint import Paint, Style
from microflow.render.plain import printable

_HEAD, _TAIL = 4, 2  # lines shown of a longer block


@frozen
class Mark:
    """A place with what is said of it, underlined in `style` by `sign`."""

    span: Span
    text: str
    sign: str
    style: Style

    @property
    def is_block(self) -> bool:
        """Tells whether it spans several lines."""
        return self.span.end_line > self.span.line


@frozen
class Look:
    """How to draw: colours, cells for the source text, cells for line numbers."""

    paint: Paint
    width: int
    gutter: int

    def frame(self, text: str) -> str:
        """Returns a part of the frame in its colour."""
        return self.paint(Style.FRAME, text)

    def row(self, number: int | None, content: str) -> str:
        """Returns a row behind the gutter."""
        label = "" if number is None else str(number)
        return f"{self.frame(f'{label:>{self.gutter}} |')} {content}".rstrip()


def snippet(source: Source, marks: Sequence[Mark], look: Look) -> list[str]:
    """Returns the rows for `marks`, the first of which may be drawn as a block of lines.

    Of other marks that span several lines only the first line is underlined.
    """
    marks = [_within(source, mark) for mark in marks]
    block = marks[0] if marks[0].is_block else None
    numbers = sorted({n for m in marks for n in _lines(m, m is block)})
    rows: list[str] = []
    previous = None
    for number in numbers:
        text = source_line(source, number)
        if text is None:
            continue
        if previous is not None and number > previous + 1:
            rows.append(look.frame("..."))
        rows += _line_rows(text, number, [m for m in marks if _touches(m, number)], block, look)
        previous = number
    return [look.row(None, ""), *rows] if rows else []


def _within(source: Source, mark: Mark) -> Mark:
    """The mark without what lies behind the end of the text."""
    last = len(source.starts)
    if mark.span.end_line <= last or mark.span.line > last:
        return mark
    column = len(source_line(source, last) or "") + 1
    return evolve(mark, span=evolve(mark.span, end_line=last, end_column=column))


def _lines(mark: Mark, whole: bool) -> Iterator[int]:
    first, last = mark.span.line, mark.span.end_line
    if not whole:
        yield first
    elif last - first < _HEAD + _TAIL:
        yield from range(first, last + 1)
    else:
        yield from (*range(first, first + _HEAD), *range(last + 1 - _TAIL, last + 1))


def _touches(mark: Mark, number: int) -> bool:
    return number in (mark.span.line, mark.span.end_line)


def _line_rows(
    text: str, number: int, marks: Sequence[Mark], block: Mark | None, look: Look
) -> Iterator[str]:
    line = show_line(text, _focus(marks, number), look.width)
    yield look.row(number, _margin(block, number, text, look) + line.text)
    if block in marks and block is not None:
        yield from _block_rows(block, number, text, line, look)
    inside = block is not None and block.span.line <= number < block.span.end_line
    margin = look.paint(block.style, "| ") if inside and block else "  " if block else ""
    for mark in marks:
        if mark is not block and mark.span.line == number:
            yield look.row(None, margin + _underline(mark, text, line, look))


def _focus(marks: Sequence[Mark], number: int) -> int:
    if not marks:
        return 1
    span = marks[0].span
    return span.column if span.line == number else span.end_column


def _margin(block: Mark | None, number: int, text: str, look: Look) -> str:
    """The two cells in which the line along a block is drawn."""
    if block is None:
        return ""
    if block.span.line < number <= block.span.end_line:
        return look.paint(block.style, "| ")
    opens = number == block.span.line and _opens_line(block, text)
    return look.paint(block.style, "/ ") if opens else "  "


def _opens_line(block: Mark, text: str) -> bool:
    return not text[: block.span.column - 1].strip()


def _block_rows(block: Mark, number: int, text: str, line: Line, look: Look) -> Iterator[str]:
    """The rows that lead a block's line to its first and its last character."""
    if number == block.span.line and not _opens_line(block, text):
        lead = " " + "_" * (line.cell(block.span.column) + 1) + block.sign
        yield look.row(None, look.paint(block.style, lead))
    if number == block.span.end_line:
        lead = "|" + "_" * (line.cell(max(block.span.end_column - 1, 1)) + 1) + block.sign
        yield look.row(None, look.paint(block.style, f"{lead} {printable(block.text)}".rstrip()))


def _underline(mark: Mark, text: str, line: Line, look: Look) -> str:
    end_column = len(text) + 1 if mark.is_block else mark.span.end_column
    start = line.cell(mark.span.column)
    signs = mark.sign * max(line.cell(end_column) - start, 1)
    return " " * start + look.paint(mark.style, f"{signs} {printable(mark.text)}".rstrip())
