"""Findings in the Static Analysis Results Interchange Format, OASIS SARIF 2.1.0."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from microflow.diag import Diagnostic, Fix, Label, Rule, Severity, Span, has_errors
from microflow.render.places import has_lines, uri

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def render_sarif(diagnostics: Sequence[Diagnostic], root: str, version: str) -> str:
    """Returns the log of one run of this `version`; paths in `root` are relative to it."""
    rules = tuple(dict.fromkeys(d.rule for d in diagnostics))
    driver = {"name": "mflowc", "version": version, "rules": [_rule(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "invocations": [
            {"executionSuccessful": True, "exitCode": 1 if has_errors(tuple(diagnostics)) else 0}
        ],
        "columnKind": "unicodeCodePoints",
        "results": [_result(d, rules.index(d.rule), root) for d in diagnostics],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, allow_nan=False) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": _text(rule.title),
        "help": {"text": rule.page.strip(), "markdown": rule.page.strip()},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(found: Diagnostic, index: int, root: str) -> dict[str, Any]:
    text = "\n".join((found.message, *found.notes, f"help: {found.help}"))
    result: dict[str, Any] = {
        "ruleId": found.rule.code,
        "ruleIndex": index,
        "level": _LEVELS[found.severity],
        "message": _text(text),
        "locations": [] if found.span is None else [_location(found.span, root)],
    }
    if found.labels:
        result["relatedLocations"] = [
            _related(number, label, root) for number, label in enumerate(found.labels)
        ]
    fixes = [fix for fix in found.fixes if all(has_lines(edit.span) for edit in fix.edits)]
    if fixes:
        result["fixes"] = [_fix(fix, root) for fix in fixes]
    return result


def _related(number: int, label: Label, root: str) -> dict[str, Any]:
    return {"id": number, **_location(label.span, root), "message": _text(label.text)}


def _location(span: Span, root: str) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri(span.path, root)}}
    if has_lines(span):
        physical["region"] = _region(span)
    return {"physicalLocation": physical}


def _fix(fix: Fix, root: str) -> dict[str, Any]:
    paths: Iterable[str] = dict.fromkeys(edit.span.path for edit in fix.edits)
    return {
        "description": _text(fix.title),
        "artifactChanges": [
            {
                "artifactLocation": {"uri": uri(path, root)},
                "replacements": [
                    {"deletedRegion": _region(e.span), "insertedContent": {"text": e.text}}
                    for e in fix.edits
                    if e.span.path == path
                ],
            }
            for path in paths
        ],
    }


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _text(text: str) -> dict[str, str]:
    return {"text": text}
