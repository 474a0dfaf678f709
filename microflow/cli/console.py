"""The two streams: what a command found goes to stderr, what it made to stdout."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, TextIO

import typer
from attrs import field, frozen

from microflow.diag import Diagnostics, has_errors
from microflow.render.paint import Paint, ansi, plain

ERRORS = 1
BROKEN_PIPE = 141  # as a shell reports a program that SIGPIPE ended
_PIPE_WIDTH = 100


@frozen
class Report:
    """What a command has to say: findings, `results` for JSON, and the same as `text` for people.

    `sources` holds the texts that the findings point into, by path; `remark` is a line about them.
    """

    diagnostics: Diagnostics = ()
    results: Sequence[Mapping[str, Any]] = ()
    text: str = ""
    sources: Mapping[str, str] = field(factory=dict)
    remark: str = ""


def deliver(report: Report, as_json: bool) -> NoReturn:
    """Prints `report` and ends the command: with code 1 where there are errors."""
    if as_json:
        from microflow.render.json import render_document

        write(sys.stdout, render_document(report.diagnostics, report.results))
    else:
        write(sys.stderr, _findings(report) if report.diagnostics else "")
        write(sys.stdout, report.text)
    raise typer.Exit(ERRORS if has_errors(report.diagnostics) else 0)


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
