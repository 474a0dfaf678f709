"""The report for a terminal: sizes, layers, and the memory of each step as a line of letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from textwrap import wrap

from microflow.render.paint import Paint, Style, plain
from microflow.render.plain import printable
from microflow.render.report.bars import Bar, bar
from microflow.render.report.facts import Buffer, Result, Step
from microflow.render.report.front import candidates
from microflow.render.report.layers import Layers, layers
from microflow.render.report.memory import covered, live, peak, usage
from microflow.render.report.needs import fits, margin, needs, verdict
from microflow.render.report.numbers import grouped
from microflow.render.report.words import certificate_words, meta_words, plan_words
from microflow.render.tables import Column, render_table

_BAR = 16  # cells
_WIDEST, _NARROWEST = 72, 24  # cells of the map
_LEGEND = (
    ("r", "read", Style.READ),
    ("w", "written", Style.WRITTEN),
    ("x", "both", Style.BOTH),
    ("=", "kept for later", Style.KEPT),
    ("s", "scratch and rings", Style.WORK),
)
_STYLES = {letter: style for letter, _, style in _LEGEND}
_FREE = "."
_ASCII = str.maketrans({"×": "x", "–": "-", "→": "->", "←": "<-"})  # all that terminals have


def render_text(result: Result, width: int = 100, paint: Paint = plain) -> str:
    """Returns the report of one result; lines of the map have at most `width` cells."""
    found = (
        _head(result, paint),
        _needs(result, paint),
        _layers(layers(result), paint),
        _map(result, width, paint),
        _front(result, paint),
        _proof(result, width),
    )
    parts = ("".join(f"{line}\n" for line in lines) for lines in found)
    text = "\n".join(part for part in parts if part)
    return text.translate(_ASCII)


def _head(result: Result, paint: Paint) -> Iterator[str]:
    yield paint(Style.STRONG, printable(f"{result.model} on {result.target}"))
    yield printable(", ".join(meta_words(result)))
    found = verdict(result)
    yield found if fits(result) else paint(Style.ERROR, found)


def _needs(result: Result, paint: Paint) -> Iterator[str]:
    found = [bar(need) for need in needs(result)]
    limits = list(dict.fromkeys(s.limit for b in found for s in b.shares))
    columns = [Column(""), Column("needed", True)]
    columns += [Column("")] if limits else []
    columns += [*(Column(f"of the {limit}") for limit in limits), Column("made of")]
    rows = [
        (
            b.name,
            f"{b.amount} {b.unit}",
            *([_bar(b)] if limits else []),
            *(_share(b, limit) for limit in limits),
            b.made_of,
        )
        for b in found
    ]
    yield from render_table(columns, rows, paint=paint).splitlines()
    if margin(result):
        yield margin(result)


def _share(shown: Bar, limit: str) -> str:
    found = (f"{s.share} of {s.of}" for s in shown.shares if s.limit == limit)
    return next(found, "-")


def _bar(shown: Bar) -> str:
    if shown.filled is None:
        return ""
    if shown.over:
        return f"[{'#' * _BAR}] over"
    cells = min(max(round(_BAR * shown.filled), 1), _BAR)
    return f"[{'#' * cells}{'.' * (_BAR - cells)}]"


def _layers(table: Layers, paint: Paint) -> list[str]:
    columns = [
        Column("#", True),
        Column("operator"),
        *([Column("band")] if table.banded else []),
        Column("input"),
        Column("output"),
        *([] if table.type else [Column("type")]),
        Column("kernel"),
        *(
            column
            for name in table.headings
            for column in (
                Column(name if name == "MACs" else name.lower(), True),
                Column("share", True),
            )
        ),
    ]
    rows = [
        (
            str(row.index),
            row.operator,
            *([row.band] if table.banded else []),
            row.inputs,
            row.outputs,
            *([] if table.type else [row.type]),
            row.kernels,
            *(cell for share in row.shares for cell in (share.text, share.share)),
        )
        for row in table.rows
    ]
    blank = [""] * table.span
    sums = [cell for total in table.totals for cell in (total, "")]
    return render_table(columns, rows, ["", table.count, *blank, *sums], paint).splitlines()


def _map(result: Result, width: int, paint: Paint) -> Iterator[str]:
    plan = result.plan
    for sentence in plan_words(result):
        yield from wrap(printable(sentence), width)
    yield ""
    fullest, _ = peak(plan)
    names = [printable(_name(result, step)) for step in plan.steps]
    amounts = [grouped(covered(live(plan, step.step))) for step in plan.steps]
    first = max((len(n) for n in ("step", *names)), default=0)
    second = max((len(a) for a in ("in use", *amounts)), default=0)
    cells = min(max(width - first - second - 12, _NARROWEST), _WIDEST)
    end = grouped(plan.arena_bytes)
    scale = f"0{end:>{cells - 1}}"
    yield paint(Style.STRONG, f"{'step':<{first}}  {'in use':>{second}}  {scale}")
    for step, name, amount in zip(plan.steps, names, amounts, strict=True):
        mark = "  <- peak" if step.step == fullest else ""
        line = _painted(memory_line(result, step, cells), paint)
        yield f"{name:<{first}}  {amount:>{second}}  {line}{mark}"
    yield ""
    keys = [f"{paint(style, letter)} {name}" for letter, name, style in _LEGEND]
    yield f"{', '.join(keys)}, {_FREE} free; addresses from left to right"


def memory_line(result: Result, step: Step, cells: int) -> str:
    """Returns the arena in `step`, a letter for each of `cells` equal parts of its addresses."""
    used = usage(result, step)
    line = [_FREE] * cells
    top = max(result.plan.arena_bytes, 1)
    for letter, buffers in (("=", used.waiting), ("s", used.areas), ("r", used.reads)):
        for at in _cells(buffers, top, cells):
            line[at] = letter
    for at in _cells(used.writes, top, cells):
        line[at] = "x" if line[at] == "r" else "w"
    return "".join(line)


def _cells(buffers: Iterable[Buffer], top: int, cells: int) -> Iterator[int]:
    """The cells whose middle lies in a buffer; of one that is too small, that where it begins."""
    for buffer in buffers:
        inside = [
            i
            for i in range(cells)
            if buffer.offset * 2 * cells <= (2 * i + 1) * top < buffer.end * 2 * cells
        ]
        yield from inside or [min(buffer.offset * cells // top, cells - 1)]


def _painted(line: str, paint: Paint) -> str:
    runs = ((letter, "".join(run)) for letter, run in groupby(line))
    return "".join(
        paint(_STYLES[letter], run) if letter in _STYLES else run for letter, run in runs
    )


def _front(result: Result, paint: Paint) -> list[str]:
    found = candidates(result.plan)
    if len(found.rows) < 2:
        return []
    columns = [*(Column(name.lower(), True) for name in found.columns), Column("")]
    rows = [
        (*(figure.text for figure in row), "chosen" if i == found.chosen else "")
        for i, row in enumerate(found.rows)
    ]
    return ["Plans considered:", *render_table(columns, rows, paint=paint).splitlines()]


def _name(result: Result, step: Step) -> str:
    first = result.layer(step.operators[0]).operator
    direction = " <-" if step.order == "descending" else ""
    return f"{step.label} {'band' if step.is_band else first}{direction}"


def _proof(result: Result, width: int) -> Iterator[str]:
    yield from wrap(certificate_words(result.plan.certificate), width)
    yield f"model SHA-256 {printable(result.model_sha256)}"
