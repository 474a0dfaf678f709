"""Code actions: which are preferred, what mends all, and what is written into a manifest."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from lsprotocol import types

from microflow.analysis import Request, check
from microflow.diag import Edit
from microflow.dsl.text import source_of
from microflow.files import Disk, Overlay
from microflow.lsp.actions import code_action
from microflow.lsp.client import Client
from microflow.lsp.refactor import refactorings
from microflow.lsp.session import Session
from microflow.render.patch import apply_edits
from tests.lsp.editing import MANIFEST, MARK, analysed, workspace

BARE = 'mflow 1\nmodel wake {\n  source = "wake.tflite"  # ours\n  targets = [uno, host]§\n}\n'
UNO = "target uno : atmega328p { }\n"


def _applied(text: str, edits: tuple[Edit, ...]) -> str:
    return apply_edits(source_of(text, edits[0].span.path), list(edits))


@pytest.mark.parametrize(
    "text", [BARE + UNO, 'mflow 1\nmodel wake { source = "wake.tflite"; §targets = [host] }\n']
)
def test_refactorings_write_what_compiles(tmp_path: Path, text: str) -> None:
    view, at = analysed(tmp_path, text)
    here = view.document.source.span(at, at)
    offered = refactorings(view, here.line, here.column)
    assert [o.title.split()[0] for o in offered] == ["Declare", "Pin", "Limit"]
    path = view.document.path
    for one in offered:
        changed = _applied(text.replace(MARK, ""), one.edits)
        found = check(Request(path), Overlay({path: changed.encode()}, Disk()))
        assert found.results and found.diagnostics == (), changed
        assert "# ours" not in text or 'wake.tflite"  # ours' in changed


def test_what_is_there_is_not_offered_again(tmp_path: Path) -> None:
    view, _ = analysed(tmp_path)
    titles = [r.title for r in refactorings(view, 7, 4)]
    assert titles == ["Pin the model file by its SHA-256"]
    assert refactorings(view, 1, 1) == ()
    open_ended, _ = analysed(tmp_path, MANIFEST.rstrip("}\n"))
    assert refactorings(open_ended, 7, 4) == (), "there is no end to write at"


def _asked(folder: Path, text: str, *only: str, line: int = 0) -> list[types.CodeAction]:
    """The actions from a line of a manifest on, for a client that asks for kinds."""

    async def play() -> Any:
        session = Session(Mock(), Client(encoding="utf-16"))
        path = workspace(folder, text)
        session.open(path.as_uri(), 1, text, 0.0)
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(path.as_uri()),
            types.Range(types.Position(line, 0), types.Position(99, 0)),
            types.CodeActionContext([], list(only) or None),
        )
        answer = await code_action(session, params)
        session.scheduler.close()
        return answer

    return asyncio.run(play()) or []


SLIPS = MANIFEST.replace("512B", "512b").replace("budget {", "bugdet {").replace("1KiB", "1KB")


def test_a_fix_is_preferred_where_nothing_else_can_be_meant(tmp_path: Path) -> None:
    preferred = {a.title: a.is_preferred for a in _asked(tmp_path, SLIPS, "quickfix")}
    assert preferred == {
        "write `budget`": True,
        "`1KiB`, with 1024 bytes to the kilobyte": False,
        "`1000B`, with 1000 bytes to the kilobyte": False,
    }


def test_all_slips_are_mended_when_asked_for(tmp_path: Path) -> None:
    assert "source.fixAll" not in {a.kind for a in _asked(tmp_path, SLIPS)}
    (action,) = _asked(tmp_path, SLIPS, "source.fixAll")
    assert action.edit is not None and action.edit.changes is not None
    ((edit,),) = action.edit.changes.values()
    assert edit.new_text == "budget"
    assert _asked(tmp_path, MANIFEST, "source") == []


@pytest.mark.parametrize("only", ["refactor", "refactor.rewrite"])
def test_kinds_are_asked_for_by_their_beginning(tmp_path: Path, only: str) -> None:
    (action,) = _asked(tmp_path, MANIFEST, only, line=7)
    assert (action.kind, action.title) == ("refactor.rewrite", "Pin the model file by its SHA-256")
    assert _asked(tmp_path, MANIFEST, only, line=1) == [], "outside of the model"
