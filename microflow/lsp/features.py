"""Answers requests about one document: a thin layer between the protocol and the features."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from microflow.lsp import completion, convert, hints, hover
from microflow.lsp.analysing import folder
from microflow.lsp.positions import range_of
from microflow.lsp.requests import located
from microflow.lsp.session import Session


async def diagnostic(
    session: Session, params: types.DocumentDiagnosticParams
) -> types.DocumentDiagnosticReport:
    """Answers a pull: all findings of the newest text."""
    view = await session.current(params.text_document.uri)
    found: tuple[types.Diagnostic, ...] = ()
    if view is not None and view.analysis is not None:
        found = session.reported(view.document)
    return types.RelatedFullDocumentDiagnosticReport(found)


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
    return [convert.to_lens(h, view.document, session.client) for h in hints.lenses(view)]


def markup(markdown: bool) -> types.MarkupKind:
    """Returns what the client can show; our Markdown reads well as plain text too."""
    return types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
