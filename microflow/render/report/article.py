"""One model on one target as a part of the page: everything that is printed, decided beforehand."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.render.report.bars import Bar, bar
from microflow.render.report.facts import Buffer, Result, Ring, Step
from microflow.render.report.front import Candidates, Figure, Front, candidates, front
from microflow.render.report.layers import Layers, layers
from microflow.render.report.map import MemoryMap, buffer_id, in_order, memory_map, ring_id
from microflow.render.report.memory import shared, tenants
from microflow.render.report.needs import fits, margin, needs, verdict
from microflow.render.report.numbers import grouped
from microflow.render.report.words import (
    KINDS,
    certificate_words,
    life,
    meta_words,
    plan_words,
    ring_size,
    span,
)

SUMMARY = {  # headings of the index, and the figures under them
    "RAM": "ram_bytes",
    "Flash": "flash_bytes",
    "Stack": "stack_bytes",
    "Arena": "arena_bytes",
    "MACs": "macs",
}


@frozen
class BufferRow:
    """A line of the table of buffers; `id` is its rectangle's."""

    id: str
    name: str
    style: str
    kind: str
    form: str
    bytes: str
    size: int
    place: str
    offset: int
    life: str
    first: int


@frozen
class Port:
    """An input or an output."""

    kind: str
    name: str
    form: str


@frozen
class Article:
    """A result, ready to be printed."""

    id: str
    result: Result
    meta: tuple[str, ...]
    ports: tuple[Port, ...]
    verdict: str
    fits: bool
    bars: tuple[Bar, ...]
    note: str
    summary: tuple[Figure, ...]
    plan: tuple[str, ...]
    map: MemoryMap
    legend: tuple[tuple[str, str], ...]
    layers: Layers
    buffers: tuple[BufferRow, ...]
    front: Front | None
    candidates: Candidates
    certificate: str


def article(result: Result, prefix: str) -> Article:
    """Returns what the page says of `result`; `prefix` begins the ids of its parts."""
    plan = result.plan
    return Article(
        id=prefix,
        result=result,
        meta=tuple(meta_words(result)),
        ports=tuple(_ports(result)),
        verdict=verdict(result),
        fits=fits(result),
        bars=tuple(map(bar, needs(result))),
        note=_note(result),
        summary=tuple(_figure(result, key) for key in SUMMARY.values()),
        plan=tuple(plan_words(result)),
        map=memory_map(result, prefix),
        legend=tuple(_legend(result)),
        layers=layers(result),
        buffers=tuple(_buffers(result, prefix)),
        front=front(plan),
        candidates=candidates(plan),
        certificate=certificate_words(plan.certificate),
    )


def _figure(result: Result, key: str) -> Figure:
    number = getattr(result, key)
    return Figure(number, f"{'~' if key in result.estimated else ''}{grouped(number)}")


def _note(result: Result) -> str:
    """What is to be known of the bars."""
    estimates = margin(result)
    lighter = f"{estimates}. They are the lighter parts." if estimates else ""
    limits = any(need.limits for need in needs(result))
    ends = "A bar ends at the tightest limit, or beyond it." if limits else ""
    return " ".join(filter(None, (lighter, ends)))


def _ports(result: Result) -> Iterator[Port]:
    for kind, tensors in (("input", result.inputs), ("output", result.outputs)):
        yield from (Port(kind, t.name, f"{t.type} {t.form}") for t in tensors)


def _legend(result: Result) -> Iterator[tuple[str, str]]:
    """The kinds of rectangles that are there, with their names."""
    there = {b.kind for b in result.plan.buffers}
    there |= {"ring" for step in result.plan.steps if step.rings}
    yield from ((kind, name) for kind, name in KINDS.items() if kind in there)
    if any(shared(result.plan)):
        yield "shared", "shared bytes: written where reading is done"


def _buffers(result: Result, prefix: str) -> list[BufferRow]:
    """All buffers as they come into use, rings behind the buffers of their step."""
    buffers = enumerate(in_order(result.plan.buffers))
    rows = [_buffer(result, buffer, buffer_id(prefix, number)) for number, buffer in buffers]
    for step in result.plan.steps:
        rings = enumerate(step.rings)
        rows += [_ring(result, step, ring, ring_id(prefix, step, number)) for number, ring in rings]
    return sorted(rows, key=lambda row: row.first)


def _buffer(result: Result, buffer: Buffer, name: str) -> BufferRow:
    forms = dict.fromkeys(f"{t.type} {t.form}" for t in tenants(result, buffer))
    return BufferRow(
        id=name,
        name=buffer.name,
        style=buffer.kind,
        kind=KINDS[buffer.kind],
        form=" = ".join(forms),
        bytes=grouped(buffer.bytes),
        size=buffer.bytes,
        place=span(buffer.offset, buffer.bytes),
        offset=buffer.offset,
        life=life(result, buffer),
        first=buffer.first_step,
    )


def _ring(result: Result, step: Step, ring: Ring, name: str) -> BufferRow:
    return BufferRow(
        id=name,
        name=ring.name,
        style="ring",
        kind=KINDS["ring"],
        form=ring_size(ring),
        bytes=grouped(ring.bytes),
        size=ring.bytes,
        place=span(ring.offset, ring.bytes),
        offset=ring.offset,
        life=f"in band {step.label}",
        first=step.step,
    )
