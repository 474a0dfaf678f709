"""Answers requests about one document: a thin layer between the protocol and the features."""

from __future__ import annotations

from typing import Any, Protocol

from lsprotocol import types

from microflow.lsp import completion, convert, formatting, hints, hover
from microflow.lsp.analysing import folder
from microflow.lsp.diagnostics import text_edits, to_actions
from microflow.lsp.document import View
from microflow.lsp.positions import offset_of, range_of
from microflow.lsp.session import Session, findings, reported


class Located(Protocol):
    """Parameters that name a place of a document."""

    @property
    def text_document(self) -> types.TextDocumentIdentifier:
        """The document."""
        ...

    @property
    def position(self) -> types.Position:
        """The place."""
        ...


async def diagnostic(
    session: Session, params: types.DocumentDiagnosticParams
) -> types.DocumentDiagnosticReport:
    """Answers a pull: all findings of the newest text."""
    view = await session.current(params.text_document.uri)
    found: tuple[types.Diagnostic, ...] = ()
    if view is not None and view.analysis is not None:
        found = reported(view.document, view.analysis, session.client.encoding)
    return types.RelatedFullDocumentDiagnosticReport(found)


async def code_action(
    session: Session, params: types.CodeActionParams
) -> list[types.CodeAction] | None:
    """Answers with the fixes of the findings on the lines of the range."""
    view = await session.current(params.text_document.uri)
    wanted = params.context.only
    if view is None or view.analysis is None:
        return None
    if wanted and not any(_covers(kind, types.CodeActionKind.QuickFix) for kind in wanted):
        return None
    found, sources = findings(view.analysis), view.analysis.sources
    actions = to_actions(found, view.document, sources, params.range, session.client)
    return list(actions) or None


async def hover_(session: Session, params: types.HoverParams) -> types.Hover | None:
    """Answers with what is known of the word."""
    view, offset = located(session, params)
    found = hover.hover(view, offset) if view is not None else None
    if view is None or found is None:
        return None
    text = types.MarkupContent(markup(session.client.markdown_hover), found.text)
    return types.Hover(text, range_of(view.document, found.span, session.client.encoding))


async def complete(session: Session, params: types.CompletionParams) -> types.CompletionList | None:
    """Answers with what may stand at the place."""
    view, offset = located(session, params)
    if view is None:
        return None
    document = view.document
    items = completion.complete(view, offset, lambda path: folder(document, path))
    if not items:
        return None
    made = [convert.to_item(item, document, session.client) for item in items]
    return types.CompletionList(is_incomplete=False, items=made)


async def resolve_item(session: Session, item: types.CompletionItem) -> types.CompletionItem:
    """Answers with the item's documentation."""
    data: Any = item.data
    if not isinstance(data, list) or [type(x) for x in data] != [str, str]:
        return item
    view = session.view(data[0])
    text = completion.documentation(view, data[1]) if view is not None else ""
    if text:
        markdown = session.client.markdown_items
        item.documentation = types.MarkupContent(markup(True), text) if markdown else text
    return item


async def inlay_hints(
    session: Session, params: types.InlayHintParams
) -> list[types.InlayHint] | None:
    """Answers with what is used, and what tensors are like, on the lines of the range."""
    view = await session.current(params.text_document.uri)
    if view is None or not session.client.hints:
        return None
    first, last = params.range.start.line + 1, params.range.end.line + 1
    found = [h for h in hints.hints(view) if first <= h.span.line <= last]
    return [convert.to_hint(h, view.document, session.client.encoding) for h in found]


async def code_lenses(
    session: Session, params: types.CodeLensParams
) -> list[types.CodeLens] | None:
    """Answers with what each model takes."""
    view = await session.current(params.text_document.uri)
    if view is None or not session.client.lenses:
        return None
    encoding = session.client.encoding
    return [convert.to_lens(h, view.document, encoding) for h in hints.lenses(view)]


async def format_document(
    session: Session, params: types.DocumentFormattingParams
) -> list[types.TextEdit] | None:
    """Answers with the edits that lay the document out."""
    document = session.documents.get(params.text_document.uri)
    if document is None:
        return None
    edits = formatting.format_edits(document)
    return list(text_edits(edits, document, session.client.encoding))


async def format_range(
    session: Session, params: types.DocumentRangeFormattingParams
) -> list[types.TextEdit] | None:
    """Answers with the edits that lay the lines of a range out."""
    document = session.documents.get(params.text_document.uri)
    if document is None:
        return None
    start, end = params.range.start, params.range.end
    last = end.line + (end.character > 0 or end.line == start.line)
    edits = formatting.format_edits(document, start.line + 1, last)
    return list(text_edits(edits, document, session.client.encoding))


def located(session: Session, params: Located) -> tuple[View | None, int]:
    """Returns the document at a position and the offset there; None where it is not open."""
    view = session.view(params.text_document.uri)
    if view is None:
        return None, 0
    return view, offset_of(view.document, params.position, session.client.encoding)


def markup(markdown: bool) -> types.MarkupKind:
    """Returns what the client can show; our Markdown reads well as plain text too."""
    return types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText


def _covers(wanted: str, kind: str) -> bool:
    return kind == wanted or kind.startswith(f"{wanted}.")
