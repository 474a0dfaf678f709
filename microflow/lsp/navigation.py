"""Answers requests about names, in all manifests that share them, in the protocol's types."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.uris import from_fs_path

from microflow.lsp import convert, names, outline
from microflow.lsp.analysing import unchanged
from microflow.lsp.diagnostics import workspace_edit
from microflow.lsp.document import Document, View, holds
from microflow.lsp.names import Manifests, Occurrence
from microflow.lsp.positions import offset_of, range_of
from microflow.lsp.requests import Located
from microflow.lsp.session import Session

_MOST_SYMBOLS = 500
_START = types.Range(types.Position(0, 0), types.Position(0, 0))
_Name = tuple[Occurrence, Document, Sequence[Manifests]]


async def workspace_symbols(
    session: Session, params: types.WorkspaceSymbolParams
) -> list[types.WorkspaceSymbol]:
    """Answers with the names that open manifests, and those that they use, define."""
    wanted, encoding = params.query.lower(), session.client.encoding
    views = filter(None, map(session.view, session.documents))
    files = {d.path: d for view in views for d in view.together}
    found = (
        types.WorkspaceSymbol(
            location=types.Location(document.uri, range_of(document, o.span, encoding)),
            name=o.name,
            kind=convert.symbol_kind(o.kind),
            container_name=o.model or o.kind,
        )
        for document in files.values()
        for o in names.occurrences(document)
        if o.block is not None and wanted in o.name.lower()
    )
    return [symbol for symbol, _ in zip(found, range(_MOST_SYMBOLS), strict=False)]


async def definition(
    session: Session, params: types.DefinitionParams
) -> list[types.Location] | None:
    """Answers with where the name is defined; on the path of a used manifest, with its start."""
    named = await _name(session, params)
    if named is None:
        return await _used_file(session, params)
    one, _, every = named
    found = [o for o in names.meant(one, every) if o.block is not None]
    return _locations(session, every, found)


async def references(
    session: Session, params: types.ReferenceParams
) -> list[types.Location] | None:
    """Answers with where the name is used."""
    named = await _name(session, params)
    if named is None:
        return None
    one, _, every = named
    wanted = params.context.include_declaration
    found = [o for o in names.meant(one, every) if wanted or o.block is None]
    return _locations(session, every, found)


async def highlight(
    session: Session, params: types.DocumentHighlightParams
) -> list[types.DocumentHighlight] | None:
    """Answers with all places of the name in the document."""
    named = await _name(session, params)
    if named is None:
        return None
    one, document, every = named
    kinds = (types.DocumentHighlightKind.Read, types.DocumentHighlightKind.Write)
    return [
        types.DocumentHighlight(
            range_of(document, o.span, session.client.encoding), kinds[o.block is not None]
        )
        for o in names.meant(one, every)
        if o.span.path == document.path
    ]


async def prepare_rename(session: Session, params: types.PrepareRenameParams) -> types.Range | None:
    """Answers with the place of the name, if it can be renamed."""
    named = await _name(session, params)
    if named is None:
        return None
    one, document, every = named
    if not names.renamable(one, names.meant(one, every)):
        return None
    return range_of(document, one.span, session.client.encoding)


async def rename(session: Session, params: types.RenameParams) -> types.WorkspaceEdit | None:
    """Answers with the edits that rename in every file; an error where the new name can't be."""
    named = await _name(session, params)
    if named is None:
        return None
    one, _, every = named
    if not names.renamable(one, names.meant(one, every)):
        return None
    edits = names.rename(one, params.new_name, every)
    if isinstance(edits, str):
        raise JsonRpcInvalidParams(edits)
    files = _files(every)
    closed = [files[path] for path in edits if files[path].uri not in session.documents]
    for document in closed:
        if not await asyncio.to_thread(unchanged, document):
            raise JsonRpcInvalidParams(f"{document.path} has changed since it was read: try again")
    return workspace_edit([(files[path], e) for path, e in edits.items()], session.client)


async def _name(session: Session, params: Located) -> _Name | None:
    """The name at a place, its document, and the manifests that may share it."""
    view = await _view(session, params)
    if view is None:
        return None
    document = view.document
    offset = offset_of(document, params.position, session.client.encoding)
    here = document.source.span(offset, offset)
    one = names.occurrence_at(document, here.line, here.column)
    return (one, document, session.together(document.uri)) if one is not None else None


async def _view(session: Session, params: Located) -> View | None:
    """The document; its first analysis, which tells what it uses, is waited for."""
    view = session.view(params.text_document.uri)
    known = view is None or view.analysis is not None
    return view if known else await session.current(params.text_document.uri)


async def _used_file(session: Session, params: Located) -> list[types.Location] | None:
    view = await _view(session, params)
    if view is None:
        return None
    offset = offset_of(view.document, params.position, session.client.encoding)
    here = view.document.source.span(offset, offset)
    links = [x for x in outline.uses(view.document) if holds(x.span, here.line, here.column)]
    known = {d.path: d.uri for d in view.used}
    uris = [known.get(x.path) or from_fs_path(x.path) for x in links]
    return [types.Location(uri, _START) for uri in uris if uri] or None


def _files(every: Sequence[Manifests]) -> dict[str, Document]:
    return {d.path: d for manifests in every for d in manifests}


def _locations(
    session: Session, every: Sequence[Manifests], found: Iterable[Occurrence]
) -> list[types.Location]:
    files, encoding = _files(every), session.client.encoding
    return [
        types.Location(files[o.span.path].uri, range_of(files[o.span.path], o.span, encoding))
        for o in found
    ]
