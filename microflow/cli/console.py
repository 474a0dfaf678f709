"""The two streams: what a command found goes to stderr, what it made to stdout."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, TextIO

import typer
from attrs import field, frozen

from microflow.cli.options import Format
from microflow.diag import Diagnostics, has_errors
from microflow.render.paint import Paint, ansi, plain

ERRORS = 1
BROKEN_PIPE = 141  # as a shell reports a program that SIGPIPE ended
_PIPE_WIDTH = 100


@frozen
class Report:
    """What a command has to say: findings, `results` for JSON, and the same as `text` for people.

    `sources` holds the texts that the findings point into, by path; `remark` is a line about them.
    `done` says what the command changed, for people; `fix` the same for JSON.
    """

    diagnostics: Diagnostics = ()
    results: Sequence[Mapping[str, Any]] = ()
    text: str = ""
    sources: Mapping[str, str] = field(factory=dict)
    remark: str = ""
    done: str = ""
    fix: Mapping[str, Any] | None = None


def deliver(report: Report, form: Format | bool) -> NoReturn:
    """Prints `report` and ends the command: with code 1 where there are errors.

    `form` is one of the forms, or tells whether it is JSON.
    """
    show(report, form if isinstance(form, Format) else Format.JSON if form else Format.FULL)
    raise typer.Exit(ERRORS if has_errors(report.diagnostics) else 0)


def show(report: Report, form: Format) -> None:
    """Prints `report`: findings to stderr in full form, else they are what goes to stdout."""
    write(sys.stderr, report.done if form is not Format.JSON else "")
    if form is Format.FULL:
        write(sys.stderr, _findings(report) if report.diagnostics else "")
        write(sys.stdout, report.text)
        return
    write(sys.stdout, _document(report, form))


def _document(report: Report, form: Format) -> str:
    if form is Format.JSON:
        from microflow.render.json import render_document

        return render_document(report.diagnostics, report.results, report.fix)
    if form is Format.CONCISE:
        from microflow.render.concise import render_concise

        return render_concise(report.diagnostics)
    root = Path.cwd().as_posix()
    if form is Format.GITHUB:
        from microflow.render.github import render_github

        return render_github(report.diagnostics, root)
    from microflow.render.sarif import render_sarif

    return render_sarif(report.diagnostics, root, distributed_version())


def distributed_version() -> str:
    """Returns the version of the installed distribution."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("mflowc")
    except PackageNotFoundError:
        return "unknown"


def _findings(report: Report) -> str:
    from microflow.render.plain import printable
    from microflow.render.terminal import render_diagnostics

    colour, room = paint(sys.stderr), width(sys.stderr)
    found = render_diagnostics(report.diagnostics, report.sources, colour, room)
    return found + (f"{printable(report.remark)}\n" if report.remark else "")


def write(stream: TextIO, text: str) -> None:
    """Writes `text`; ends the program quietly where nobody reads any more."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        # Python flushes once more at its end, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        raise typer.Exit(BROKEN_PIPE) from None


def paint(stream: TextIO) -> Paint:
    """Returns how to colour text on `stream`: not at all unless it is a terminal."""
    wanted = stream.isatty() and not os.environ.get("NO_COLOR")
    return ansi if wanted and os.environ.get("TERM") != "dumb" else plain


def width(stream: TextIO) -> int:
    """Returns how many cells a line of `stream` has."""
    return shutil.get_terminal_size().columns if stream.isatty() else _PIPE_WIDTH
