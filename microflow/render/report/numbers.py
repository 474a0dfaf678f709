"""Numbers as a page shows them, the same everywhere."""

from __future__ import annotations

KIB, MIB = 1024, 1024 * 1024
_TICKS = 5  # at most, beside zero


def grouped(number: float) -> str:
    """Returns a number with separators: whole, or with the digits that matter below 100."""
    if number >= 100 or number == int(number):
        return f"{number:,.0f}"
    return f"{number:.3g}"


def binary(size: int) -> str:
    """Returns a size in the largest unit that divides it, such as ``96 KiB``."""
    for unit, name in ((MIB, "MiB"), (KIB, "KiB")):
        if size and size % unit == 0:
            return f"{size // unit:,} {name}"
    return f"{size:,} B"


def percent(part: float, whole: float) -> str:
    """Returns a share for people: ``57 %``, ``0.4 %``, ``<0.1 %``; empty of nothing."""
    if not whole:
        return ""
    share = 100 * part / whole
    if 0 < share < 0.1:
        return "<0.1 %"
    return f"{share:.1f} %" if share < 10 and share != int(share) else f"{share:,.0f} %"


def place(part: float, whole: float) -> str:
    """Returns a share as a coordinate of SVG, such as ``12.5%``."""
    return f"{pixels(100 * part / whole if whole else 0.0)}%"


def pixels(number: float) -> str:
    """Returns a coordinate of SVG, rounded so that it is the same on every computer."""
    text = f"{number:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def ticks(top: int) -> list[int]:
    """Returns round addresses from 0 to at most `top` bytes, a few of them."""
    step = 1
    while top // step > _TICKS:
        step *= 2
    return list(range(0, top + 1, step))


def clock(frequency: int) -> str:
    """Returns a frequency in MHz."""
    return f"{frequency / 1e6:g} MHz"
