"""Manifests with a mark where the cursor is, and editors that open them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from threading import Event

from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

from microflow.lsp.analysing import analyse
from microflow.lsp.document import Document, View
from tests.cli.models import scores

MARK = "§"

MANIFEST = """\
mflow 1

target uno : atmega328p { }
arena shared { size = 1KiB }

model wake {
  source = "wake.tflite"
  targets = [uno, nrf52840]
  arena = shared
  budget { ram = 512B; flash = 16KiB; latency = 20ms }
  input x { tensor = "x" }
  output p {
    labels = ["a", "b", "c"]
  }
}
"""


class Editor(LanguageClient):
    """A client that keeps every publish, and what the server has registered."""

    def __init__(self) -> None:
        super().__init__(converter_factory=default_converter)
        self.published: list[types.PublishDiagnosticsParams] = []
        self.refreshed = 0
        self.registered: list[str] = []
        self.offered: types.ServerCapabilities | None = None
        own = {
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: _publish,
            types.CLIENT_REGISTER_CAPABILITY: _register,
            types.WORKSPACE_CODE_LENS_REFRESH: _refresh,
            types.WORKSPACE_INLAY_HINT_REFRESH: _refresh,
            types.WORKSPACE_DIAGNOSTIC_REFRESH: _refresh,
        }
        register_lsp_features(self, {**DEFAULT_CLIENT_FEATURES, **own})

    async def findings(self, uri: str, version: int, count: int = 1) -> list[types.Diagnostic]:
        """Pulls the findings, or waits until those of `version` were pushed `count` times."""
        text = self.capabilities.text_document
        if text is not None and text.diagnostic is not None:
            params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
            report = await self.text_document_diagnostic_async(params)
            assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
            return list(report.items)

        async def wait() -> list[types.Diagnostic]:
            while (
                len(found := [p for p in self.published if (p.uri, p.version) == (uri, version)])
                < count
            ):
                await asyncio.sleep(0.01)
            return list(found[-1].diagnostics)

        return await asyncio.wait_for(wait(), 10)


def _publish(ls: Editor, params: types.PublishDiagnosticsParams) -> None:
    ls.published.append(params)


def _register(ls: Editor, params: types.RegistrationParams) -> None:
    ls.registered += [r.method for r in params.registrations]


def _refresh(ls: Editor, params: None) -> None:
    ls.refreshed += 1


def pulling() -> types.ClientCapabilities:
    """A client that asks for diagnostics, and counts columns in bytes."""
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=["utf-8"]),
        text_document=types.TextDocumentClientCapabilities(
            diagnostic=types.DiagnosticClientCapabilities(),
            rename=types.RenameClientCapabilities(prepare_support=True),
        ),
        workspace=types.WorkspaceClientCapabilities(
            diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
        ),
    )


def workspace(folder: Path, text: str = MANIFEST) -> Path:
    """Writes a model and its manifest; returns the manifest's path."""
    (folder / "wake.tflite").write_bytes(scores())
    path = folder / "wake.mflow"
    path.write_text(text, "utf-8")
    return path


def document(text: str, path: str = "/nowhere/wake.mflow") -> tuple[Document, int]:
    """Returns a document without its mark, and the mark's offset (0 without one)."""
    at = max(0, text.find(MARK))
    return Document("file://" + path, path, 1, text.replace(MARK, "")), at


def analysed(folder: Path, text: str = MANIFEST) -> tuple[View, int]:
    """Returns a document with its analysis, and the mark's offset."""
    path = workspace(folder, text.replace(MARK, ""))
    made, at = document(text, path.as_posix())
    return View(made, analyse(made, Event())), at


def open_in(client: Editor, path: Path, text: str | None = None, version: int = 1) -> str:
    """Opens a manifest; returns its URI."""
    uri = path.as_uri()
    shown = path.read_text("utf-8") if text is None else text
    item = types.TextDocumentItem(uri, "mflow", version, shown)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    return uri


def change(client: Editor, uri: str, version: int, text: str) -> None:
    """Replaces the text of an open manifest."""
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(version=version, uri=uri),
            [types.TextDocumentContentChangeWholeDocument(text)],
        )
    )


def place(text: str, word: str, inside: int = 1) -> types.Position:
    """Returns the position of `word` in a text of plain characters."""
    before = text[: text.index(word) + inside]
    return types.Position(before.count("\n"), len(before.rpartition("\n")[2]))


def close(client: Editor, uri: str) -> None:
    """Closes a manifest."""
    name = types.TextDocumentIdentifier(uri)
    client.text_document_did_close(types.DidCloseTextDocumentParams(name))
