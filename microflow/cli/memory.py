"""What ``check`` and ``build`` say of each memory of a target, for all of its models together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from microflow.analysis import Analysis
    from microflow.rules.memory import Taker, Use
    from microflow.targets import Target


def sized_data(analysis: Analysis) -> list[dict[str, Any]]:
    """Returns the figures of each result, with what all models of its target take together."""
    from microflow.render.json import memory_data, result_data

    memories = {t.name: memory_data(analysis.memory(t)) for t in _targets(analysis)}
    return [{**result_data(r), "memories": memories[r.target.name]} for r in analysis.results]


def memory_table(analysis: Analysis) -> str:
    """Returns a line for each memory in use, where models share a target or it has more memories.

    Otherwise "": the figures of the one model say it all.
    """
    from microflow.render.tables import Column, render_table

    names = [result.target.name for result in analysis.results]
    shown = [t for t in _targets(analysis) if t.memories or names.count(t.name) > 1]
    if not shown:
        return ""
    columns = [Column("target"), Column("memory"), Column("taken", True), Column("of", True)]
    columns.append(Column("by"))
    rows = [_row(t, use) for t in shown for use in analysis.memory(t) if use.takers]
    return "\n" + render_table(columns, rows)


def _targets(analysis: Analysis) -> list[Target]:
    return list({result.target.name: result.target for result in analysis.results}.values())


def _row(target: Target, use: Use) -> list[str]:
    from microflow.render.tables import thousands

    size = "-" if use.region.size is None else thousands(use.region.size)
    mark = "~" if any(taker.estimated for taker in use.takers) else ""
    takers = ", ".join(map(_taker, use.takers))
    return [target.name, use.region.name, mark + thousands(use.bytes), size, takers]


def _taker(taker: Taker) -> str:
    from microflow.render.tables import thousands

    mark = "~" if taker.estimated else ""
    whose = f"arena {taker.arena}" if taker.arena else taker.what
    return f"{whose} of {', '.join(taker.models)} {mark}{thousands(taker.bytes)}"
