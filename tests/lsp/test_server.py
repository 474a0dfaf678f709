"""The server as editors talk to it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, client_capabilities

from tests.lsp.editing import MANIFEST, Editor, change, open_in, place, pulling, workspace

COMMAND = [sys.executable, "-P", "-m", "microflow", "lsp"]
EDITORS = ("visual_studio_code", "neovim", "emacs")
TYPO = MANIFEST.replace("budget {", "bugdet {")
OFFERED = (
    "hover",
    "completion",
    "definition",
    "references",
    "document_highlight",
    "document_symbol",
    "workspace_symbol",
    "code_action",
    "code_lens",
    "inlay_hint",
    "document_link",
    "document_formatting",
    "document_range_formatting",
    "rename",
    "folding_range",
    "selection_range",
    "semantic_tokens",
    "diagnostic",
)
OVER = MANIFEST.replace("512B", "16B")


@pytest_lsp.fixture(
    config=ClientServerConfig(COMMAND, Editor), params=EDITORS, scope="module", loop_scope="module"
)
async def editor(request: pytest.FixtureRequest, lsp_client: Editor) -> AsyncIterator[None]:
    capabilities = client_capabilities(request.param)
    await lsp_client.initialize_session(types.InitializeParams(capabilities))
    yield
    await lsp_client.shutdown_session()


@pytest_lsp.fixture(config=ClientServerConfig(COMMAND, Editor), scope="module", loop_scope="module")
async def puller(lsp_client: Editor) -> AsyncIterator[None]:
    answer = await lsp_client.initialize_session(types.InitializeParams(pulling()))
    lsp_client.offered = answer.capabilities
    yield
    await lsp_client.shutdown_session()


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_offered(puller: Editor) -> None:
    """Every feature, with its parts; each has a test of its own."""
    told = puller.offered
    assert told is not None
    assert [name for name in OFFERED if getattr(told, f"{name}_provider") is None] == []
    assert told.completion_provider is not None and told.completion_provider.resolve_provider
    assert told.rename_provider == types.RenameOptions(prepare_provider=True)
    tokens = told.semantic_tokens_provider
    assert isinstance(tokens, types.SemanticTokensOptions) and tokens.range
    assert tokens.full == types.SemanticTokensFullDelta(delta=True)
    assert told.diagnostic_provider is not None and told.diagnostic_provider.inter_file_dependencies
    actions = told.code_action_provider
    assert isinstance(actions, types.CodeActionOptions)
    kinds = ["quickfix", "refactor.rewrite", "source.fixAll"]
    assert list(actions.code_action_kinds or ()) == kinds


@pytest.mark.asyncio(loop_scope="module")
async def test_an_editor_gets_everything(editor: Editor, tmp_path: Path) -> None:
    path = workspace(tmp_path)
    uri = open_in(editor, path)
    name = types.TextDocumentIdentifier(uri)
    assert await editor.findings(uri, 1) == []

    at = place(MANIFEST, '"wake.tflite"')
    shown = await editor.text_document_hover_async(types.HoverParams(name, at))
    assert shown is not None and isinstance(shown.contents, types.MarkupContent)
    assert "1 × SOFTMAX" in shown.contents.value

    whole = types.Range(types.Position(0, 0), types.Position(99, 0))
    hints = await editor.text_document_inlay_hint_async(types.InlayHintParams(name, whole))
    assert hints is not None
    assert {"int8 [1, 3]"} < {str(h.label) for h in hints}
    lenses = await editor.text_document_code_lens_async(types.CodeLensParams(name))
    assert lenses is not None and len(lenses) == 2
    assert lenses[0].command is not None and lenses[0].command.title.startswith("uno: ")

    broken = TYPO.replace("arena = shared", "ar")
    change(editor, uri, 2, broken)
    found = await editor.findings(uri, 2)
    old = await editor.text_document_code_lens_async(types.CodeLensParams(name))
    assert old is not None and [x.command and x.command.title for x in old] == [
        f"{x.command and x.command.title} (before the errors)" for x in lenses
    ], "lines must not jump while one types"
    assert found and all(d.range.start.line == d.range.end.line for d in found)
    items = await editor.text_document_completion_async(
        types.CompletionParams(name, place(broken, "  ar\n", 4))
    )
    assert isinstance(items, types.CompletionList)
    assert {"arena", "profile", "budget"} <= {i.label for i in items.items}
    item = next(i for i in items.items if i.label == "arena")
    resolved = await editor.completion_item_resolve_async(item)
    told = resolved.documentation
    assert "shares with others" in str(getattr(told, "value", told))

    typo = next(d for d in found if "bugdet" in d.message)
    assert typo.code_description is not None and typo.code_description.href.startswith("file:")
    context = types.CodeActionContext([typo])
    actions = await editor.text_document_code_action_async(
        types.CodeActionParams(name, typo.range, context)
    )
    assert actions and any("budget" in a.title for a in actions)


@pytest.mark.asyncio(loop_scope="module")
async def test_an_editor_moves_about(editor: Editor, tmp_path: Path) -> None:
    uri = open_in(editor, workspace(tmp_path))
    name = types.TextDocumentIdentifier(uri)
    used = place(MANIFEST, "uno, nrf")
    defined = await editor.text_document_definition_async(types.DefinitionParams(name, used))
    assert isinstance(defined, list) and [d.range.start.line for d in defined] == [2]
    context = types.ReferenceContext(include_declaration=True)
    uses = await editor.text_document_references_async(types.ReferenceParams(context, name, used))
    assert uses is not None and [u.range.start.line for u in uses] == [2, 7]
    marks = await editor.text_document_document_highlight_async(
        types.DocumentHighlightParams(name, used)
    )
    assert marks is not None and len(marks) == 2
    assert await editor.text_document_prepare_rename_async(types.PrepareRenameParams(name, used))
    edit = await editor.text_document_rename_async(types.RenameParams(name, used, "board"))
    assert edit is not None and (edit.changes or edit.document_changes)
    with pytest.raises(Exception, match="no C identifier"):
        await editor.text_document_rename_async(types.RenameParams(name, used, "two words"))

    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    edits = await editor.text_document_formatting_async(
        types.DocumentFormattingParams(name, options)
    )
    assert edits and any("source  = " in e.new_text for e in edits)
    symbols = await editor.text_document_document_symbol_async(types.DocumentSymbolParams(name))
    assert symbols and [s.name for s in symbols] == ["uno", "shared", "wake"]
    folds = await editor.text_document_folding_range_async(types.FoldingRangeParams(name))
    assert folds and (5, 13) in {(f.start_line, f.end_line) for f in folds}
    links = await editor.text_document_document_link_async(types.DocumentLinkParams(name))
    assert links and links[0].target == (tmp_path / "wake.tflite").as_uri()
    grown = await editor.text_document_selection_range_async(
        types.SelectionRangeParams(name, [used])
    )
    assert grown and grown[0].parent is not None and grown[0].parent.parent is not None
    found = await editor.workspace_symbol_async(types.WorkspaceSymbolParams("WA"))
    assert found and {s.name for s in found} == {"wake"}


@pytest.mark.asyncio(loop_scope="module")
async def test_parts_of_a_document_are_laid_out_and_coloured(
    editor: Editor, tmp_path: Path
) -> None:
    uri = open_in(editor, workspace(tmp_path))
    name = types.TextDocumentIdentifier(uri)
    line = types.Range(types.Position(6, 0), types.Position(7, 0))
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    edits = await editor.text_document_range_formatting_async(
        types.DocumentRangeFormattingParams(name, line, options)
    )
    assert edits and [e.range.start.line for e in edits] == [6]
    assert edits[0].new_text == '  source  = "wake.tflite"\n'
    part = await editor.text_document_semantic_tokens_range_async(
        types.SemanticTokensRangeParams(name, types.Range(line.start, line.start))
    )
    source, path = 1, 5
    assert part is not None and list(part.data) == [6, 2, 6, source, 0, 0, 9, 13, path, 0]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_finding_leads_to_what_it_is_about(editor: Editor, tmp_path: Path) -> None:
    twice = MANIFEST.replace("  arena = shared\n", "  arena = shared\n  arena = shared\n")
    uri = open_in(editor, workspace(tmp_path, twice))
    (found,) = await editor.findings(uri, 1)
    assert found.message == "`arena` is given twice\nhelp: delete one of the two"
    assert found.related_information is not None
    (first,) = found.related_information
    assert (first.location.uri, first.location.range.start.line) == (uri, 8)
    assert first.message == "first given here"


@pytest.mark.asyncio(loop_scope="module")
async def test_semantic_tokens_change_by_differences(editor: Editor, tmp_path: Path) -> None:
    uri = open_in(editor, workspace(tmp_path))
    name = types.TextDocumentIdentifier(uri)
    full = await editor.text_document_semantic_tokens_full_async(types.SemanticTokensParams(name))
    assert full is not None and full.result_id is not None and len(full.data) % 5 == 0
    change(editor, uri, 2, MANIFEST.replace("shared", "common"))
    delta = await editor.text_document_semantic_tokens_full_delta_async(
        types.SemanticTokensDeltaParams(name, full.result_id)
    )
    assert isinstance(delta, types.SemanticTokensDelta) and not delta.edits
    change(editor, uri, 3, "mflow 1\n# new\n")
    delta = await editor.text_document_semantic_tokens_full_delta_async(
        types.SemanticTokensDeltaParams(name, str(delta.result_id))
    )
    again = await editor.text_document_semantic_tokens_full_async(types.SemanticTokensParams(name))
    assert isinstance(delta, types.SemanticTokensDelta) and again is not None
    data = list(full.data)
    for edit in delta.edits:
        data[edit.start : edit.start + edit.delete_count] = edit.data or []
    assert data == list(again.data)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_client_pulls(puller: Editor, tmp_path: Path) -> None:
    text = MANIFEST.replace('"a"', '"é😀a"').replace('"b"', "b")
    uri = open_in(puller, workspace(tmp_path, text))
    (first, *_) = await puller.findings(uri, 1)
    line = text.splitlines()[12]
    assert (first.range.start.line, first.range.start.character) == (
        12,
        len(line[: line.index(", b") + 2].encode()),
    )
    change(puller, uri, 2, OVER)
    over = await puller.findings(uri, 2)
    assert {d.code for d in over} == {"MF5001"}
    assert puller.published == [], "nothing is pushed to a client that pulls"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_burst_of_edits_is_analysed_once(editor: Editor, tmp_path: Path) -> None:
    uri = open_in(editor, workspace(tmp_path))
    await editor.findings(uri, 1)
    for version in range(2, 42):
        change(editor, uri, version, f"{MANIFEST}# {version}\n")
    assert await editor.findings(uri, 41) == []
    versions = [p.version for p in editor.published if p.uri == uri]
    assert versions in ([1, 41], [])


@pytest.mark.asyncio(loop_scope="module")
async def test_a_new_model_file_is_noticed(editor: Editor, tmp_path: Path) -> None:
    path = workspace(tmp_path)
    model = tmp_path / "wake.tflite"
    data = model.read_bytes()
    model.unlink()
    uri = open_in(editor, path)
    assert [d.code for d in await editor.findings(uri, 1)] == ["MF3050"]
    model.write_bytes(data)
    event = types.FileEvent(model.as_uri(), types.FileChangeType.Created)
    editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    assert await editor.findings(uri, 1, count=2) == []
    editor.text_document_did_close(
        types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
    )
