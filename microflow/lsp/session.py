"""The server's state: open documents, their analyses, and what the client can do."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable
from threading import Event
from typing import TYPE_CHECKING

from attrs import define, field
from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from microflow.diag import Diagnostics
from microflow.dsl.text import in_order
from microflow.lsp.analysing import analyse
from microflow.lsp.client import Client
from microflow.lsp.diagnostics import to_diagnostics
from microflow.lsp.document import Document, View
from microflow.lsp.scheduler import DELAY, Scheduler

if TYPE_CHECKING:
    from microflow.analysis import Analysis


@define
class Session:
    """One connection. Only the event loop's thread touches it."""

    server: LanguageServer
    client: Client = field(factory=Client)
    documents: dict[str, Document] = field(factory=dict)
    analyses: dict[str, tuple[int | None, Analysis]] = field(factory=dict)
    tokens: dict[str, tuple[str, list[int]]] = field(factory=dict)
    scheduler: Scheduler = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.scheduler = Scheduler(self._analyse, self._done, self._waiting)

    def open(self, uri: str, version: int | None, text: str, delay: float = DELAY) -> None:
        """Takes a new text of a document."""
        path = (to_fs_path(uri) or uri).replace("\\", "/")
        self.documents[uri] = Document(uri, path, version, text)
        self.scheduler.schedule(self.documents[uri], delay)
        for other, (_, analysis) in list(self.analyses.items()):
            if other != uri and path in analysis.sources:
                self.scheduler.schedule(self.documents[other])

    def close(self, uri: str) -> None:
        """Forgets a document."""
        self.scheduler.cancel(uri)
        self.documents.pop(uri, None)
        self.analyses.pop(uri, None)
        self.tokens.pop(uri, None)
        if not self.client.pulls:
            self._publish(uri, None, ())

    def analyse_all(self) -> None:
        """Analyses every document anew: a file beside them has changed."""
        for document in self.documents.values():
            self.scheduler.schedule(document)

    def remember(self, uri: str, data: list[int]) -> str:
        """Keeps a document's semantic tokens for the next difference; returns their name."""
        known = self.tokens.get(uri)
        name = str(int(known[0]) + 1) if known is not None else "1"
        self.tokens[uri] = (name, data)
        return name

    def view(self, uri: str) -> View | None:
        """Returns a document with its last analysis, also where that is of an older text."""
        document = self.documents.get(uri)
        if document is None:
            return None
        _, analysis = self.analyses.get(uri, (None, None))
        return View(document, analysis)

    async def current(self, uri: str) -> View | None:
        """Returns a document with the analysis of just this text, once it is there."""
        await self.scheduler.latest(uri)
        document = self.documents.get(uri)
        version, analysis = self.analyses.get(uri, (None, None))
        if document is None:
            return None
        return View(document, analysis if version == document.version else None)

    def _analyse(self, document: Document, cancelled: Event) -> Analysis:
        """In the thread: with the texts of other open manifests, which this one may use."""
        others = {d.path: d.text for d in tuple(self.documents.values())}
        return analyse(document, cancelled, others)

    def _done(self, document: Document, analysis: Analysis) -> None:
        self.analyses[document.uri] = (document.version, analysis)
        if self.client.pulls:
            return
        found = reported(document, analysis, self.client.encoding)
        self._publish(document.uri, document.version, found)

    def _publish(self, uri: str, version: int | None, found: Iterable[types.Diagnostic]) -> None:
        params = types.PublishDiagnosticsParams(uri, tuple(found), version)
        self.server.text_document_publish_diagnostics(params)

    async def _waiting(self, document: Document, running: asyncio.Future[Analysis]) -> None:
        """Shows that the analysis is under way for as long as it is."""
        if not self.client.progress:
            return
        token, progress = str(uuid.uuid4()), self.server.work_done_progress
        await progress.create_async(token)
        title = f"mflowc: {document.path.rpartition('/')[2]}"
        progress.begin(token, types.WorkDoneProgressBegin(title, cancellable=False))
        try:
            await asyncio.wait({running})
        finally:
            progress.end(token, types.WorkDoneProgressEnd())


def findings(analysis: Analysis) -> Diagnostics:
    """Returns what an analysis found, in the order of the text."""
    return in_order(analysis.diagnostics)


def reported(document: Document, analysis: Analysis, encoding: str) -> tuple[types.Diagnostic, ...]:
    """Returns what an analysis found, as the protocol has it."""
    return to_diagnostics(findings(analysis), document, analysis.sources, encoding)
