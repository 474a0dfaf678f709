"""Diagnostics and results as data: the stable form that docs/json.md describes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from microflow.diag import Diagnostic, Fix, Span

if TYPE_CHECKING:
    from microflow.analysis import Result

VERSION = 1


def render_document(
    diagnostics: Iterable[Diagnostic], results: Sequence[Mapping[str, Any]] = ()
) -> str:
    """Returns the JSON document of a command: one line a finding and a result, ASCII only."""
    document = {
        "version": VERSION,
        "diagnostics": [diagnostic_data(d) for d in diagnostics],
        "results": list(results),
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def diagnostic_data(found: Diagnostic) -> dict[str, Any]:
    """Returns a finding as plain data."""
    return {
        "code": found.rule.code,
        "name": found.rule.name,
        "severity": found.severity.value,
        "message": found.message,
        "span": _span(found.span),
        "labels": [{"span": _span(label.span), "text": label.text} for label in found.labels],
        "notes": list(found.notes),
        "help": found.help,
        "fixes": [_fix(fix) for fix in found.fixes],
    }


def result_data(result: Result) -> dict[str, Any]:
    """Returns what is known of one model on one target: its names and its figures."""
    from microflow.codegen.report import figures  # noqa: PLC0415  (loads numpy, unlike the rest)

    return {
        "model": result.model.name,
        "target": result.target.name,
        "profile": result.model.profile,
        **figures(result.sizes),
    }


def _span(span: Span | None) -> dict[str, Any] | None:
    return None if span is None else attrs.asdict(span)


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "title": fix.title,
        "edits": [{"span": _span(edit.span), "text": edit.text} for edit in fix.edits],
    }
