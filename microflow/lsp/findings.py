"""Which findings a file has: from its own analysis, and from manifests that use it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from attrs import field, frozen

from microflow.diag import Diagnostic, Diagnostics
from microflow.dsl.declare import MISSING_KEY, NO_MODEL
from microflow.dsl.text import in_order
from microflow.lsp.document import Document

if TYPE_CHECKING:
    from microflow.analysis import Analysis


@frozen
class Found:
    """The findings in one file, in the order of its text, and all texts that they point into."""

    findings: Diagnostics = ()
    sources: Mapping[str, str] = field(factory=dict)


def found_in(document: Document, own: Analysis | None, others: Iterable[Analysis]) -> Found:
    """Returns what analyses found in `document`, each finding once.

    `own` is that of the document itself, of just this text; of `others` those count that have used
    just this text. What lies in a file that could not be read is told in the document that uses it.
    A file that others use need not be complete.
    """
    users = [a for a in others if document.path in a.sources]
    using = [a for a in users if a.sources[document.path] == document.text]
    here = [d for d in own.diagnostics if not _lies_elsewhere(d, own)] if own is not None else []
    here = [d for d in here if not users or d.rule not in (NO_MODEL, MISSING_KEY)]
    here += [d for a in using for d in a.diagnostics if _lies_in(d, document)]
    once = {(d.rule.code, d.span, d.message): d for d in reversed(here)}
    texts = {p: t for a in (*using, *([own] if own else ())) for p, t in a.sources.items()}
    return Found(in_order(once.values()), texts)


def elsewhere(analysis: Analysis) -> dict[str, str]:
    """Returns the texts, by path, of the used files that an analysis has findings in."""
    found = (d.span for d in analysis.diagnostics if _lies_elsewhere(d, analysis))
    paths = dict.fromkeys(span.path for span in found if span is not None)
    return {path: analysis.sources[path] for path in paths}


def _lies_in(found: Diagnostic, document: Document) -> bool:
    return found.span is not None and found.span.path == document.path


def _lies_elsewhere(found: Diagnostic, analysis: Analysis) -> bool:
    path = found.span.path if found.span is not None else analysis.request.path
    return path != analysis.request.path and path in analysis.sources
