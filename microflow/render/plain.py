"""Text from strangers made safe for a terminal, and how many cells a text takes there."""

from __future__ import annotations

import unicodedata

TAB = "    "
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # controls, marks of direction, the unassigned
_NARROW = ("Mn", "Me")  # drawn onto the character before them


def printable(text: str, keep: str = "") -> str:
    """Returns `text` with each character that a terminal would obey, or not show, as an escape.

    Tabs become blanks. Characters of `keep` stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c in keep else shown(c) for c in text)


def shown(character: str) -> str:
    """Returns what stands for a character in a terminal."""
    if character == "\t":
        return TAB
    if unicodedata.category(character) not in _HIDDEN:
        return character
    return character.encode("ascii", "backslashreplace").decode("ascii").translate(_CONTROLS)


def cells(text: str) -> int:
    """Returns how many cells a printable text takes in a terminal."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def shortened(text: str, most: int) -> str:
    """Returns `text`, cut in the middle where it has more than `most` characters."""
    if len(text) <= most:
        return text
    head = (most - 1) // 2
    return f"{text[:head]}…{text[len(text) - (most - 1 - head) :]}"


def _cells(character: str) -> int:
    if unicodedata.category(character) in _NARROW:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


_CONTROLS = {i: f"\\x{i:02x}" for i in (*range(0x20), 0x7F)} | {10: "\\n", 13: "\\r"}
