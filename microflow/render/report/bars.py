"""Needs as bars: what is needed, of what there is."""

from __future__ import annotations

from attrs import frozen

from microflow.render.report.needs import Need
from microflow.render.report.numbers import grouped, percent, place


@frozen
class Stripe:
    """A part of a bar."""

    x: str
    width: str
    style: str


@frozen
class Share:
    """How much of a limit is needed: `limit` is whose it is, `of` how much there is."""

    share: str
    limit: str
    of: str


@frozen
class Bar:
    """A need in words and as stripes. The bar's end is the tightest limit, or what exceeds it."""

    name: str
    amount: str
    unit: str
    over: bool
    filled: float | None  # of the tightest limit; None where there is none
    stripes: tuple[Stripe, ...]
    excess: Stripe | None
    made_of: str
    shares: tuple[Share, ...]


def bar(need: Need) -> Bar:
    """Returns the bar of `need`."""
    full = max(need.amount, need.tightest or 0)
    return Bar(
        name=need.name,
        amount=_marked(need.amount, need.estimated),
        unit=need.unit,
        over=need.over,
        filled=None if need.tightest is None else need.amount / full,
        stripes=_stripes(need, full),
        excess=_excess(need, full),
        made_of=_made_of(need),
        shares=_shares(need),
    )


def _stripes(need: Need, full: float) -> tuple[Stripe, ...]:
    found, start = [], 0.0
    for part in need.parts:
        style = "estimated" if part.estimated else "exact"
        found.append(Stripe(place(start, full), place(part.amount, full), style))
        start += part.amount
    return tuple(found)


def _excess(need: Need, full: float) -> Stripe | None:
    """What is beyond the limit."""
    if not need.over or need.tightest is None:
        return None
    return Stripe(place(need.tightest, full), place(full - need.tightest, full), "excess")


def _made_of(need: Need) -> str:
    parts = [f"{p.name} {_marked(p.amount, p.estimated)}" for p in need.parts]
    return " + ".join(parts) if len(parts) > 1 else ""


def _shares(need: Need) -> tuple[Share, ...]:
    unit = "" if need.unit == "bytes" else f" {need.unit}"
    return tuple(
        Share(percent(need.amount, limit.amount), limit.name, f"{grouped(limit.amount)}{unit}")
        for limit in need.limits
    )


def _marked(amount: float, estimated: bool) -> str:
    return f"{'~' if estimated else ''}{grouped(amount)}"
