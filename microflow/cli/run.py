"""``mflowc run``: builds the model, for this computer or an emulated chip, and runs it on files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer
from attrs import evolve

from microflow.cli.check import analyse, report_on
from microflow.cli.console import deliver
from microflow.cli.options import JsonOption, PathArgument, StreamOption

if TYPE_CHECKING:
    from microflow.analysis import Analysis
    from microflow.cli.answers import Answer
    from microflow.cli.feeds import Feed
    from microflow.compilation import Result
    from microflow.diag import Diagnostics

HOST = "host"
MEMORY_AND_TIME = "MF5"  # how the codes of budgets begin
TOGETHER = "MF5003"  # of all models beside each other, where images hold one

OnOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--on",
        "--target",
        "-t",
        metavar="TARGET",
        help="Where to run: [bold]host[/] is this computer, chips and cores are emulated.",
    ),
]


def run(
    path: PathArgument,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT...", help="Files (.npy, .npz, .csv, .wav), or [bold]label=file[/]."
        ),
    ] = None,
    on: OnOption = HOST,
    model: Annotated[
        str | None,
        typer.Option("--model", "-m", metavar="NAME", help="Which model, if there are several."),
    ] = None,
    stream: StreamOption = None,
    as_json: JsonOption = False,
) -> None:
    """Build a model, run it on files, print what it answers.

    Whole numbers in a file are the tensor's own values; real numbers are
    quantised as the application's would be. Outputs are real values. Sound
    needs a [bold]frontend[/] in the manifest.

    [bold]mflowc run speech.mflow yes.wav no.wav[/]
    [bold]mflowc run wake.tflite features.npy --on nrf52840[/]
    [bold]mflowc run fusion.mflow image=frame.npy motion=imu.csv[/]
    """
    from microflow.diag import has_errors

    analysis = analyse_on(path, on, stream)
    if has_errors(analysis.diagnostics):
        deliver(report_on(analysis), as_json)
    result = choose(analysis.results, model)
    if result.model.inputs and not inputs:
        raise typer.BadParameter("give a file with the model's input")
    feeds, answers, found = _run(result, inputs or (), quiet=as_json)
    results = [_data(feed, made, result) for feed, made in zip(feeds, answers, strict=False)]
    text = "".join(map(_text, feeds, answers)) + (_memory(result) if answers else "")
    deliver(report_on(analysis, found, results, text), as_json)


def analyse_on(path: Path, target: str | None, stream: str | None = None) -> Analysis:
    """Returns the analysis for `target`, where each model runs in an image of its own.

    On this computer, budgets made for a chip don't matter.
    """
    analysis = analyse(path, target, stream=stream)
    void = MEMORY_AND_TIME if target == HOST else TOGETHER
    relevant = (d for d in analysis.diagnostics if not d.rule.code.startswith(void))
    return evolve(analysis, diagnostics=tuple(relevant))


def choose(results: Sequence[Result], name: str | None) -> Result:
    """Returns the result of the model `name`, or of the only one; else ends with a usage error."""
    names = [r.model.name for r in results]
    if name is None and len(results) == 1:
        return results[0]
    if name in names:
        return results[names.index(name)]
    known = ", ".join(names)
    unknown = f"there is no model {name!r}" if name is not None else "there are several models"
    raise typer.BadParameter(f"{unknown}; choose one with --model: {known}")


def _run(
    result: Result, inputs: Sequence[str], quiet: bool
) -> tuple[Sequence[Feed], list[list[Answer]], Diagnostics]:
    """The inputs, and the outputs of each; nothing of either where something went wrong."""
    from microflow.cli.answers import answer
    from microflow.cli.feeds import Feed, read_feeds
    from microflow.cli.progress import busy
    from microflow.toolchain.execute import execute

    ports = result.model.inputs
    place = "this computer" if result.target.name == HOST else result.target.name
    with (
        busy(f"building and running on {place}", quiet),
        TemporaryDirectory() as folder,
    ):
        feeds, found = read_feeds(inputs, ports, Path(folder)) if ports else ((Feed("", ()),), ())
        if not feeds:
            return (), [], found
        sent = [[array.tobytes() for array in feed.arrays] for feed in feeds]
        replies, failed = execute(result.compiled, result.target, sent)
    outputs = result.model.outputs
    answers = [[answer(p, data) for p, data in zip(outputs, r, strict=True)] for r in replies]
    return feeds, answers, (*found, *failed)


def result_names(result: Result) -> dict[str, str]:
    """Returns which model ran where, for JSON."""
    names = {"model": result.model.name, "target": result.target.name}
    board = result.target.emulated_as
    return names if board is None else {**names, "emulated_as": board}


def _data(feed: Feed, answers: Sequence[Answer], result: Result) -> dict[str, object]:
    from microflow.cli.answers import answer_data

    names = {**result_names(result), "input": feed.name}
    return {**names, "outputs": [answer_data(a) for a in answers]}


def _text(feed: Feed, answers: Sequence[Answer]) -> str:
    from microflow.cli.answers import answer_lines
    from microflow.render.plain import printable

    lines = [f"  {line}" for a in answers for line in answer_lines(a)]
    return "\n".join([*([printable(feed.name)] if feed.name else []), *lines]) + "\n"


def _memory(result: Result) -> str:
    """What the model takes on its target, in one line."""
    sizes = result.sizes

    def about(key: str) -> str:
        return f"{'~' if key in sizes.estimated else ''}{getattr(sizes, key):,}"

    state = f", state {about('state_bytes')}" if sizes.state_bytes else ""
    return (
        f"memory: {about('ram_bytes')} bytes of RAM (arena {about('arena_bytes')}{state}), "
        f"{about('flash_bytes')} of flash (constants {about('constant_bytes')})\n"
    )
