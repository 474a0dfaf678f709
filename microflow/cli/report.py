"""``mflowc report``: what a model needs and why, for people to look at."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from microflow.cli.check import analyse, report_on
from microflow.cli.console import deliver, paint, width
from microflow.cli.options import (
    JsonOption,
    OptimizeOption,
    PathArgument,
    StreamOption,
    TargetOption,
)
from microflow.diag import Diagnostic, Diagnostics, Rule

if TYPE_CHECKING:
    from microflow.analysis import Analysis

NOT_A_REPORT = Rule(
    "MF6108",
    "not-a-report",
    """The file to write a report to is something else

`report --out` replaces reports that it wrote before. What is there now is no such report: it may be
yours, and would be lost.

    mflowc report wake.mflow --out wake.mflow      # error: that is the manifest
    mflowc report wake.mflow --out wake.html       # writes the report

Remedy: write to another file, or replace the one that is there with `--force`.
""",
)


def report(
    path: PathArgument,
    target: TargetOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE.html",
            help="Write a page for the browser instead, which needs no other file.",
        ),
    ] = None,
    optimize: OptimizeOption = None,
    stream: StreamOption = None,
    force: Annotated[
        bool, typer.Option("--force", "-f", help="Replace a file that is no report.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what a model needs and why: memory step by step, layers, plans.

    Every tensor's place and time in the arena, what each layer costs, the
    budget, the plans that were considered, and the proof of the one chosen.

    [bold]mflowc report wake.mflow[/]
    [bold]mflowc report wake.mflow --out wake.html[/]
    [bold]mflowc report wake.tflite --target nrf52840 --json[/]
    """
    analysis = analyse(path, target, optimize=optimize, stream=stream)
    results = _results(analysis, out)
    if not results:
        deliver(report_on(analysis), as_json)
    if out is None:
        text = "" if as_json else _text(results)
        deliver(report_on(analysis, (), results, text), as_json)
    found = _write(out, _page(analysis, results), force)
    done = () if found else results
    deliver(report_on(analysis, found, done, "" if found else _sentence(out)), as_json)


def _results(analysis: Analysis, out: Path | None) -> list[dict[str, Any]]:
    from microflow.cli.memory import sized_data
    from microflow.render.json import report_data

    written = None if out is None else out.as_posix()
    return [
        {**sized, **report_data(result, analysis.text), "out": written}
        for result, sized in zip(analysis.results, sized_data(analysis), strict=True)
    ]


def _text(results: list[dict[str, Any]]) -> str:
    from microflow.render.report.facts import read_result
    from microflow.render.report.text import render_text

    room, colour = width(sys.stdout), paint(sys.stdout)
    return "\n\n".join(render_text(read_result(data), room, colour) for data in results)


def _page(analysis: Analysis, results: list[dict[str, Any]]) -> str:
    from microflow.cli.console import distributed_version
    from microflow.dsl.text import in_order
    from microflow.render.report.page import render_page

    return render_page(
        results, in_order(analysis.diagnostics), analysis.sources, distributed_version()
    )


def _write(out: Path, page: str, force: bool) -> Diagnostics:
    """Writes the page, or returns why it must not or cannot be written."""
    from microflow.cli.write_output import cannot_write, write_file
    from microflow.render.report.page import is_report

    try:
        if out.exists() and not force and not is_report(out.read_bytes()):
            return (_not_a_report(out),)
        write_file(out, page)
    except OSError as error:
        return (cannot_write(error, out.as_posix()),)
    return ()


def _not_a_report(out: Path) -> Diagnostic:
    return Diagnostic(
        NOT_A_REPORT,
        f"{out.as_posix()} is there already and is no report",
        "write to another file with --out, or replace it with --force",
    )


def _sentence(out: Path) -> str:
    from microflow.render.plain import printable

    return f"wrote {printable(out.as_posix())}: open it in a browser\n"
