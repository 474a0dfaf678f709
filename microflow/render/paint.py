"""Colours for a terminal, or none."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TypeAlias

from microflow.diag import Severity


class Style(Enum):
    """What a piece of text is; the value is its ANSI parameter."""

    ERROR = "1;31"
    WARNING = "1;33"
    NOTE = "1;36"
    FRAME = "1;34"  # what is drawn round the source text
    STRONG = "1"
    REMOVED = "31"
    ADDED = "32"
    # Cells of a memory map, told apart by what is behind their letters:
    READ = "30;46"
    WRITTEN = "30;42"
    BOTH = "30;43"
    KEPT = "30;47"
    WORK = "30;45"


Paint: TypeAlias = Callable[[Style, str], str]

SEVERITY = {
    Severity.ERROR: Style.ERROR,
    Severity.WARNING: Style.WARNING,
    Severity.NOTE: Style.NOTE,
}


def plain(style: Style, text: str) -> str:
    """Returns `text` as it is."""
    return text


def ansi(style: Style, text: str) -> str:
    """Returns `text` between the escape codes of its style."""
    return f"\x1b[{style.value}m{text}\x1b[0m" if text else text
