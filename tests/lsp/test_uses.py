"""Names, findings and knowledge across manifests that use each other."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, client_capabilities

from microflow.lsp import names
from tests.cli.models import scores
from tests.lsp.editing import Editor, change, close, document, open_in, place, pulling

COMMAND = [sys.executable, "-P", "-m", "microflow", "lsp"]
BOARDS = """\
mflow 1
target board : nrf52840 { memory ram { size = 64KiB } }
target other : board { }
arena shared { size = 4KiB }
"""
WAKE = """\
mflow 1
use "boards.mflow"
model wake {
  source  = "wake.tflite"
  targets = [board]
  arena   = shared
}
"""
FAN = """\
mflow 1
use "boards.mflow"
model fan { source = "wake.tflite"; targets = [board, other] }
model board { source = "wake.tflite"; targets = [host] }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "wake.tflite").write_bytes(scores())
    for name, text in {"boards": BOARDS, "wake": WAKE, "fan": FAN}.items():
        (tmp_path / f"{name}.mflow").write_text(text, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("used", "first", "second", "changed"),
    [
        # Each has an arena of that name: they are not the same.
        ("", "arena §a { }", "arena a { }", {"first"}),
        # Both give the used file what it names: the same name to both.
        ("model m { arena = a }", "arena §a { }", "arena a { }", {"used", "first", "second"}),
        ("arena a { }", "model m { arena = §a }", "model a { }", {"used", "first"}),
        (
            "arena a { }",
            "model m { arena = §a }",
            "model n { arena = a }",
            {"used", "first", "second"},
        ),
        (
            "target t : host { memory x { } }",
            "model m { place { arena = §x } }",
            "arena x { }",
            {"used", "first"},
        ),
        ("model m { input x { } }", "model m { input §x { } }", "", {"first"}),
    ],
)
def test_names_are_shared_by_use_alone(
    used: str, first: str, second: str, changed: set[str]
) -> None:
    opened, offset = document(first, "first")
    boards, other = document(used, "used")[0], document(second, "second")[0]
    at = opened.source.span(offset, offset)
    one = names.occurrence_at(opened, at.line, at.column)
    assert one is not None
    every = ((opened, boards), (other, boards), (boards,))
    edits = names.rename(one, "other", every)
    assert isinstance(edits, dict) and set(edits) == changed


@pytest_lsp.fixture(
    config=ClientServerConfig(COMMAND, Editor),
    params=["visual_studio_code", "neovim", "pulling"],
    scope="module",
    loop_scope="module",
)
async def editor(request: pytest.FixtureRequest, lsp_client: Editor) -> AsyncIterator[None]:
    known = request.param != "pulling"
    capabilities = client_capabilities(request.param) if known else pulling()
    await lsp_client.initialize_session(types.InitializeParams(capabilities))
    yield
    await lsp_client.shutdown_session()


def _at(uri: str, text: str, word: str) -> dict[str, Any]:
    return {"text_document": types.TextDocumentIdentifier(uri), "position": place(text, word)}


def _where(found: Any) -> list[tuple[str, int]]:
    return sorted((f.uri.rpartition("/")[2], f.range.start.line) for f in found)


def _edits(edit: types.WorkspaceEdit | None) -> dict[str, list[int]]:
    """The lines that change in each file."""
    assert edit is not None
    changes: dict[str, Any] = dict(edit.changes or {})
    for changed in edit.document_changes or ():
        assert isinstance(changed, types.TextDocumentEdit)
        changes[changed.text_document.uri] = changed.edits
    return {
        uri.rpartition("/")[2]: [e.range.start.line for e in edits]
        for uri, edits in changes.items()
    }


