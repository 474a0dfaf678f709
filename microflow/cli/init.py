"""``mflowc init``: a manifest to begin with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from attrs import evolve

from microflow.cli.console import Report, deliver
from microflow.cli.options import JsonOption, ModelArgument
from microflow.diag import Diagnostic, Rule

EXISTS = Rule(
    "MF6107",
    "manifest-exists",
    """There is a manifest already

`init` writes a new manifest beside the model, and does not replace one that is there, since it
would lose what was added by hand.

    mflowc init wake.tflite                         # writes wake.mflow
    mflowc init wake.tflite --out boards/uno.mflow  # writes another

Remedy: edit the manifest that is there, write to another file with `--out`, or replace it with
`--force`.
""",
)


def init(
    model: ModelArgument,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", help="The manifest; by default beside the model."
        ),
    ] = None,
    target: Annotated[
        str, typer.Option("--target", "-t", metavar="NAME", help="A built-in target.")
    ] = "host",
    force: Annotated[
        bool, typer.Option("--force", "-f", help="Replace a manifest that is there.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a manifest for a model: its inputs and outputs, ready to be edited.

    [bold]mflowc init wake.tflite[/]
    [bold]mflowc init wake.tflite --out boards/uno.mflow --target atmega328p[/]
    """
    from microflow.cli.read import read_bytes
    from microflow.cli.targets import built_in
    from microflow.cli.write_output import cannot_write, write_file
    from microflow.dsl.template import default_manifest
    from microflow.importer.tflite import import_model
    from microflow.render.plain import printable

    built_in(target)
    manifest = out or model.with_suffix(".mflow")
    if manifest.exists() and not force:
        deliver(Report((_exists(manifest),)), as_json)
    data, failed = read_bytes(model)
    if data is None:
        deliver(Report(failed), as_json)
    graph, failed = import_model(data, model.stem)
    if graph is None:
        named = tuple(evolve(d, message=f"{model.as_posix()}: {d.message}") for d in failed)
        deliver(Report(named), as_json)
    source = Path(os.path.relpath(model, manifest.parent)).as_posix()
    try:
        write_file(manifest, default_manifest(graph, source, target))
    except OSError as error:
        deliver(Report((cannot_write(error, manifest.as_posix()),)), as_json)
    path = manifest.as_posix()
    text = f"wrote {printable(path)}; next: mflowc check {printable(path)}\n"
    result = {"model": model.as_posix(), "target": target, "out": path}
    deliver(Report(results=[result], text=text), as_json)


def _exists(manifest: Path) -> Diagnostic:
    return Diagnostic(
        EXISTS,
        f"{manifest.as_posix()} exists already",
        "edit it, write another with --out, or replace it with --force",
    )
