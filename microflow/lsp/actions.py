"""Answers requests for code actions: fixes of findings, all automatic fixes, refactorings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsprotocol import types

from microflow.diag import Diagnostic, Edit
from microflow.lsp.diagnostics import to_diagnostics, workspace_edit
from microflow.lsp.document import Document
from microflow.lsp.findings import Found
from microflow.lsp.positions import offset_of
from microflow.lsp.refactor import refactorings
from microflow.lsp.session import Session
from microflow.render.fixes import automatic_fixes

KINDS = (
    types.CodeActionKind.QuickFix,
    types.CodeActionKind.RefactorRewrite,
    types.CodeActionKind.SourceFixAll,
)
_MOST = 500  # findings of a document that are looked at


async def code_action(
    session: Session, params: types.CodeActionParams
) -> list[types.CodeAction] | None:
    """Answers with what can be done on the lines of the range."""
    view = await session.current(params.text_document.uri)
    if view is None or view.analysis is None:
        return None
    document, within = view.document, params.range
    found = session.found(document)
    asked = [kind for kind in KINDS if _wanted(kind, params.context.only)]
    actions: list[types.CodeAction] = []
    if types.CodeActionKind.QuickFix in asked:
        actions += _fixes(session, document, found, within)
    if types.CodeActionKind.RefactorRewrite in asked:
        offset = offset_of(document, within.start, session.client.encoding)
        here = document.source.span(offset, offset)
        actions += [
            _action(session, document, types.CodeActionKind.RefactorRewrite, r.title, r.edits)
            for r in refactorings(view, here.line, here.column)
        ]
    if types.CodeActionKind.SourceFixAll in asked and params.context.only:
        actions += _fix_all(session, document, found)
    return actions or None


def _fixes(
    session: Session, document: Document, found: Found, within: types.Range
) -> Iterator[types.CodeAction]:
    """The fixes in `document` of all findings that touch the lines of `within`."""
    own = tuple(d for d in found.findings if d.fixes and _lies_in(d, document))[:_MOST]
    shown = to_diagnostics(own, document, found.sources, session.client.encoding)
    for finding, of in zip(own, shown, strict=True):
        if of.range.end.line < within.start.line or within.end.line < of.range.start.line:
            continue
        for fix in finding.fixes:
            kind = types.CodeActionKind.QuickFix
            action = _action(session, document, kind, fix.title, fix.edits)
            action.diagnostics, action.is_preferred = [of], fix.automatic
            yield action


def _fix_all(session: Session, document: Document, found: Found) -> Iterator[types.CodeAction]:
    """What `mflowc check --fix` does: the fixes that can be meant only so."""
    chosen = automatic_fixes(found.findings, document.path)
    edits = [edit for choice in chosen for edit in choice.fix.edits]
    if edits:
        kind, title = types.CodeActionKind.SourceFixAll, "Mend all slips"
        yield _action(session, document, kind, title, edits)


def _action(
    session: Session,
    document: Document,
    kind: types.CodeActionKind,
    title: str,
    edits: Iterable[Edit],
) -> types.CodeAction:
    edit = workspace_edit([(document, edits)], session.client)
    return types.CodeAction(title=title, kind=kind, edit=edit)


def _lies_in(found: Diagnostic, document: Document) -> bool:
    places = [found.span, *(edit.span for fix in found.fixes for edit in fix.edits)]
    return all(span is None or span.path == document.path for span in places)


def _wanted(kind: str, only: Iterable[str] | None) -> bool:
    asked = tuple(only or ())
    return not asked or any(kind == k or kind.startswith(f"{k}.") for k in asked)
