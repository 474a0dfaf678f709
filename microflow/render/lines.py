"""A line of source text as a terminal shows it: safe, cropped, and where each column went."""

from __future__ import annotations

from itertools import accumulate

from attrs import frozen

from microflow.dsl.text import Source
from microflow.render.plain import cells, shown

_CUT = "..."


@frozen
class Line:
    """A line as shown: ``offsets[i]`` is the cell where the source's column `first` + i begins."""

    text: str
    first: int
    offsets: tuple[int, ...]

    def cell(self, column: int) -> int:
        """Returns the cell where a column begins; columns that were cropped lie at the edge."""
        return self.offsets[min(max(column - self.first, 0), len(self.offsets) - 1)]


def source_line(source: Source, number: int) -> str | None:
    """Returns line `number` (from 1) without its end, or None where there is none."""
    if not 1 <= number <= len(source.starts):
        return None
    end = source.starts[number] if number < len(source.starts) else len(source.text)
    return source.text[source.starts[number - 1] : end].rstrip("\r\n")


def show_line(text: str, focus: int, width: int) -> Line:
    """Returns `text` in about `width` cells; of a longer line the part round column `focus`."""
    at = min(max(focus - 1, 0), len(text))
    start = 0 if len(text) <= width and _width(text) <= width else max(at - width // 3, 0)
    parts = [shown(c) for c in text[start : start + width]]
    before = _CUT if start else ""
    offsets = list(accumulate(map(cells, parts), initial=len(before)))
    fitting = sum(offset <= width for offset in offsets) - 1
    kept = max(fitting, min(at - start, len(parts)))
    after = _CUT if start + kept < len(text) else ""
    shown_text = before + "".join(parts[:kept]) + after
    return Line(shown_text, start + 1, tuple(offsets[: kept + 1]))


def _width(text: str) -> int:
    return sum(cells(shown(c)) for c in text)
