"""What the client can do, and what its user wants, as far as the server asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve, frozen
from lsprotocol import types


@frozen
class Client:
    """The client's abilities and settings.

    `encoding` is that of columns. `report` is a command of the client that shows the report of the
    manifest whose URI it is given, "" where it has none.
    """

    encoding: str = "utf-16"
    pulls: bool = False
    refreshes_diagnostics: bool = False
    refreshes_hints: bool = False
    refreshes_lenses: bool = False
    versioned_edits: bool = False
    snippets: bool = False
    markdown_hover: bool = False
    markdown_items: bool = False
    watches: bool = False
    progress: bool = False
    hints: bool = True
    lenses: bool = True
    report: str = ""


def client_of(capabilities: types.ClientCapabilities, encoding: str, options: Any) -> Client:
    """Returns what a client said of itself when it connected."""
    text = capabilities.text_document or types.TextDocumentClientCapabilities()
    space = capabilities.workspace or types.WorkspaceClientCapabilities()
    window = capabilities.window or types.WindowClientCapabilities()
    item = text.completion.completion_item if text.completion is not None else None
    watched = space.did_change_watched_files
    client = Client(
        encoding=encoding,
        pulls=text.diagnostic is not None,
        refreshes_diagnostics=_refreshes(space.diagnostics),
        refreshes_hints=_refreshes(space.inlay_hint),
        refreshes_lenses=_refreshes(space.code_lens),
        versioned_edits=bool(space.workspace_edit and space.workspace_edit.document_changes),
        snippets=bool(item and item.snippet_support),
        markdown_hover=_markdown(text.hover.content_format if text.hover else None),
        markdown_items=_markdown(item.documentation_format if item else None),
        watches=bool(watched and watched.dynamic_registration),
        progress=bool(window.work_done_progress),
        report=_report(options),
    )
    return with_settings(client, options)


def with_settings(client: Client, settings: Any) -> Client:
    """Returns `client` with what `settings` say: flags `inlayHints`, `codeLens`; others are kept.

    They may stand in a section `mflow`.
    """
    given = settings.get("mflow", settings) if isinstance(settings, Mapping) else {}
    if not isinstance(given, Mapping):
        return client
    hints, lenses = given.get("inlayHints"), given.get("codeLens")
    return evolve(
        client,
        hints=hints if isinstance(hints, bool) else client.hints,
        lenses=lenses if isinstance(lenses, bool) else client.lenses,
    )


def _report(options: Any) -> str:
    given = options.get("reportCommand") if isinstance(options, Mapping) else None
    return given if isinstance(given, str) else ""


def _refreshes(
    ability: types.DiagnosticWorkspaceClientCapabilities
    | types.InlayHintWorkspaceClientCapabilities
    | types.CodeLensWorkspaceClientCapabilities
    | None,
) -> bool:
    return bool(ability is not None and ability.refresh_support)


def _markdown(formats: Sequence[types.MarkupKind] | None) -> bool:
    return types.MarkupKind.Markdown in (formats or ())