@pytest.mark.asyncio(loop_scope="module")
async def test_names_of_a_used_file_are_known(editor: Editor, folder: Path) -> None:
    uri = open_in(editor, folder / "wake.mflow")
    for word in ("board]", "shared"):
        found = await editor.text_document_definition_async(
            types.DefinitionParams(**_at(uri, WAKE, word))
        )
        assert _where(found) == [("boards.mflow", 1 if word == "board]" else 3)]
    found = await editor.text_document_definition_async(
        types.DefinitionParams(**_at(uri, WAKE, '"boards.mflow"'))
    )
    assert _where(found) == [("boards.mflow", 0)]
    shown = await editor.text_document_hover_async(types.HoverParams(**_at(uri, WAKE, "board]")))
    told = getattr(shown and shown.contents, "value", "")
    assert "64 KiB ram" in told and "In `boards.mflow`" in told and "target board :" in told
    items = await editor.text_document_completion_async(
        types.CompletionParams(**_at(uri, WAKE, "board]"))
    )
    assert isinstance(items, types.CompletionList)
    details = {i.label: i.detail for i in items.items}
    assert details["other"] == "target of boards.mflow"
    resolved = await editor.completion_item_resolve_async(
        next(i for i in items.items if i.label == "other")
    )
    about = resolved.documentation
    assert "target other : board" in str(getattr(about, "value", about))
    symbols = await editor.workspace_symbol_async(types.WorkspaceSymbolParams("other"))
    assert symbols and [s.name for s in symbols] == ["other"]
    close(editor, uri)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_rename_reaches_every_file(editor: Editor, folder: Path) -> None:
    """From where a name is used: the file that declares it, and all that are open and use it."""
    wake, fan = open_in(editor, folder / "wake.mflow"), open_in(editor, folder / "fan.mflow")
    for uri in (wake, fan):
        await editor.findings(uri, 1)
    where = _at(wake, WAKE, "board]")
    context = types.ReferenceContext(include_declaration=True)
    uses = await editor.text_document_references_async(types.ReferenceParams(context, **where))
    everywhere = [("boards.mflow", 1), ("boards.mflow", 2), ("fan.mflow", 2), ("wake.mflow", 4)]
    assert _where(uses) == everywhere, "and not the model of the same name"
    edit = await editor.text_document_rename_async(types.RenameParams(new_name="mote", **where))
    assert _edits(edit) == {"boards.mflow": [1, 2], "fan.mflow": [2], "wake.mflow": [4]}
    with pytest.raises(Exception, match="there is another target `other`"):
        await editor.text_document_rename_async(types.RenameParams(new_name="other", **where))
    (folder / "boards.mflow").write_text(BOARDS.replace("64KiB", "32KiB"), "utf-8")
    with pytest.raises(Exception, match="has changed since it was read"):
        await editor.text_document_rename_async(types.RenameParams(new_name="mote", **where))
    close(editor, wake)
    close(editor, fan)


@pytest.mark.asyncio(loop_scope="module")
async def test_findings_of_a_used_file_are_shown_there(editor: Editor, folder: Path) -> None:
    boards = folder / "boards.mflow"
    boards.write_text(BOARDS.replace("size = 4KiB", "siez = 4KiB"), "utf-8")
    uri = open_in(editor, folder / "wake.mflow")
    assert await editor.findings(uri, 1) == []
    (found,) = await _published(editor, boards.as_uri(), 1)
    assert (found.code, found.range.start.line) == ("MF2001", 3)
    boards.write_text(BOARDS, "utf-8")
    event = types.FileEvent(boards.as_uri(), types.FileChangeType.Changed)
    editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    assert await _published(editor, boards.as_uri(), 0) == []
    boards.write_text(BOARDS.replace("size = 4KiB", "siez = 4KiB"), "utf-8")
    editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    await _published(editor, boards.as_uri(), 1)
    open_in(editor, boards)
    await _settled(editor, boards.as_uri(), 1, "MF2001")
    if editor.capabilities.text_document.diagnostic is not None:
        await _published(editor, boards.as_uri(), 0)  # as it asks from now on
    close(editor, boards.as_uri())
    await _published(editor, boards.as_uri(), 1)
    close(editor, uri)
    assert await _published(editor, boards.as_uri(), 0) == []


@pytest.mark.asyncio(loop_scope="module")
async def test_an_open_file_has_what_its_users_find_in_it(editor: Editor, folder: Path) -> None:
    """The arena is too small for a model of another file, which is found by that one alone."""
    wake, boards = open_in(editor, folder / "wake.mflow"), open_in(editor, folder / "boards.mflow")
    await editor.findings(wake, 1)
    small = BOARDS.replace("= 4KiB", "= 1B")
    change(editor, boards, 2, small)
    await _settled(editor, boards, 2, "MF5004")
    assert await editor.findings(wake, 1) == []
    change(editor, boards, 3, small.replace("64KiB", "64KB"))
    await _settled(editor, boards, 3, "MF2008")
    actions = await editor.text_document_code_action_async(
        types.CodeActionParams(
            types.TextDocumentIdentifier(boards),
            types.Range(types.Position(1, 0), types.Position(1, 0)),
            types.CodeActionContext([]),
        )
    )
    assert actions and {a.title[:7] for a in actions} == {"`64KiB`", "`64000B`"[:7]}
    change(editor, boards, 4, BOARDS)
    await _settled(editor, boards, 4)
    close(editor, wake)
    await _settled(editor, boards, 4, "MF2023")  # by itself, it has no model
    close(editor, boards)


async def _settled(editor: Editor, uri: str, version: int, *codes: str) -> None:
    """Waits until a version of an open file has findings of just these codes."""

    async def wait() -> None:
        while [d.code for d in await editor.findings(uri, version)] != list(codes):
            await asyncio.sleep(0.02)

    await asyncio.wait_for(wait(), 10)


async def _published(editor: Editor, uri: str, count: int) -> list[types.Diagnostic]:
    """Waits until the last that was published for a file are `count` findings."""

    async def wait() -> list[types.Diagnostic]:
        while True:
            last = next((p for p in reversed(editor.published) if p.uri == uri), None)
            if last is not None and len(last.diagnostics) == count:
                return list(last.diagnostics)
            await asyncio.sleep(0.01)

    return await asyncio.wait_for(wait(), 10)
