"""``mflowc bench``: what an inference costs on a chip, counted in an emulator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from microflow.cli.check import report_on
from microflow.cli.console import deliver
from microflow.cli.options import JsonOption, PathArgument, StreamOption
from microflow.cli.run import analyse_on, result_names
from microflow.cli.trials import chosen_results, run_trials

if TYPE_CHECKING:
    from microflow.compilation import Result
    from microflow.verify.bench import Benchmark


def bench(
    path: PathArgument,
    on: Annotated[
        str | None,
        typer.Option(
            "--on", "--target", "-t", metavar="TARGET", help="A chip or a core; both are emulated."
        ),
    ] = None,
    vectors: Annotated[
        Path | None,
        typer.Option("--vectors", metavar="FILE.npz", help="Known inputs and outputs to run on."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("--model", "-m", metavar="NAME", help="Only this model of the manifest."),
    ] = None,
    stream: StreamOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count what an inference costs on a chip: instructions, cycles, flash, RAM and stack.

    The image that is counted is also verified: its outputs are compared with the
    reference byte for byte. Counts are the same in every run.

    [bold]mflowc bench wake.mflow --on nrf52840[/]
    [bold]mflowc bench wake.tflite --on cortex-m4 --json[/]
    """
    from microflow.diag import has_errors
    from microflow.verify.bench import bench

    analysis = analyse_on(path, on, stream)
    if has_errors(analysis.diagnostics):
        deliver(report_on(analysis), as_json)
    chosen = chosen_results(analysis.results, model, single=vectors is not None)
    done, found = run_trials(chosen, lambda _: vectors, bench, _label, as_json)
    text = "\n".join(_text(r, b) for r, b in done)
    deliver(report_on(analysis, found, [_data(r, b) for r, b in done], text), as_json)


def _label(result: Result) -> str:
    return f"counting {result.model.name} on {result.target.name}"


def _data(result: Result, made: Benchmark) -> dict[str, Any]:
    import attrs

    measured, verified = made.measurement, made.verification
    return {
        **result_names(result),
        "passed": verified.passed,
        "profile": verified.profile,
        "oracle": verified.oracle,
        "outputs": [attrs.asdict(o) for o in verified.outputs],
        "compiler": measured.compiler,
        "instructions": measured.instructions,
        "cycles": measured.cycles,
        "macs": result.sizes.macs,
        **_bytes(made),
        "estimated": [],
        "layers": [
            {
                "index": layer.index,
                "operator": operator,
                "macs": macs,
                "instructions": layer.instructions,
                "cycles": layer.cycles,
            }
            for layer, operator, macs in _layers(result, made)
        ],
    }


def _bytes(made: Benchmark) -> dict[str, int]:
    """The figures in bytes, under the names that `check` gives them."""
    measured, sizes = made.measurement, made.measurement.sizes
    return {
        "arena_bytes": sizes.arena_bytes,
        "constant_bytes": sizes.constant_bytes,
        "code_bytes": sizes.code_bytes,
        "flash_bytes": sizes.flash_bytes,
        "static_bytes": sizes.static_bytes,
        "stack_bytes": measured.stack_bytes,
        "ram_bytes": measured.ram_bytes,
    }


def _layers(result: Result, made: Benchmark) -> Iterator[tuple[Any, str, int]]:
    """Each layer's measure with its operator's name and multiply-accumulates."""
    sites = {site.node.index: site for site in result.compiled.graph.sites()}
    for layer in made.measurement.layers:
        site = sites[layer.index]
        yield layer, site.node.op.name, site.node.op.cost(site).macs


def _text(result: Result, made: Benchmark) -> str:
    from microflow.render.tables import Column, render_table, thousands

    measured = made.measurement
    verdict = "verified" if made.verification.passed else "WRONG OUTPUTS"
    cycles = f", {thousands(measured.cycles)} cycles" if measured.cycles else ""
    head = (
        f"{result.model.name} on {result.target.name}, emulated as {result.target.emulated_as}, "
        f"{measured.compiler}: {verdict}\n"
        f"{thousands(measured.instructions)} instructions{cycles} an inference"
        f"{_ratio(measured.instructions, result.sizes.macs)}\n"
    )
    shown = ", ".join(f"{k.removesuffix('_bytes')} {thousands(v)}" for k, v in _bytes(made).items())
    columns = [Column("layer"), Column("operator")]
    columns += [Column(title, True) for title in ("MACs", "instructions", "a MAC", "cycles")]
    rows = [
        (
            str(layer.index),
            operator,
            thousands(macs),
            thousands(layer.instructions),
            f"{layer.instructions / macs:.2f}" if macs else "-",
            "-" if layer.cycles is None else thousands(layer.cycles),
        )
        for layer, operator, macs in _layers(result, made)
    ]
    return f"{head}bytes: {shown}\n{render_table(columns, rows)}"


def _ratio(instructions: int, macs: int) -> str:
    return f", {instructions / macs:.2f} a multiply-accumulate" if macs else ""
