"""``mflowc build``: writes the generated C."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from microflow.cli.check import analyse, report_on, size_table
from microflow.cli.console import deliver
from microflow.cli.options import (
    ForceOption,
    FormatOption,
    JsonOption,
    OptimizeOption,
    PathArgument,
    StreamOption,
    TargetOption,
    output_form,
)

if TYPE_CHECKING:
    from microflow.analysis import Analysis, Output
    from microflow.cli.bounds import Bounds
    from microflow.cli.write_output import Folder, Written

DEFAULT_FOLDER = "gen"


def build(
    path: PathArgument,
    target: TargetOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            help="Where to write: by default the manifest's [bold]emit.dir[/], else "
            "[bold]gen[/] beside the manifest. Several targets get a folder each in it.",
        ),
    ] = None,
    prefix: Annotated[
        str | None,
        typer.Option(
            "--prefix", "-p", metavar="NAME", help="Begins every file name and C identifier."
        ),
    ] = None,
    optimize: OptimizeOption = None,
    stream: StreamOption = None,
    force: ForceOption = False,
    form: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the C of a manifest's models: a folder for each target.

    Writes everything or nothing. Files that you changed since the last build
    are not replaced, and files of your own in the folder stay; files that are
    no longer needed go.

    [bold]mflowc build wake.mflow[/]
    [bold]mflowc build wake.tflite --target nrf52840 --out src/wake --prefix wake[/]
    """
    from microflow.analysis import generate
    from microflow.cli.bounds import bound_lines, find_bounds
    from microflow.cli.memory import memory_table
    from microflow.cli.write_output import write_folders
    from microflow.diag import has_errors
    from microflow.toolchain.selftest import selftest_vectors

    wanted = output_form(form, as_json)
    analysis = analyse(path, target, prefix, optimize, stream)
    if has_errors(analysis.diagnostics):
        deliver(report_on(analysis), wanted)
    selftests, failed = selftest_vectors(analysis.results)
    if failed:
        deliver(report_on(analysis, failed), wanted)
    outputs = generate(analysis, selftests)
    written, found = write_folders(place(outputs, out or default_folder(analysis)), force)
    if has_errors(found):
        deliver(report_on(analysis, found), wanted)
    by_target = {o.target.name: w for o, w in zip(outputs, written, strict=True)}
    text = size_table(analysis.results) + memory_table(analysis)
    bounds = find_bounds(analysis, outputs)
    text += bound_lines(analysis.results, bounds) + "".join(map(_sentence, written))
    deliver(report_on(analysis, found, _results(analysis, by_target, bounds), text), wanted)


def default_folder(analysis: Analysis) -> Path:
    """Returns the folder that the manifest asks for, else `gen` beside it."""
    asked = next((r.model.out_dir for r in analysis.results if r.model.out_dir), None)
    return Path(asked) if asked else Path(analysis.request.path).parent / DEFAULT_FOLDER


def place(outputs: Sequence[Output], folder: Path) -> list[Folder]:
    """Returns where each output goes: a folder in `folder` each, where there are several."""
    from microflow.cli.write_output import Folder

    several = len(outputs) > 1
    places = [folder / o.target.name if several else folder for o in outputs]
    return [Folder(p, o.prefix, o.files) for p, o in zip(places, outputs, strict=True)]


def _results(
    analysis: Analysis, written: dict[str, Written], bounds: Bounds
) -> list[dict[str, Any]]:
    from microflow.cli.bounds import bound_data
    from microflow.cli.memory import sized_data

    return [
        {
            **data,
            "stack_bound": bound_data(bounds.get((result.target.name, result.model.name))),
            "out": written[result.target.name].path.as_posix(),
            "files": sorted(written[result.target.name].files),
        }
        for data, result in zip(sized_data(analysis), analysis.results, strict=True)
    ]


def _sentence(written: Written) -> str:
    from microflow.render.plain import printable

    count = len(written.files)
    unchanged = count - written.changed
    details = [f"{unchanged} unchanged"] if unchanged else []
    details += [f"{len(written.removed)} removed"] if written.removed else []
    behind = f" ({', '.join(details)})" if details else ""
    return f"{printable(written.path.as_posix())}: {count} files{behind}\n"
