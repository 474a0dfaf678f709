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
from pygls.uris import from_fs_path, to_fs_path

from microflow.lsp.analysing import analyse
from microflow.lsp.client import Client
from microflow.lsp.diagnostics import to_diagnostics
from microflow.lsp.document import Document, View
from microflow.lsp.findings import Found, elsewhere, found_in
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
    planned: dict[str, Analysis] = field(factory=dict)
    tokens: dict[str, tuple[str, list[int]]] = field(factory=dict)
    shown: dict[str, tuple[types.Diagnostic, ...]] = field(factory=dict)
    used: dict[str, Document] = field(factory=dict)
    scheduler: Scheduler = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.scheduler = Scheduler(self._analyse, self._done, self._waiting)

    def open(self, uri: str, version: int | None, text: str, delay: float = DELAY) -> None:
        """Takes a new text of a document."""
        path = (to_fs_path(uri) or uri).replace("\\", "/")
        if self.client.pulls and uri not in self.documents and self.shown.pop(uri, ()):
            self._publish(uri, version, ())  # from now on the client asks
        self.documents[uri] = Document(uri, path, version, text)
        self.scheduler.schedule(self.documents[uri], delay)
        self._analyse_users(path)

    def close(self, uri: str) -> None:
        """Forgets a document; what others found in it, as it is on the disk, stays."""
        self.scheduler.cancel(uri)
        document = self.documents.pop(uri, None)
        for kept in (self.analyses, self.planned, self.tokens):
            kept.pop(uri, None)
        if self.client.pulls:
            self.shown.pop(uri, None)
        self._show()
        if document is not None:
            self._analyse_users(document.path)

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
        return View(document, analysis, self._used(document), self.planned.get(uri))

    def together(self, uri: str) -> tuple[tuple[Document, ...], ...]:
        """Returns what each open manifest is read together with, that of `uri` first."""
        others = (other for other in self.documents if other != uri)
        views = (self.view(each) for each in (uri, *others))
        return tuple(view.together for view in views if view is not None)

    def found(self, document: Document) -> Found:
        """Returns what is known to be wrong in a file: open or used, of just this text."""
        version, own = self.analyses.get(document.uri, (None, None))
        others = (a for uri, (_, a) in self.analyses.items() if uri != document.uri)
        return found_in(document, own if version == document.version else None, others)

    def reported(self, document: Document) -> tuple[types.Diagnostic, ...]:
        """Returns what is wrong in a file as the protocol has it."""
        found = self.found(document)
        return to_diagnostics(found.findings, document, found.sources, self.client.encoding)

    async def current(self, uri: str) -> View | None:
        """Returns a document with the analysis of just this text, once it is there."""
        await self.scheduler.latest(uri)
        document = self.documents.get(uri)
        version, analysis = self.analyses.get(uri, (None, None))
        if document is None:
            return None
        current = analysis if version == document.version else None
        return View(document, current, self._used(document), self.planned.get(uri))

    def _used(self, document: Document) -> tuple[Document, ...]:
        """What a manifest used when it was last analysed, as editors show it now."""
        _, analysis = self.analyses.get(document.uri, (None, None))
        sources = analysis.sources if analysis is not None else {}
        return tuple(self._file(p, text) for p, text in sources.items() if p != document.path)

    def _file(self, path: str, text: str) -> Document:
        """A used file: as an editor shows it, else with this text; read into a tree once."""
        shown = next((d for d in self.documents.values() if d.path == path), None)
        if shown is not None:
            return shown
        known = self.used.get(path)
        if known is None or known.text != text:
            self.used[path] = Document(from_fs_path(path) or path, path, None, text)
        return self.used[path]

    def _analyse_users(self, path: str) -> None:
        for uri, (_, analysis) in list(self.analyses.items()):
            if path in analysis.sources and self.documents[uri].path != path:
                self.scheduler.schedule(self.documents[uri])

    def _analyse(self, document: Document, cancelled: Event) -> Analysis:
        """In the thread: with the texts of other open manifests, which this one may use."""
        others = {d.path: d.text for d in tuple(self.documents.values())}
        return analyse(document, cancelled, others)

    def _done(self, document: Document, analysis: Analysis) -> None:
        self.analyses[document.uri] = (document.version, analysis)
        if analysis.results:
            self.planned[document.uri] = analysis
        self._show(document.uri)

    def _show(self, newest: str = "") -> None:
        """Sends the findings in each file where they have changed; those of `newest` always.

        A client that pulls is sent those in files that are not open, and asked to pull the others.
        """
        stale = False
        files = {document.uri: document for document in self._files()}
        old = (uri for uri in self.shown if uri not in self.documents)
        for uri in dict.fromkeys([*files, *old]):
            found = self.reported(files[uri]) if uri in files else ()
            if uri != newest and found == self.shown.get(uri, ()):
                continue
            self.shown[uri] = found
            if not (self.client.pulls and uri in self.documents):
                self._publish(uri, files[uri].version if uri in files else None, found)
            stale |= self.client.pulls and uri in self.documents and uri != newest
        self.shown = {uri: found for uri, found in self.shown.items() if found}
        if stale and self.client.refreshes_diagnostics:
            self.server.workspace_diagnostic_refresh(None)

    def _files(self) -> Iterable[Document]:
        """The files whose findings are known: open ones, and used ones that have some."""
        for uri, (version, analysis) in self.analyses.items():
            if self.documents[uri].version == version:
                yield self.documents[uri]
            used = (self._file(path, text) for path, text in elsewhere(analysis).items())
            yield from (file for file in used if file.uri not in self.documents)

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
