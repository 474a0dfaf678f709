"""``mflowc explain``: the page of a diagnostic's code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from microflow.cli.console import Report, deliver, paint
from microflow.cli.options import JsonOption

if TYPE_CHECKING:
    from microflow.diag import Rule


def explain(
    code: Annotated[
        str | None,
        typer.Argument(metavar="CODE", help="Such as MF5001; without one, all are listed."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Explain a diagnostic: what causes it, an example, what to do.

    [bold]mflowc explain MF5001[/]
    """
    from microflow import catalogue

    if code is None:
        found = catalogue.rules()
        deliver(Report(results=[_data(r) for r in found], text=_list(found)), as_json)
    rule = catalogue.rule(code.upper())
    if rule is None:
        raise typer.BadParameter(_unknown(code, list(catalogue.modules_by_code())))
    deliver(Report(results=[_data(rule)], text=_page(rule)), as_json)


def _unknown(code: str, known: list[str]) -> str:
    from microflow.dsl.suggest import closest

    beginning = (other for other in known if other.startswith(code.upper()))
    near = next(beginning, None) or closest(code, known)
    suggestion = f"did you mean {near}?" if near else "'mflowc explain' lists all codes"
    return f"there is no diagnostic with the code {code!r}; {suggestion}"


def _data(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "title": rule.title,
        "page": rule.page.strip() + "\n",
    }


def _list(rules: tuple[Rule, ...]) -> str:
    from microflow.render.tables import Column, render_table

    columns = [Column("code"), Column("severity"), Column("meaning")]
    rows = [(rule.code, rule.severity.value, rule.title) for rule in rules]
    return render_table(columns, rows, paint=paint(sys.stdout))


def _page(rule: Rule) -> str:
    from microflow.render.paint import SEVERITY, Style

    colour = paint(sys.stdout)
    title, _, body = rule.page.strip().partition("\n")
    head = colour(SEVERITY[rule.severity], f"{rule.severity.value}[{rule.code}]")
    return f"{head}{colour(Style.STRONG, f': {title.strip()}')} ({rule.name})\n{body}\n"
