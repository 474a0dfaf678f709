"""The sections of benchmarks/RESULTS.md: what each script measured, under a heading of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")


def write_section(heading: str, text: str) -> None:
    """Replaces what stands under a heading such as ``## Speed``, or adds it; the rest stays."""
    sections = split(RESULTS.read_text("utf-8"))
    sections[heading] = f"{heading}\n\n{text.strip()}\n"
    RESULTS.write_text("\n".join(section.strip() + "\n" for section in sections.values()), "utf-8")


def split(text: str) -> dict[str, str]:
    """Returns the sections of `text` by their headings, in order; the first is the title's."""
    parts = re.split(r"^(?=#{1,2} )", text, flags=re.MULTILINE)
    return {part.partition("\n")[0]: part for part in parts if part.strip()}


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Returns a table in Markdown."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
