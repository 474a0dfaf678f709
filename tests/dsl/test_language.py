"""The page on the language: complete, and every example of it is a manifest that binds."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from microflow.dsl.examples import EXAMPLES
from microflow.dsl.format import format_text
from microflow.dsl.parse import parse
from microflow.dsl.schema import FILE

from .mistakes import HEAD
from .models import clean

ROOT = Path(__file__).parents[2]
KINDS = {kind.name: kind for kind in FILE.walk()}


def _manifest(kind: str, example: str) -> str:
    if kind == "manifest":
        return example
    if kind == "model":
        return f"mflow 1\n{example}"
    if kind in {block.name for block in FILE.blocks}:
        return f"{HEAD}}}\n{example}"
    if kind == "memory":
        return f"{HEAD}}}\ntarget board : nrf52840 {{\n{example}}}\n"
    return f"{HEAD}{example}}}\n"


def test_every_kind_of_block_has_an_example() -> None:
    assert set(EXAMPLES) == set(KINDS)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_an_example_binds_and_is_laid_out(kind: str) -> None:
    text = EXAMPLES[kind]
    clean(_manifest(kind, text))
    assert format_text(text) == text
    if kind != "manifest":
        names = {s.name.text for s in parse(f"mflow 1\n{text}", "m")[0].statements if s.name}
        assert names == {kind}


def test_the_page_has_every_block_and_key() -> None:
    page = runpy.run_path(str(ROOT / "docs" / "generate.py"))["pages"]()["language.md"]
    sections = {s.partition("\n")[0]: s for s in page.split("\n## ")}
    for kind in KINDS.values():
        section = sections[kind.name]
        assert kind.doc in section and EXAMPLES[kind.name].strip() in section
        rows = [line.split(" | ") for line in section.splitlines() if line.startswith("| `")]
        assert [row[0] for row in rows] == [f"| `{key.name}`" for key in kind.keys]
        assert all(len(row) == 4 for row in rows)
        for key, row in zip(kind.keys, rows, strict=True):
            assert key.default in row[2] and ("required" in row[2]) == key.required
            assert key.doc in row[3]
        for block in kind.blocks:
            assert f"[{block.name}](#{block.name})" in section
        assert all(word.doc in section for word in kind.words)
