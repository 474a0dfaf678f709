"""Answers requests about the shape of documents and their names, in the protocol's types."""

from __future__ import annotations

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from microflow.lsp import convert, names, outline, semantic
from microflow.lsp.diagnostics import workspace_edit
from microflow.lsp.document import Document, View
from microflow.lsp.features import Located, located
from microflow.lsp.names import Occurrence
from microflow.lsp.positions import offset_of, range_of
from microflow.lsp.session import Session

_MOST_SYMBOLS = 500


async def document_symbols(
    session: Session, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | None:
    """Answers with blocks and keys."""
    document = session.documents.get(params.text_document.uri)
    if document is None:
        return None
    found = outline.symbols(document)
    return [convert.to_symbol(s, document, session.client.encoding) for s in found]


async def workspace_symbols(
    session: Session, params: types.WorkspaceSymbolParams
) -> list[types.WorkspaceSymbol]:
    """Answers with the targets, arenas, memories and models of open manifests."""
    wanted, encoding = params.query.lower(), session.client.encoding
    found = [
        types.WorkspaceSymbol(
            location=types.Location(document.uri, range_of(document, o.span, encoding)),
            name=o.name,
            kind=convert.symbol_kind(o.kind),
            container_name=o.kind,
        )
        for document in session.documents.values()
        for o in names.occurrences(document.syntax)
        if o.block is not None and wanted in o.name.lower()
    ]
    return found[:_MOST_SYMBOLS]


async def folding(
    session: Session, params: types.FoldingRangeParams
) -> list[types.FoldingRange] | None:
    """Answers with what folds."""
    document = session.documents.get(params.text_document.uri)
    return [convert.to_fold(f) for f in outline.folds(document)] if document is not None else None


async def selection(
    session: Session, params: types.SelectionRangeParams
) -> list[types.SelectionRange] | None:
    """Answers with what each selection grows to."""
    document = session.documents.get(params.text_document.uri)
    if document is None:
        return None
    encoding = session.client.encoding
    offsets = [offset_of(document, p, encoding) for p in params.positions]
    spans = (outline.selection(document, offset) for offset in offsets)
    found = (convert.to_selection(s, document, encoding) for s in spans)
    return [f for f in found if f is not None]


async def links(
    session: Session, params: types.DocumentLinkParams
) -> list[types.DocumentLink] | None:
    """Answers with the files that the manifest names."""
    document = session.documents.get(params.text_document.uri)
    if document is None:
        return None
    found = outline.links(document)
    return [convert.to_link(link, document, session.client.encoding) for link in found]


async def definition(
    session: Session, params: types.DefinitionParams
) -> list[types.Location] | None:
    """Answers with where the name is defined."""
    view, one = _name(session, params)
    if view is None or one is None:
        return None
    found = [o for o in names.same(view.document.syntax, one) if o.block is not None]
    return _locations(session, view.document, found)


async def references(
    session: Session, params: types.ReferenceParams
) -> list[types.Location] | None:
    """Answers with where the name is used."""
    view, one = _name(session, params)
    if view is None or one is None:
        return None
    wanted = params.context.include_declaration
    every = names.same(view.document.syntax, one)
    return _locations(session, view.document, [o for o in every if wanted or o.block is None])


async def highlight(
    session: Session, params: types.DocumentHighlightParams
) -> list[types.DocumentHighlight] | None:
    """Answers with all places of the name."""
    view, one = _name(session, params)
    if view is None or one is None:
        return None
    kinds = (types.DocumentHighlightKind.Read, types.DocumentHighlightKind.Write)
    encoding = session.client.encoding
    return [
        types.DocumentHighlight(
            range_of(view.document, o.span, encoding), kinds[o.block is not None]
        )
        for o in names.same(view.document.syntax, one)
    ]


async def prepare_rename(session: Session, params: types.PrepareRenameParams) -> types.Range | None:
    """Answers with the place of the name, if it can be renamed."""
    view, one = _name(session, params)
    if view is None or one is None or not names.renamable(view.document.syntax, one):
        return None
    return range_of(view.document, one.span, session.client.encoding)


async def rename(session: Session, params: types.RenameParams) -> types.WorkspaceEdit | None:
    """Answers with the edits that rename; an error where the new name can't be."""
    view, one = _name(session, params)
    if view is None or one is None or not names.renamable(view.document.syntax, one):
        return None
    edits = names.rename(view.document.syntax, one, params.new_name)
    if isinstance(edits, str):
        raise JsonRpcInvalidParams(edits)
    return workspace_edit(edits, view.document, session.client)


async def tokens_full(
    session: Session, params: types.SemanticTokensParams
) -> types.SemanticTokens | None:
    """Answers with the sort of every word."""
    uri = params.text_document.uri
    document = session.documents.get(uri)
    if document is None:
        return None
    data = _tokens(session, document)
    return types.SemanticTokens(data, session.remember(uri, data))


async def tokens_delta(
    session: Session, params: types.SemanticTokensDeltaParams
) -> types.SemanticTokens | types.SemanticTokensDelta | None:
    """Answers with what has changed since the last answer, or with everything."""
    uri = params.text_document.uri
    document = session.documents.get(uri)
    if document is None:
        return None
    known, old = session.tokens.get(uri, ("", []))
    data = _tokens(session, document)
    name = session.remember(uri, data)
    if known != params.previous_result_id:
        return types.SemanticTokens(data, name)
    return types.SemanticTokensDelta(convert.to_delta(old, data), name)


async def tokens_range(
    session: Session, params: types.SemanticTokensRangeParams
) -> types.SemanticTokens | None:
    """Answers with the sort of every word on the lines of the range."""
    document = session.documents.get(params.text_document.uri)
    if document is None:
        return None
    lines = (params.range.start.line + 1, params.range.end.line + 1)
    return types.SemanticTokens(_tokens(session, document, lines))


def _tokens(
    session: Session, document: Document, lines: tuple[int, int] | None = None
) -> list[int]:
    found = semantic.coloured(document)
    return convert.to_tokens(found, document, session.client.encoding, lines)


def _name(session: Session, params: Located) -> tuple[View | None, Occurrence | None]:
    view, offset = located(session, params)
    if view is None:
        return None, None
    here = view.document.source.span(offset, offset)
    return view, names.occurrence_at(view.document.syntax, here.line, here.column)


def _locations(
    session: Session, document: Document, found: list[Occurrence]
) -> list[types.Location]:
    encoding = session.client.encoding
    return [types.Location(document.uri, range_of(document, o.span, encoding)) for o in found]
