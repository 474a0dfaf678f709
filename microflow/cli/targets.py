"""``mflowc targets``: the chips that need no description."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from microflow.cli.console import Report, deliver, paint
from microflow.cli.options import JsonOption

if TYPE_CHECKING:
    from microflow.targets import Target


def targets(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Only this target, with its core.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the built-in targets.

    A manifest may describe others: [bold]target board : nrf52840 { … }[/] changes what differs.
    """
    from microflow.targets import load_target, target_names

    names = target_names() if name is None else (built_in(name),)
    chosen = [load_target(n) for n in names]
    text = _table(chosen) if name is None else _details(chosen[0])
    deliver(Report(results=[_data(t) for t in chosen], text=text), as_json)


def built_in(name: str) -> str:
    """Returns `name`, if it is a built-in target's; otherwise ends with a usage error."""
    from microflow.dsl.suggest import closest
    from microflow.targets import target_names

    if name in target_names():
        return name
    near = closest(name, target_names())
    suggestion = f"did you mean {near}?" if near else "'mflowc targets' lists them"
    raise typer.BadParameter(f"there is no built-in target {name!r}; {suggestion}")


def _data(target: Target) -> dict[str, Any]:
    core = target.core
    return {
        "target": target.name,
        "description": target.description,
        "core": core.name,
        "flash": target.flash,
        "ram": target.ram,
        "clock": target.clock,
        "kernels": list(core.isa),
        "source": target.source,
    }


def _table(chosen: list[Target]) -> str:
    from microflow.render.tables import Column, render_table

    columns = [
        Column("target"),
        Column("core"),
        Column("flash", True),
        Column("RAM", True),
        Column("clock", True),
        Column("description"),
    ]
    rows = [
        (t.name, t.core.name, _size(t.flash), _size(t.ram), _clock(t.clock), t.description)
        for t in chosen
    ]
    return render_table(columns, rows, paint=paint(sys.stdout))


def _details(target: Target) -> str:
    from microflow.render.plain import printable

    core = target.core
    lines = [
        ("target", target.name),
        ("description", target.description or "-"),
        ("core", core.name),
        ("pointers", f"{8 * core.pointer_bytes} bits"),
        ("kernels", ", ".join(core.isa)),
        ("flash", _size(target.flash)),
        ("RAM", _size(target.ram)),
        ("clock", _clock(target.clock)),
        ("source", target.source or "-"),
    ]
    return "".join(f"{key:<12} {printable(value)}\n" for key, value in lines)


def _size(size: int | None) -> str:
    if size is None:
        return "unlimited"
    return f"{size // 1024} KiB" if size % 1024 == 0 else f"{size:,} B"


def _clock(clock: int | None) -> str:
    return "-" if clock is None else f"{clock / 1e6:g} MHz"
