"""The command line. Nothing else exits or prints; commands import what they need when they run."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from microflow.cli.bench import bench
from microflow.cli.build import build
from microflow.cli.check import check
from microflow.cli.console import Report, deliver, distributed_version
from microflow.cli.crash import OUR_BUG, internal_error, print_traceback
from microflow.cli.explain import explain
from microflow.cli.explore import explore
from microflow.cli.fmt import fmt
from microflow.cli.init import init
from microflow.cli.inspect import inspect
from microflow.cli.lsp import lsp
from microflow.cli.ops import ops
from microflow.cli.options import Format, form_asked
from microflow.cli.report import report
from microflow.cli.run import run
from microflow.cli.targets import targets
from microflow.cli.verify import verify

INTERRUPTED = 130  # as a shell reports a program that Ctrl-C ended
COMMANDS = (
    init,
    check,
    fmt,
    build,
    run,
    verify,
    bench,
    explore,
    report,
    inspect,
    explain,
    targets,
    ops,
    lsp,
)


def main() -> None:
    """Runs the command in `sys.argv` and exits.

    The code is 0 if all is well, 1 if there were errors, 2 for a wrong command line, 3 for a bug
    of ours, 130 after Ctrl-C.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        _app()(prog_name="mflowc")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        print_traceback(error)
        _report_bug(error)


def _print_version(wanted: bool) -> None:
    if wanted:
        deliver(Report(text=f"mflowc {distributed_version()}\n"), Format.FULL)


def _app() -> typer.Typer:
    app = typer.Typer(
        help="Compile TensorFlow Lite models into plain C for microcontrollers.",
        epilog="Start with [bold]mflowc init MODEL.tflite[/], then [bold]mflowc build[/]. "
        "Exit codes: 0 all is well, 1 errors, 2 wrong command line, 3 a bug of ours.",
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for command in COMMANDS:
        app.command()(command)
    return app


def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Print the version and exit.",
        ),
    ] = False,
) -> None: ...


def _report_bug(error: Exception) -> None:
    try:
        deliver(Report((internal_error(error, distributed_version()),)), form_asked(sys.argv))
    except typer.Exit:
        sys.exit(OUR_BUG)
