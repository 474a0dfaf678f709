"""The language server: what it offers, and the life of a connection."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, BinaryIO, TypeAlias, cast

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from microflow.lsp import actions, convert, features, navigation, shape
from microflow.lsp.client import client_of, with_settings
from microflow.lsp.session import Session
from microflow.lsp.wire import Protocol, Wire

_Answer: TypeAlias = Callable[[Session, Any], Awaitable[Any]]
_FEATURES: tuple[tuple[str, _Answer, Any], ...] = (
    (types.TEXT_DOCUMENT_HOVER, features.hover_, None),
    (
        types.TEXT_DOCUMENT_COMPLETION,
        features.complete,
        types.CompletionOptions(
            trigger_characters=['"', "/", "=", ":", "["], resolve_provider=True
        ),
    ),
    (types.COMPLETION_ITEM_RESOLVE, features.resolve_item, None),
    (
        types.TEXT_DOCUMENT_CODE_ACTION,
        actions.code_action,
        types.CodeActionOptions(code_action_kinds=list(actions.KINDS)),
    ),
    (types.TEXT_DOCUMENT_INLAY_HINT, features.inlay_hints, None),
    (types.TEXT_DOCUMENT_CODE_LENS, features.code_lenses, None),
    (types.TEXT_DOCUMENT_FORMATTING, shape.format_document, None),
    (types.TEXT_DOCUMENT_RANGE_FORMATTING, shape.format_range, None),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, shape.document_symbols, None),
    (types.WORKSPACE_SYMBOL, navigation.workspace_symbols, None),
    (types.TEXT_DOCUMENT_FOLDING_RANGE, shape.folding, None),
    (types.TEXT_DOCUMENT_SELECTION_RANGE, shape.selection, None),
    (types.TEXT_DOCUMENT_DOCUMENT_LINK, shape.links, None),
    (types.TEXT_DOCUMENT_DEFINITION, navigation.definition, None),
    (types.TEXT_DOCUMENT_REFERENCES, navigation.references, None),
    (types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, navigation.highlight, None),
    (types.TEXT_DOCUMENT_PREPARE_RENAME, navigation.prepare_rename, None),
    (types.TEXT_DOCUMENT_RENAME, navigation.rename, types.RenameOptions(prepare_provider=True)),
    (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, shape.tokens_full, convert.LEGEND),
    (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, shape.tokens_delta, convert.LEGEND),
    (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, shape.tokens_range, convert.LEGEND),
)
_WATCHED = ("**/*.tflite", "**/*.mflow", "**/*.h", "**/*.npz")


def serve(version: str, port: int | None = None) -> None:
    """Serves one client on standard input and output, or clients on a port of this computer.

    Returns when the client has gone. Commands run without a collector of cycles; a server needs it.
    """
    gc.freeze()  # what is imported by now stays
    gc.enable()
    logging.basicConfig(level=logging.WARNING, format="mflowc lsp: %(levelname)s: %(message)s")
    server = make_server(version)
    if port is None:
        server.start_io(cast(BinaryIO, Wire(sys.stdin.buffer)))
    else:
        server.start_tcp("127.0.0.1", port)


def make_server(version: str) -> LanguageServer:
    """Returns a server for one connection."""
    sync = types.TextDocumentSyncKind.Full
    server = LanguageServer("mflowc", version, sync, protocol_cls=Protocol)
    session = Session(server)
    for name, answer, options in _FEATURES:
        server.feature(name, options)(_bound(answer, session))
    server.feature(types.INITIALIZE)(partial(_initialize, session))
    server.feature(types.INITIALIZED)(partial(_initialized, session))
    server.feature(types.SHUTDOWN)(partial(_shutdown, session))
    server.feature(types.TEXT_DOCUMENT_DID_OPEN)(partial(_opened, session))
    server.feature(types.TEXT_DOCUMENT_DID_CHANGE)(partial(_changed, session))
    server.feature(types.TEXT_DOCUMENT_DID_CLOSE)(partial(_closed, session))
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(partial(_files_changed, session))
    server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(partial(_configured, session))
    return server


def _bound(answer: _Answer, session: Session) -> Callable[[Any], Awaitable[Any]]:
    async def bound(params: Any) -> Any:
        return await answer(session, params)

    return bound


def _initialize(session: Session, params: types.InitializeParams) -> None:
    encoding = session.server.workspace.position_encoding or types.PositionEncodingKind.Utf16
    options = params.initialization_options
    session.client = client_of(
        params.capabilities, str(getattr(encoding, "value", encoding)), options
    )
    if session.client.pulls:
        session.server.feature(
            types.TEXT_DOCUMENT_DIAGNOSTIC,
            types.DiagnosticOptions(
                inter_file_dependencies=True, workspace_diagnostics=False, identifier="mflowc"
            ),
        )(_bound(features.diagnostic, session))


def _initialized(session: Session, params: types.InitializedParams) -> None:
    if not session.client.watches:
        return
    watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
    session.server.client_register_capability(
        types.RegistrationParams(
            [
                types.Registration(
                    "mflowc-files",
                    types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                    types.DidChangeWatchedFilesRegistrationOptions(watchers),
                )
            ]
        )
    )


def _shutdown(session: Session, params: None) -> None:
    session.scheduler.close()


def _opened(session: Session, params: types.DidOpenTextDocumentParams) -> None:
    opened = params.text_document
    session.open(opened.uri, opened.version, opened.text, delay=0.0)


def _changed(session: Session, params: types.DidChangeTextDocumentParams) -> None:
    changes = params.content_changes
    whole = [c for c in changes if isinstance(c, types.TextDocumentContentChangeWholeDocument)]
    if whole and params.text_document.uri in session.documents:
        session.open(params.text_document.uri, params.text_document.version, whole[-1].text)


def _closed(session: Session, params: types.DidCloseTextDocumentParams) -> None:
    session.close(params.text_document.uri)


def _files_changed(session: Session, params: types.DidChangeWatchedFilesParams) -> None:
    session.analyse_all()
    _refresh(session)


def _configured(session: Session, params: types.DidChangeConfigurationParams) -> None:
    session.client = with_settings(session.client, params.settings)
    _refresh(session)


def _refresh(session: Session) -> None:
    """Asks the client to ask again."""
    client, server = session.client, session.server
    if client.pulls and client.refreshes_diagnostics:
        server.workspace_diagnostic_refresh(None)
    if client.refreshes_hints:
        server.workspace_inlay_hint_refresh(None)
    if client.refreshes_lenses:
        server.workspace_code_lens_refresh(None)
