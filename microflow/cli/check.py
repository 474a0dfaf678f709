"""``mflowc check``: everything short of writing files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from microflow.cli.console import Report, deliver
from microflow.cli.options import (
    JsonOption,
    Optimize,
    OptimizeOption,
    PathArgument,
    StreamOption,
    TargetOption,
)
from microflow.diag import Diagnostics

if TYPE_CHECKING:
    from microflow.analysis import Analysis
    from microflow.compilation import Result


def check(
    path: PathArgument,
    target: TargetOption = None,
    optimize: OptimizeOption = None,
    stream: StreamOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a manifest or a model, and say what it takes.

    Reports every mistake of the manifest and everything the compiler does not
    support in the model, then the memory that each model takes on each target.
    Writes nothing.

    [bold]mflowc check wake.mflow[/]
    [bold]mflowc check wake.tflite --target nrf52840[/]
    """
    from microflow.cli.memory import memory_table, sized_data

    analysis = analyse(path, target, optimize=optimize, stream=stream)
    text = size_table(analysis.results) + memory_table(analysis)
    deliver(report_on(analysis, (), sized_data(analysis), text), as_json)


def analyse(
    path: Path,
    target: str | None = None,
    prefix: str | None = None,
    optimize: Optimize | None = None,
    stream: str | None = None,
) -> Analysis:
    """Returns what `microflow.analysis.check` knows of a file on disk."""
    from microflow.analysis import Analysis, Request, check
    from microflow.cli.read import cannot_read
    from microflow.files import Disk

    preferred = optimize.value if optimize else None
    request = Request(path.as_posix(), target, prefix, preferred, stream)
    try:
        path.open("rb").close()
    except OSError as error:
        return Analysis(request, None, (), (cannot_read(path, error),), {})
    return check(request, Disk())


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
