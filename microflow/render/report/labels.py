"""Text on the map of memory: as much of it as there is room for, which is the browser's to know."""

from __future__ import annotations

from attrs import frozen

from microflow.render.plain import shortened
from microflow.render.report.numbers import grouped, place
from microflow.render.report.scale import LINE, Scale

WIDTHS = (520, 640, 760, 900, 1060)  # pixels of a map, from which on more text is shown
_CHARACTER = 6.3  # pixels
_MARGINS = 8  # pixels beside a text, both together
_SHORTEST = 12  # characters of a name; less says nothing


@frozen
class Text:
    """A line of text, `y` pixels from above, in maps that are wide enough as `style` says."""

    y: int
    text: str
    style: str = ""


@frozen
class Label:
    """Lines of text inside a rectangle, and the part of it that nothing else covers."""

    x: str
    width: str
    rows: tuple[Text, ...]


def box_label(
    name: str, size: int, start: float, columns: float, columns_of_name: float, scale: Scale
) -> Label | None:
    """Returns the bytes of a rectangle and, where there is room, its name below them.

    It begins `start` columns from the left; `columns` of its first line are free, `columns_of_name`
    of the second.
    """
    height = scale.height * size / scale.top
    amount = grouped(size)
    least = least_width(amount, columns, scale)
    if height < LINE or least is None:
        return None
    base = min(round(height / 2) + 4, LINE)
    rows: tuple[Text, ...] = (Text(base, amount, from_width(least)),)
    if height >= 2 * LINE + 4:
        rows += _name_row(name, base + LINE, columns_of_name, scale)
    return Label(place(start, scale.width), place(columns, scale.width), rows)


def least_width(text: str, columns: float, scale: Scale, wider: float = 1.0) -> int | None:
    """Returns the pixels of a map in which `text` fits into `columns`, one of `WIDTHS`.

    0 where it fits into every map, None where hardly into any. `wider` is how much wider than
    usual the text is.
    """
    needed = len(text) * wider * _CHARACTER + _MARGINS
    if needed <= columns * scale.column:
        return 0
    return next((w for w in WIDTHS if needed <= columns * w / scale.width), None)


def from_width(least: int) -> str:
    """Returns the class of what only maps of `least` pixels show; the style sheet has the same."""
    return f"from-{least}" if least else ""


def _name_row(name: str, y: int, columns: float, scale: Scale) -> tuple[Text, ...]:
    """The name, shortened to the room that there is in the narrowest map that shows it."""
    least = least_width(name[:_SHORTEST], columns, scale)
    if least is None:
        return ()
    room = columns * max(scale.column, least / scale.width) - _MARGINS
    return (Text(y, shortened(name, int(room / _CHARACTER)), from_width(least)),)
