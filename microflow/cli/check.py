"""``mflowc check``: everything short of writing files."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from attrs import evolve

from microflow.cli.console import Report, deliver, paint
from microflow.cli.options import (
    Format,
    FormatOption,
    JsonOption,
    Optimize,
    OptimizeOption,
    PathArgument,
    StreamOption,
    TargetOption,
    output_form,
)
from microflow.diag import Diagnostics

if TYPE_CHECKING:
    from microflow.analysis import Analysis
    from microflow.compilation import Result
    from microflow.files import Files


def check(
    path: PathArgument,
    target: TargetOption = None,
    optimize: OptimizeOption = None,
    stream: StreamOption = None,
    fix: Annotated[
        bool,
        typer.Option("--fix", help="Mend in the manifest what can only be meant in one way."),
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what --fix would change, and change nothing.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Check again whenever a file changes.")
    ] = False,
    form: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a manifest or a model, and say what it takes.

    Reports every mistake of the manifest and everything the compiler does not
    support in the model, then the memory that each model takes on each target.
    Writes nothing but, with --fix, the manifest.

    [bold]mflowc check wake.mflow[/]
    [bold]mflowc check wake.tflite --target nrf52840[/]
    """
    wanted = output_form(form, as_json)
    run = partial(analyse, path, target, None, optimize, stream)
    if watch:
        _watch(path, run, wanted, alone=not (fix or diff))
    if fix or diff:
        deliver(_mended(path, run, writes=not diff), wanted)
    deliver(_checked(run()), wanted)


def analyse(
    path: Path,
    target: str | None = None,
    prefix: str | None = None,
    optimize: Optimize | None = None,
    stream: str | None = None,
    files: Files | None = None,
) -> Analysis:
    """Returns what `microflow.analysis.check` knows of a file on disk, as `files` shows it."""
    from microflow.analysis import Analysis, Request, check
    from microflow.cli.read import cannot_read
    from microflow.files import Disk

    preferred = optimize.value if optimize else None
    request = Request(path.as_posix(), target, prefix, preferred, stream)
    try:
        path.open("rb").close()
    except OSError as error:
        return Analysis(request, None, (), (cannot_read(path, error),), {})
    return check(request, files or Disk())


def _checked(analysis: Analysis, found: Diagnostics = ()) -> Report:
    from microflow.cli.memory import memory_table, sized_data

    text = size_table(analysis.results) + memory_table(analysis)
    return report_on(analysis, found, sized_data(analysis), text)


def _watch(path: Path, run: partial[Analysis], form: Format, alone: bool) -> NoReturn:
    from microflow.cli.watch import watch_files

    if not alone:
        raise typer.BadParameter("--watch does not go with --fix or --diff")
    if form in (Format.JSON, Format.SARIF):
        raise typer.BadParameter(f"--watch has no end, which a document of form {form} needs")
    watch_files(path, lambda files: _checked(run(files=files)), form)


def _mended(path: Path, run: partial[Analysis], writes: bool) -> Report:
    from microflow.cli.mend import mend, with_fixes, write_mended
    from microflow.render.unified import painted

    if path.suffix == ".tflite":
        raise typer.BadParameter("--fix and --diff are for manifests; a model is never changed")
    mended = mend(lambda files: run(files=files))
    failed = write_mended(mended) if writes else ()
    if writes and not failed:
        return with_fixes(_checked(mended.after), mended, written=True)
    report = with_fixes(_checked(mended.before, failed), mended, written=False)
    return report if writes else evolve(report, text=painted(mended.diff, paint(sys.stdout)))


def report_on(
    analysis: Analysis,
    found: Diagnostics = (),
    results: Sequence[Mapping[str, Any]] = (),
    text: str = "",
) -> Report:
    """Returns the report of a command on `analysis`; `found` is what the command itself found."""
    from microflow.dsl.text import in_order

    path = analysis.request.path
    diagnostics = (*in_order(analysis.diagnostics), *found)
    placed = any(d.span is not None for d in diagnostics)
    bare = path.endswith(".tflite") and path in analysis.sources and placed
    remark = f"lines of {path} are those of the manifest that 'mflowc init {path}' writes"
    return Report(diagnostics, results, text, analysis.sources, remark if bare else "")


def size_table(results: Sequence[Result]) -> str:
    """Returns the figures of `results` as a table; estimates are marked with ``~``."""
    from microflow.render.tables import Column, render_table, thousands

    if not results:
        return ""
    figures = (
        ("arena", "arena_bytes"),
        *((("state", "state_bytes"),) if any(r.sizes.state_bytes for r in results) else ()),
        ("stack", "stack_bytes"),
        ("RAM", "ram_bytes"),
        ("constants", "constant_bytes"),
        ("code", "code_bytes"),
        ("flash", "flash_bytes"),
        ("MACs", "macs"),
    )

    def row(result: Result) -> list[str]:
        sizes = result.sizes
        marks = ["~" if key in sizes.estimated else "" for _, key in figures]
        numbers = [thousands(getattr(sizes, key)) for _, key in figures]
        shown = (mark + number for mark, number in zip(marks, numbers, strict=True))
        return [result.model.name, result.target.name, *shown]

    columns = [Column("model"), Column("target"), *(Column(title, True) for title, _ in figures)]
    note = "bytes; ~ marks estimates\n" if any(r.sizes.estimated for r in results) else "bytes\n"
    return render_table(columns, [row(r) for r in results]) + note
