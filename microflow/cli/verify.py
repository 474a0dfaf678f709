"""``mflowc verify``: does the C compute what the reference computes?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from microflow.cli.check import report_on
from microflow.cli.console import deliver
from microflow.cli.options import JsonOption, PathArgument, StreamOption
from microflow.cli.run import HOST, OnOption, analyse_on, result_names
from microflow.cli.trials import chosen_results, run_trials

if TYPE_CHECKING:
    from microflow.compilation import Result
    from microflow.diag import Diagnostics
    from microflow.verify.compare import Verification
    from microflow.verify.vectors import Vectors


def verify(
    path: PathArgument,
    vectors: Annotated[
        Path | None,
        typer.Option(
            "--vectors",
            metavar="FILE.npz",
            help="Known inputs and outputs, in0, out0, …, one step after the other; by default "
            "those that the manifest names.",
        ),
    ] = None,
    count: Annotated[
        int | None,
        typer.Option(
            "--count", metavar="N", min=1, help="How many inputs to draw, without --vectors."
        ),
    ] = None,
    on: OnOption = HOST,
    model: Annotated[
        str | None,
        typer.Option("--model", "-m", metavar="NAME", help="Only this model of the manifest."),
    ] = None,
    stream: StreamOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare the C, run here or on an emulated chip, with the reference: byte for byte.

    The reference is the interpreter of the model's profile on drawn inputs
    ([bold]pip install 'mflowc\\[verify]'[/]), or a file of vectors. Where outputs
    differ, names the first layer that does. A [bold]verify[/] block in the manifest names
    vectors and a tolerance; --vectors and --count choose other inputs.

    [bold]mflowc verify wake.mflow[/]
    [bold]mflowc verify wake.tflite --vectors wake.npz --on cortex-m4[/]
    """
    from microflow.diag import has_errors
    from microflow.verify.compare import verify
    from microflow.verify.inputs import STEPS

    if vectors is not None and count is not None:
        raise typer.BadParameter("--count is for drawn inputs; it does not go with --vectors")
    analysis = analyse_on(path, on, stream)
    if has_errors(analysis.diagnostics):
        deliver(report_on(analysis), as_json)
    chosen = chosen_results(analysis.results, model, single=vectors is not None)

    def given(result: Result) -> Path | None:
        named = result.model.vectors if count is None else None
        return vectors or (Path(named) if named else None)

    def trial(
        result: Result, data: bytes, known: Vectors | None
    ) -> tuple[Verification | None, Diagnostics]:
        return verify(result, data, known, steps=count or STEPS, lsb=result.model.tolerance)

    done, found = run_trials(chosen, given, trial, _label, as_json)
    text = "".join(_text(r, v) for r, v in done)
    deliver(report_on(analysis, found, [_data(r, v) for r, v in done], text), as_json)


def _label(result: Result) -> str:
    return f"comparing {result.model.name} with the reference"


def _data(result: Result, made: Verification) -> dict[str, Any]:
    import attrs

    return {
        **result_names(result),
        **attrs.asdict(made),
    }


def _text(result: Result, made: Verification) -> str:
    from microflow.render.tables import Column, render_table, thousands

    verdict = "passed" if made.passed else "FAILED"
    head = (
        f"{result.model.name}: {verdict}, profile {made.profile}, {made.steps} steps "
        f"against {made.oracle} (tolerance: {made.tolerance})\n"
    )
    columns = [
        Column("output"),
        Column("elements", True),
        Column("differing", True),
        Column("largest difference", True),
    ]
    rows = [
        (o.name, thousands(o.elements), thousands(o.differing), _difference(o.max_difference))
        for o in made.outputs
    ]
    return head + render_table(columns, rows)


def _difference(value: float | None) -> str:
    return "not a number" if value is None else f"{value:g}"
