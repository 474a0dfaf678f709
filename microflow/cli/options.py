"""Arguments and options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer


class Optimize(StrEnum):
    """What to favour within the budget."""

    BALANCED = "balanced"
    LATENCY = "latency"
    RAM = "ram"
    FLASH = "flash"


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
ForceOption: TypeAlias = Annotated[
    bool, typer.Option("--force", "-f", help="Replace files that were changed or are not ours.")
]
