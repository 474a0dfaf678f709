"""The difference between two texts, in the form that `patch` reads."""

from __future__ import annotations

import difflib
import re

from microflow.render.paint import Paint, Style, plain
from microflow.render.plain import printable

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_NO_END = "\\ No newline at end of file\n"
_STYLES = {"-": Style.REMOVED, "+": Style.ADDED, "@": Style.FRAME}


def unified_diff(before: str, after: str, path: str) -> str:
    """Returns the unified diff of a file's text; empty where nothing differs."""
    name = printable(path)
    rows = difflib.unified_diff(_LINE.findall(before), _LINE.findall(after), name, name)
    return "".join(row if row.endswith("\n") else f"{row}\n{_NO_END}" for row in rows)


def painted(diff: str, paint: Paint) -> str:
    """Returns a diff for a terminal: in colours, and nothing in it that a terminal would obey."""
    if paint is plain:
        return diff
    return "".join(f"{_painted(row, paint)}\n" for row in diff.split("\n")[:-1])


def _painted(row: str, paint: Paint) -> str:
    style = _STYLES.get(row[:1])
    text = printable(row.removesuffix("\r"))
    return paint(style, text) if style else text
