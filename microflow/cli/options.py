"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

_FORM = "--format"


class Optimize(StrEnum):
    """What to favour within the budget."""

    BALANCED = "balanced"
    LATENCY = "latency"
    RAM = "ram"
    FLASH = "flash"


class Format(StrEnum):
    """In which form findings are printed; see docs/formats.md."""

    FULL = "full"
    CONCISE = "concise"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


PathArgument: TypeAlias = Annotated[
    Path, typer.Argument(metavar="PATH", help="A manifest (.mflow) or a bare model (.tflite).")
]
ModelArgument: TypeAlias = Annotated[
    Path, typer.Argument(metavar="MODEL.tflite", help="A TensorFlow Lite model.")
]
TargetOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--target",
        "-t",
        metavar="NAME",
        help="Only this target. A bare model is compiled for [bold]host[/] where none is given.",
    ),
]
OptimizeOption: TypeAlias = Annotated[
    Optimize | None,
    typer.Option(
        "--optimize",
        "-O",
        metavar="WHAT",
        help="What to favour, instead of what the manifest says: balanced, latency, ram or flash.",
    ),
]
StreamOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--stream",
        metavar="INPUT",
        help="Give this input row by row, instead of what the manifest says.",
    ),
]
JsonOption: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print the JSON of docs/json.md to stdout, nothing else.")
]
FormatOption: TypeAlias = Annotated[
    Format | None,
    typer.Option(
        _FORM,
        metavar="FORM",
        help="How to print findings: full, concise, json, sarif or github (docs/formats.md).",
    ),
]
ForceOption: TypeAlias = Annotated[
    bool, typer.Option("--force", "-f", help="Replace files that were changed or are not ours.")
]


def output_form(form: Format | None, as_json: bool) -> Format:
    """Returns the form that ``--format`` and ``--json`` ask for together."""
    if as_json and form not in (None, Format.JSON):
        raise typer.BadParameter(f"--json and --format {form} contradict each other")
    return Format.JSON if as_json else form or Format.FULL


def form_asked(arguments: Sequence[str]) -> Format:
    """Returns the form that a command line asks for, as well as it can be told unparsed."""
    if "--json" in arguments:
        return Format.JSON
    given = [value for name, value in pairwise(arguments) if name == _FORM]
    given += [a.removeprefix(f"{_FORM}=") for a in arguments if a.startswith(f"{_FORM}=")]
    return Format(given[-1]) if given and given[-1] in list(Format) else Format.FULL
