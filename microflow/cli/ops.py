"""``mflowc ops``: the operators that can be compiled, and what becomes of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from microflow.cli.console import Report, deliver, paint
from microflow.cli.options import JsonOption

if TYPE_CHECKING:
    from microflow.graph.ir import Operator


class Form(StrEnum):
    """In which form operators are printed."""

    TERMINAL = "terminal"
    JSON = "json"


FormOption: TypeAlias = Annotated[
    Form, typer.Option("--format", metavar="FORM", help="How to print them: terminal or json.")
]


def ops(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Only this operator, with its kernels.")
    ] = None,
    form: FormOption = Form.TERMINAL,
    as_json: JsonOption = False,
) -> None:
    """List the operators that can be compiled.

    [bold]mflowc ops CONV_2D[/] tells all of one: its limits, its kernels, their variants.
    """
    from microflow.ops.registry import operators

    chosen = list(operators()) if name is None else [_named(name)]
    text = _table(chosen) if name is None else _details(chosen[0])
    results = [_data(operator) for operator in chosen]
    deliver(Report(results=results, text=text), as_json or form is Form.JSON)


def _named(name: str) -> Operator:
    from microflow.dsl.suggest import closest
    from microflow.ops.reference import NOT_COMPILED
    from microflow.ops.registry import named, operators

    found = named(name)
    if found is not None:
        return found
    if name.lower() in NOT_COMPILED:
        raise typer.BadParameter(f"{name} cannot be compiled: {NOT_COMPILED[name.lower()]}")
    known = [operator.name for operator in operators()]
    near = closest(name.upper(), known)
    suggestion = f"did you mean {near}?" if near else "'mflowc ops' lists all operators"
    raise typer.BadParameter(f"there is no operator {name!r} that can be compiled; {suggestion}")


def _data(operator: Operator) -> dict[str, Any]:
    from microflow.ops.reference import compared

    return {
        "operator": operator.name,
        "custom": operator.custom or None,
        "description": operator.doc,
        "types": operator.types,
        "inputs": list(operator.arity),
        "limits": operator.limits,
        "kernels": [
            {"kernel": kernel, "variant": name, "cores": cores}
            for kernel in (*operator.kernels, *operator.packed)
            for name, cores in _variants(operator, kernel).items()
        ],
        "tflm": compared(operator),
    }


def _variants(operator: Operator, kernel: str) -> dict[str, list[str]]:
    """The cores that use each variant of a kernel."""
    from microflow.codegen.contract import PORTABLE, variant
    from microflow.targets import core_variants

    found: dict[str, list[str]] = {}
    for core, isa in core_variants().items():
        found.setdefault(variant(kernel, isa), []).append(core)
    if kernel in operator.packed:
        del found[PORTABLE]
    return found


def _table(chosen: list[Operator]) -> str:
    from microflow.ops.reference import NOT_COMPILED, compared
    from microflow.render.tables import Column, render_table

    columns = [Column("operator"), Column("inputs"), Column("types"), Column("beside TFLM")]
    rows = [(o.name, o.inputs, o.types, compared(o).partition(":")[0]) for o in chosen]
    rest = "".join(f"\n{name} cannot be compiled: {why}\n" for name, why in NOT_COMPILED.items())
    return render_table(columns, rows, paint=paint(sys.stdout)) + rest


def _details(operator: Operator) -> str:
    from microflow.ops.reference import compared
    from microflow.render.plain import printable

    lines = [
        ("operator", operator.name),
        *([("custom", operator.custom)] if operator.custom else []),
        ("description", operator.doc),
        ("types", operator.types),
        ("inputs", operator.inputs),
        ("limits", operator.limits or "-"),
        *_kernels(operator),
        ("beside TFLM", compared(operator)),
    ]
    return "".join(f"{key:<12} {printable(value)}\n" for key, value in lines)


def _kernels(operator: Operator) -> Iterator[tuple[str, str]]:
    """A line a kernel: which cores have which variant."""
    from microflow.targets import core_variants

    if not operator.kernels:
        yield "kernels", "none"
    for number, kernel in enumerate((*operator.kernels, *operator.packed)):
        found = _variants(operator, kernel)
        everywhere = any(len(cores) == len(core_variants()) for cores in found.values())
        cores = (f"{name} on {', '.join(on)}" for name, on in found.items())
        said = f"{next(iter(found))} on every core" if everywhere else "; ".join(cores)
        yield ("" if number else "kernels"), f"{kernel}: {said}"
