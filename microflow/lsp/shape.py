"""Answers requests about the shape of documents and their colours, in the protocol's types."""

from __future__ import annotations

from lsprotocol import types

from microflow.lsp import convert, formatting, outline, semantic
from microflow.lsp.diagnostics import text_edits
from microflow.lsp.document import Document
from microflow.lsp.positions import offset_of
from microflow.lsp.requests import of_document
from microflow.lsp.session import Session


@of_document
def document_symbols(
    session: Session, document: Document, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol]:
    """Answers with blocks and keys."""
    found = outline.symbols(document)
    return [convert.to_symbol(s, document, session.client.encoding) for s in found]


@of_document
def folding(
    session: Session, document: Document, params: types.FoldingRangeParams
) -> list[types.FoldingRange]:
    """Answers with what folds."""
    return [convert.to_fold(f) for f in outline.folds(document)]


@of_document
def selection(
    session: Session, document: Document, params: types.SelectionRangeParams
) -> list[types.SelectionRange]:
    """Answers with what each selection grows to."""
    encoding = session.client.encoding
    offsets = [offset_of(document, p, encoding) for p in params.positions]
    spans = (outline.selection(document, offset) for offset in offsets)
    found = (convert.to_selection(s, document, encoding) for s in spans)
    return [f for f in found if f is not None]


@of_document
def links(
    session: Session, document: Document, params: types.DocumentLinkParams
) -> list[types.DocumentLink]:
    """Answers with the files that the manifest names."""
    found = outline.links(document)
    return [convert.to_link(link, document, session.client.encoding) for link in found]


@of_document
def format_document(
    session: Session, document: Document, params: types.DocumentFormattingParams
) -> list[types.TextEdit]:
    """Answers with the edits that lay the document out."""
    edits = formatting.format_edits(document)
    return list(text_edits(edits, document, session.client.encoding))


@of_document
def format_range(
    session: Session, document: Document, params: types.DocumentRangeFormattingParams
) -> list[types.TextEdit]:
    """Answers with the edits that lay the lines of a range out."""
    start, end = params.range.start, params.range.end
    last = end.line + (end.character > 0 or end.line == start.line)
    edits = formatting.format_edits(document, start.line + 1, last)
    return list(text_edits(edits, document, session.client.encoding))


@of_document
def tokens_full(
    session: Session, document: Document, params: types.SemanticTokensParams
) -> types.SemanticTokens:
    """Answers with the sort of every word."""
    data = _tokens(session, document)
    return types.SemanticTokens(data, session.remember(document.uri, data))


@of_document
def tokens_delta(
    session: Session, document: Document, params: types.SemanticTokensDeltaParams
) -> types.SemanticTokens | types.SemanticTokensDelta:
    """Answers with what has changed since the last answer, or with everything."""
    known, old = session.tokens.get(document.uri, ("", []))
    data = _tokens(session, document)
    name = session.remember(document.uri, data)
    if known != params.previous_result_id:
        return types.SemanticTokens(data, name)
    return types.SemanticTokensDelta(convert.to_delta(old, data), name)


@of_document
def tokens_range(
    session: Session, document: Document, params: types.SemanticTokensRangeParams
) -> types.SemanticTokens:
    """Answers with the sort of every word on the lines of the range."""
    lines = (params.range.start.line + 1, params.range.end.line + 1)
    return types.SemanticTokens(_tokens(session, document, lines))


def _tokens(
    session: Session, document: Document, lines: tuple[int, int] | None = None
) -> list[int]:
    found = semantic.coloured(document)
    return convert.to_tokens(found, document, session.client.encoding, lines)
