"""``mflowc explore``: what else a model could be, RAM against time, chip by chip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from microflow.cli.check import analyse, report_on
from microflow.cli.console import deliver
from microflow.cli.options import JsonOption, OptimizeOption, PathArgument, TargetOption

if TYPE_CHECKING:
    from microflow.explore import Choice, Exploration, Holder


def explore(
    path: PathArgument,
    target: TargetOption = None,
    optimize: OptimizeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the plans that a model may have, and the chips that would hold it.

    A plan with less RAM runs more operators row by row. The plan marked with * is
    the one that 'build' takes. Writes nothing.

    [bold]mflowc explore wake.mflow[/]
    [bold]mflowc explore wake.tflite --target nrf52840[/]
    """
    from microflow.explore import explore as explored

    analysis = analyse(path, target, optimize=optimize)
    found = [explored(result) for result in analysis.results]
    text = "\n".join(map(_text, found))
    deliver(report_on(analysis, (), [_data(e) for e in found], text), as_json)


def _text(found: Exploration) -> str:
    from microflow.render.tables import Column, render_table

    result = found.result
    columns = [Column(title, True) for title in ("arena", "stack", "RAM", "flash", "cycles", "ms")]
    plans = render_table(
        [Column(""), Column("input"), Column("by rows", True), Column("rows", True), *columns],
        [_plan_row(choice, result.target.clock) for choice in found.choices],
    )
    chips = render_table(
        [
            Column("chip"),
            Column("holds it"),
            *(Column(title, True) for title in ("RAM", "of", "flash", "of")),
        ],
        [_chip_row(holder) for holder in found.chips],
    )
    return (
        f"{result.model.name} on {result.target.name}: plans, least RAM first\n\n{plans}\n"
        f"chips, each with the plan of optimize = {result.model.optimize}\n\n{chips}\n"
        "bytes; stack, code and time are estimates; `by rows` counts operators\n"
    )


def _plan_row(choice: Choice, clock: int | None) -> list[str]:
    from microflow.plan.cost import seconds
    from microflow.render.tables import thousands

    sizes = choice.sizes
    given = f"{choice.streamed} streamed" if choice.streamed else "whole"
    figures = (sizes.arena_bytes, sizes.stack_bytes, sizes.ram_bytes, sizes.flash_bytes)
    counts = [str(choice.banded), thousands(choice.row_calls)]
    took = seconds(choice.time, clock)
    time = [thousands(_cycles(choice)), "-" if took is None else f"{1000 * took:,.1f}"]
    return ["*" if choice.chosen else "", given, *counts, *map(thousands, figures), *time]


def _cycles(choice: Choice) -> int | None:
    cycles = None if choice.time is None else choice.time.cycles
    return None if cycles is None else round(cycles)


def _chip_row(holder: Holder) -> list[str]:
    from microflow.render.tables import thousands

    chip, sizes = holder.target, holder.sizes
    figures = (sizes.ram_bytes, chip.ram, sizes.flash_bytes, chip.flash)
    streamed = f", {holder.streamed} streamed" if holder.streamed else ""
    holds = f"yes{streamed}" if holder.holds else "no"
    return [chip.name, holds, *map(thousands, figures)]


def _data(found: Exploration) -> dict[str, Any]:
    return {
        "model": found.result.model.name,
        "target": found.result.target.name,
        "optimize": found.result.model.optimize,
        "plans": [_plan_data(c, found.result.target.clock) for c in found.choices],
        "chips": [_chip_data(holder) for holder in found.chips],
    }


def _plan_data(choice: Choice, clock: int | None) -> dict[str, Any]:
    from microflow.plan.cost import seconds

    sizes, took = choice.sizes, seconds(choice.time, clock)
    return {
        "chosen": choice.chosen,
        "streamed": choice.streamed,
        "banded_operators": choice.banded,
        "row_calls": choice.row_calls,
        "arena_bytes": sizes.arena_bytes,
        "stack_bytes": sizes.stack_bytes,
        "ram_bytes": sizes.ram_bytes,
        "flash_bytes": sizes.flash_bytes,
        "modelled_cycles": _cycles(choice),
        "latency_us": None if took is None else round(1e6 * took),
    }


def _chip_data(holder: Holder) -> dict[str, Any]:
    return {
        "chip": holder.target.name,
        "holds": holder.holds,
        "streamed": holder.streamed,
        "ram_bytes": holder.sizes.ram_bytes,
        "ram": holder.target.ram,
        "flash_bytes": holder.sizes.flash_bytes,
        "flash": holder.target.flash,
    }
