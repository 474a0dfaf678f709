"""Findings and their fixes in the protocol's types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lsprotocol import types
from pygls.uris import from_fs_path

from microflow.diag import Diagnostic, Diagnostics, Edit, Label, Rule, Severity, Span
from microflow.lsp.client import Client
from microflow.lsp.document import Document
from microflow.lsp.positions import range_of, shown_range
from microflow.resources import resource

_MOST = 500  # findings; nobody reads more
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}


def to_diagnostics(
    found: Diagnostics, document: Document, sources: Mapping[str, str], encoding: str
) -> tuple[types.Diagnostic, ...]:
    """Returns the first findings as the protocol has them, in their order.

    `sources` are the texts that they point into, by path: what lies in a file that could not be
    read is on the manifest's first line, with the place as a related one.
    """
    return tuple(to_diagnostic(d, document, sources, encoding) for d in found[:_MOST])


def to_diagnostic(
    found: Diagnostic, document: Document, sources: Mapping[str, str], encoding: str
) -> types.Diagnostic:
    """Returns a finding with its next step, related places, and a link to its rule's page."""
    first = Span(document.path, 1, 1, 1, 1)
    span, labels = found.span or first, found.labels
    if span.path != document.path:
        span, labels = first, (Label(span, "here"), *labels)
    related = [
        types.DiagnosticRelatedInformation(_location(x.span, document, sources, encoding), x.text)
        for x in labels
    ]
    notes = [f"note: {note}" for note in found.notes]
    return types.Diagnostic(
        range=shown_range(document, span, encoding),
        message="\n".join([found.message, *notes, f"help: {found.help}"]),
        severity=_SEVERITIES[found.severity],
        code=found.rule.code,
        code_description=types.CodeDescription(page(found.rule)),
        source="mflowc",
        related_information=related or None,
    )


def _location(
    span: Span, document: Document, sources: Mapping[str, str], encoding: str
) -> types.Location:
    if span.path != document.path:
        uri = from_fs_path(span.path) or span.path
        document = Document(uri, span.path, None, sources.get(span.path, ""))
    return types.Location(document.uri, shown_range(document, span, encoding))


def page(rule: Rule) -> str:
    """Returns the address of a rule's page, which comes with the compiler."""
    return f"{resource('docs/rules.md').resolve().as_uri()}#{rule.code.lower()}-{rule.name}"


def text_edits(
    edits: Iterable[Edit], document: Document, encoding: str
) -> tuple[types.TextEdit, ...]:
    """Returns edits as the protocol has them."""
    return tuple(types.TextEdit(range_of(document, e.span, encoding), e.text) for e in edits)


def workspace_edit(
    changes: Iterable[tuple[Document, Iterable[Edit]]], client: Client
) -> types.WorkspaceEdit:
    """Returns edits of documents, for the versions that they were made for where that goes."""
    changed = [(d, text_edits(edits, d, client.encoding)) for d, edits in changes]
    if not client.versioned_edits:
        return types.WorkspaceEdit(changes={d.uri: edits for d, edits in changed})
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(d.uri, d.version), edits
            )
            for d, edits in changed
        ]
    )
