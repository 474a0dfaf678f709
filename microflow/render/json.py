"""Diagnostics and results as data: the stable form that docs/json.md describes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from microflow.diag import Diagnostic, Fix, Span

if TYPE_CHECKING:
    from microflow.compilation import Result
    from microflow.rules.memory import Use

VERSION = 1


def render_document(
    diagnostics: Iterable[Diagnostic],
    results: Sequence[Mapping[str, Any]] = (),
    fix: Mapping[str, Any] | None = None,
) -> str:
    """Returns the JSON document of a command, ASCII only; `fix` is what ``--fix`` did."""
    document = {
        "version": VERSION,
        "diagnostics": [diagnostic_data(d) for d in diagnostics],
        "results": list(results),
    }
    document |= {} if fix is None else {"fix": dict(fix)}
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
    from microflow.codegen.report import (  # noqa: PLC0415  (loads numpy, unlike the rest)
        figures,
        timing,
    )

    return {
        "model": result.model.name,
        "target": result.target.name,
        "profile": result.model.profile,
        **figures(result.sizes),
        **timing(result.times, result.target),
    }


def report_data(result: Result, manifest: str) -> dict[str, Any]:
    """Returns all that is known of one model on one target; `manifest` is the manifest's text."""
    from microflow.codegen.report import Entry, entry_data, sha256  # noqa: PLC0415  (see above)

    target, model = result.target, result.model
    entry = entry_data(Entry(target, result.compiled, result.sizes, result.times))
    return {
        "manifest_sha256": sha256(manifest),
        "budget": attrs.asdict(model.budget, filter=lambda field, _: field.name != "spans"),
        "chip": {
            "description": target.description,
            "core": target.core.name,
            "clock": target.clock,
        },
        **entry,
        "plan": {**entry["plan"], "goal": model.optimize, "front": _front(result)},
    }


def _front(result: Result) -> list[dict[str, Any]]:
    """The plans that were considered, from the least arena to the least time."""
    from microflow.codegen.report import modelled  # noqa: PLC0415  (see above)
    from microflow.compilation import plans  # noqa: PLC0415

    return [
        {
            "arena_bytes": found.sizes.arena_bytes,
            "stack_bytes": found.sizes.stack_bytes,
            "code_bytes": found.sizes.code_bytes,
            "modelled_cycles": modelled(found.times.total)[1],
            "banded_operators": found.compiled.plan.banded,
            "row_calls": found.compiled.plan.row_calls,
            "chosen": found.compiled.plan == result.compiled.plan,
        }
        for found in plans(result.model, result.target)
    ]


def memory_data(uses: Sequence[Use]) -> list[dict[str, Any]]:
    """Returns what is taken of each memory of a target, and by whom."""
    return [
        {
            "memory": use.region.name,
            "kind": use.region.kind,
            "size": use.region.size,
            "bytes": use.bytes,
            "takers": [attrs.asdict(taker) for taker in use.takers],
        }
        for use in uses
    ]


def _span(span: Span | None) -> dict[str, Any] | None:
    return None if span is None else attrs.asdict(span)


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "title": fix.title,
        "edits": [{"span": _span(edit.span), "text": edit.text} for edit in fix.edits],
        "automatic": fix.automatic,
    }
