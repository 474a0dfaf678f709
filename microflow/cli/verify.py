"""``mflowc verify``: does the C compute what the reference computes?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from microflow.cli.check import report_on
from microflow.cli.console import deliver
from microflow.cli.options import JsonOption, PathArgument
from microflow.cli.run import HOST, OnOption, analyse_on, choose, result_names

if TYPE_CHECKING:
    from microflow.analysis import Result
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
            help="Known inputs and outputs, in0, out0, …, one step after the other.",
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
    as_json: JsonOption = False,
) -> None:
    """Compare the C, run here or on an emulated chip, with the reference: byte for byte.

    The reference is the interpreter of TensorFlow Lite Micro on drawn inputs
    ([bold]pip install 'mflowc\\[verify]'[/]), or a file of vectors. Where outputs
    differ, names the first layer that does.

    [bold]mflowc verify wake.mflow[/]
    [bold]mflowc verify wake.tflite --vectors wake.npz --on cortex-m4[/]
    """
    from microflow.diag import has_errors

    if vectors is not None and count is not None:
        raise typer.BadParameter("--count is for drawn inputs; it does not go with --vectors")
    analysis = analyse_on(path, on)
    if has_errors(analysis.diagnostics):
        deliver(report_on(analysis), as_json)
    chosen = chosen_results(analysis.results, model, single=vectors is not None)
    made = [_verify(result, vectors, count, as_json) for result in chosen]
    done = [(r, v) for r, (v, _) in zip(chosen, made, strict=True) if v is not None]
    found = tuple(d for _, failed in made for d in failed)
    text = "".join(_text(r, v) for r, v in done)
    deliver(report_on(analysis, found, [_data(r, v) for r, v in done], text), as_json)


def chosen_results(results: Sequence[Result], model: str | None, single: bool) -> Sequence[Result]:
    """Returns the results to work on: the model named, or all; one where `single`."""
    return (choose(results, model),) if single or model is not None else results


def _verify(
    result: Result, vectors: Path | None, count: int | None, quiet: bool
) -> tuple[Verification | None, Diagnostics]:
    from microflow.cli.progress import busy
    from microflow.cli.read import read_bytes
    from microflow.verify.compare import verify
    from microflow.verify.inputs import STEPS

    known, failed = load(vectors, result) if vectors else (None, ())
    data, unreadable = read_bytes(Path(result.model.source))
    if failed or data is None:
        return None, (*failed, *unreadable)
    with busy(f"comparing {result.model.name} with the reference", quiet):
        return verify(result, data, known, steps=count or STEPS)


def load(vectors: Path, result: Result) -> tuple[Vectors | None, Diagnostics]:
    """Returns the vectors in a file, for the model of `result`."""
    from microflow.cli.read import read_bytes
    from microflow.verify.vectors import load_vectors

    data, failed = read_bytes(vectors)
    if data is None:
        return None, failed
    return load_vectors(data, vectors.as_posix(), result.model)


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
