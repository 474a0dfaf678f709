"""Tables as plain text: columns side by side, numbers to the right."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from microflow.render.paint import Paint, Style, plain
from microflow.render.plain import cells, printable

_GAP = "  "


@frozen
class Column:
    """A column's heading; numbers are aligned to the right."""

    title: str
    number: bool = False


def render_table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    totals: Sequence[str] | None = None,
    paint: Paint = plain,
) -> str:
    """Returns a heading, a rule, `rows`, and below another rule `totals`; lines end with \\n."""
    safe = [[printable(cell) for cell in row] for row in rows]
    last = [[printable(cell) for cell in totals]] if totals is not None else []
    heading = [column.title for column in columns]
    widths = [max(map(cells, column)) for column in zip(heading, *safe, *last, strict=True)]
    rule = paint(Style.FRAME, _GAP.join("-" * width for width in widths))
    lines = [paint(Style.STRONG, _line(columns, heading, widths)), rule]
    lines += [_line(columns, row, widths) for row in safe]
    lines += [rule, *(_line(columns, row, widths) for row in last)] if last else []
    return "".join(f"{line}\n" for line in lines)


def thousands(number: int | None) -> str:
    """Returns a number with separators, or a dash for none."""
    return "-" if number is None else f"{number:,}"


def _line(columns: Sequence[Column], row: Sequence[str], widths: Sequence[int]) -> str:
    parts = [
        _padded(cell, width, column.number)
        for column, cell, width in zip(columns, row, widths, strict=True)
    ]
    return _GAP.join(parts).rstrip()


def _padded(cell: str, width: int, right: bool) -> str:
    blanks = " " * (width - cells(cell))
    return blanks + cell if right else cell + blanks
