"""``mflowc targets``: the chips that need no description."""

from __future__ import annotations

import sys
from collections.abc import Iterator
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
        "flash_origin": target.flash_origin,
        "ram": target.ram,
        "ram_origin": target.ram_origin,
        "clock": target.clock,
        "kernels": list(core.isa),
        "compiler": core.compiler and " ".join((core.compiler.gcc, *core.compiler.flags)),
        "emulated_as": target.emulated_as,
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
        ("kernels", f"{', '.join(core.isa)}; sizes measured with {core.sizes.compiler}"),
        ("flash", _memory(target.flash, target.flash_origin)),
        ("RAM", _memory(target.ram, target.ram_origin)),
        ("clock", _clock(target.clock)),
        *_tools(target),
        ("source", target.source or "-"),
    ]
    return "".join(f"{key:<12} {printable(value)}\n" for key, value in lines)


def _tools(target: Target) -> Iterator[tuple[str, str]]:
    """What compiles for the target, what plays it, and where its image lies there."""
    from microflow.toolchain.image import memories

    compiler, emulator = target.core.compiler, target.board
    if compiler is None or emulator is None:
        yield "compiler", "this computer's"
        return
    yield "compiler", " ".join((compiler.gcc, *compiler.flags))
    if compiler.zig:
        yield "", f"or: zig cc {' '.join(compiler.zig)}"
    yield "", f"from: {', '.join(compiler.packages)}"
    yield "emulator", f"{emulator.program or emulator.kind}, as {target.emulated_as}"
    flash, ram = (_memory(m.size, m.origin) for m in memories(target, emulator))
    yield "", f"with flash of {flash}, RAM of {ram}"
    yield "", f"from: {', '.join(emulator.packages)}"


def _memory(size: int | None, origin: int | None) -> str:
    return _size(size) if origin is None else f"{_size(size)} at {origin:#010x}"


def _size(size: int | None) -> str:
    if size is None:
        return "unlimited"
    return f"{size // 1024} KiB" if size % 1024 == 0 else f"{size:,} B"


def _clock(clock: int | None) -> str:
    return "-" if clock is None else f"{clock / 1e6:g} MHz"
