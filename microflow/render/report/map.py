"""The map of memory over time as rectangles: steps from left to right, addresses upwards.

Horizontal places are shares of the width, so that the map fills whatever room it has; vertical
ones are pixels. Text is never scaled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from attrs import frozen

from microflow.render.report.facts import Buffer, Result, Ring, Step
from microflow.render.report.labels import Label, Text, box_label, from_width, least_width
from microflow.render.report.memory import Shared, peak, shared, storage
from microflow.render.report.numbers import binary, grouped, pixels, place, ticks
from microflow.render.report.scale import AXIS, LINE, TOP, Scale, scale_of
from microflow.render.report.words import buffer_words, ring_words, step_words

_MANY, _VERY_MANY = 40, 100  # steps
_CAPITALS = 1.2  # how much wider they are than other letters


@frozen
class Box:
    """A rectangle with what is said of it. A ring's `core` is where it is filled and read."""

    id: str
    style: str
    x: str
    y: str
    width: str
    height: str
    label: Label | None = None
    words: tuple[str, ...] = ()
    core: tuple[str, str] | None = None  # x and width, of the rectangle's


@frozen
class Column:
    """A step, or what is before or after the run."""

    style: str
    x: str
    width: str
    middle: str
    label: Text
    mark: str
    words: tuple[str, ...]
    name: Text | None = None  # of the operator, where there is room


@frozen
class Tick:
    """An address on the axis."""

    y: str
    label: str
    style: str


@frozen
class Peak:
    """Where most is in use: an edge of the step, and on which side of it the words stand."""

    x: str
    anchor: str
    label: str


@frozen
class MemoryMap:
    """All there is to draw."""

    height: int
    least_width: int
    plot_top: int
    axis: int
    columns: tuple[Column, ...]
    boxes: tuple[Box, ...]
    rings: tuple[Box, ...]
    shared: tuple[Box, ...]
    ticks: tuple[Tick, ...]
    bound: str
    peak: Peak

    @property
    def column_height(self) -> int:
        """The pixels of a step's column: the arena, and the axis under it."""
        return self.height - self.plot_top

    @property
    def descending(self) -> bool:
        """Tells whether a step is marked as writing its pixels in descending order."""
        return any(column.mark for column in self.columns)


def memory_map(result: Result, prefix: str) -> MemoryMap:
    """Returns the map of a plan; `prefix` begins the ids of its rectangles."""
    plan, scale = result.plan, scale_of(result)
    sharing = tuple(shared(plan))
    fullest, amount = peak(plan)
    return MemoryMap(
        height=TOP + scale.height + AXIS,
        least_width=round(scale.width * scale.column),
        plot_top=TOP,
        axis=TOP + scale.height,
        columns=tuple(_columns(result, scale, fullest)),
        boxes=tuple(_boxes(result, scale, prefix, sharing)),
        rings=tuple(_rings(result, scale, prefix)),
        shared=tuple(_shared(sharing, scale, prefix)),
        ticks=tuple(_ticks(result, scale)),
        bound=pixels(scale.y(plan.lower_bound)),
        peak=_peak(scale, fullest, amount),
    )


def in_order(buffers: Sequence[Buffer]) -> list[Buffer]:
    """Returns buffers as they come into use, those of one step from below."""
    return sorted(buffers, key=lambda b: (b.first_step, b.offset, b.last_step, b.name))


def buffer_id(prefix: str, number: int) -> str:
    """Returns the id of buffer `number`, as they are in order."""
    return f"{prefix}-buffer-{number}"


def ring_id(prefix: str, step: Step, number: int) -> str:
    """Returns the id of ring `number` of a step."""
    return f"{prefix}-ring-{step.step}-{number}"


def _columns(result: Result, scale: Scale, fullest: int) -> Iterator[Column]:
    steps = result.plan.steps
    yield _border(scale, -1, "in", "before the run: the inputs are filled")
    for step in steps:
        x, width = scale.across(step.step, step.step)
        style = "band" if step.is_band else ""
        mark = "←" if step.order == "descending" else ""
        yield Column(
            style=f"{style} peak".strip() if step.step == fullest else style,
            x=x,
            width=width,
            middle=_middle(scale, step.step),
            label=_index(step, len(steps)),
            mark=mark,
            name=None if step.is_band else _name(result, step, mark, scale),
            words=tuple(step_words(result, step)),
        )
    yield _border(scale, len(steps), "out", "after the run: the outputs are read")


def _name(result: Result, step: Step, mark: str, scale: Scale) -> Text | None:
    name = f"{mark} {result.layer(step.operators[0]).operator}".strip()
    least = least_width(name, 1, scale, _CAPITALS)
    return None if least is None else Text(0, name, from_width(least))


def _index(step: Step, count: int) -> Text:
    """The label of a step; of many steps most are left out on paper, of very many everywhere."""
    fine = not step.is_band and step.operators[0] % 5 != 0
    label = "" if fine and count > _VERY_MANY else step.label
    return Text(0, label, "fine" if fine and count > _MANY else "")


def _border(scale: Scale, step: int, label: str, words: str) -> Column:
    x, width = scale.across(step, step)
    return Column("border", x, width, _middle(scale, step), Text(0, label), "", (words,))


def _middle(scale: Scale, step: int) -> str:
    return place((scale.edges[step] + scale.edges[step + 1]) / 2, scale.width)


def _boxes(result: Result, scale: Scale, prefix: str, sharing: Sequence[Shared]) -> Iterator[Box]:
    for number, buffer in enumerate(in_order(result.plan.buffers)):
        x, width = scale.across(buffer.first_step, buffer.last_step)
        y, height = scale.upright(buffer.offset, buffer.bytes)
        yield Box(
            id=buffer_id(prefix, number),
            style=buffer.kind,
            x=x,
            y=y,
            width=width,
            height=height,
            label=None if buffer.kind == "band" else _buffer_label(buffer, scale, sharing),
            words=tuple(buffer_words(result, buffer, sharing)),
        )


def _buffer_label(buffer: Buffer, scale: Scale, sharing: Sequence[Shared]) -> Label | None:
    start = scale.edges[buffer.first_step]
    return box_label(
        buffer.name,
        buffer.bytes,
        start,
        _free(buffer, 1, scale, sharing) - start,
        _free(buffer, 2, scale, sharing) - start,
        scale,
    )


def _free(buffer: Buffer, lines: int, scale: Scale, sharing: Sequence[Shared]) -> float:
    """Where the upper lines of a rectangle end: at what is drawn over them, or with it."""
    lowest = buffer.end - lines * LINE * scale.top / scale.height
    others = [both.other(buffer) for both in sharing if buffer in both.both]
    covering = [o.first_step for o in others if o.end > lowest and o.first_step > buffer.first_step]
    return min([scale.edges[buffer.last_step + 1], *(scale.edges[step] for step in covering)])


def _rings(result: Result, scale: Scale, prefix: str) -> Iterator[Box]:
    for step in result.plan.steps:
        for number, ring in enumerate(step.rings):
            x, width = scale.across(step.step, step.step)
            y, height = scale.upright(ring.offset, ring.bytes)
            first, last = _users(result, step, ring)
            start, count = scale.edges[step.step] + first, last + 1 - first
            yield Box(
                id=ring_id(prefix, step, number),
                style="ring",
                x=x,
                y=y,
                width=width,
                height=height,
                label=box_label(ring.name, ring.bytes, start, count, count, scale),
                words=tuple(ring_words(result, step, ring)),
                core=(place(first, len(step.operators)), place(count, len(step.operators))),
            )


def _users(result: Result, step: Step, ring: Ring) -> tuple[int, int]:
    """The first and the last of a band's operators that fill or read a ring."""
    homes, layers = storage(result), [result.layer(index) for index in step.operators]
    used = [
        i
        for i, layer in enumerate(layers)
        if any(homes[t.tensor] == ring.tensor for t in (*layer.inputs, *layer.outputs))
    ]
    return (used[0], used[-1]) if used else (0, len(layers) - 1)


def _shared(sharing: Sequence[Shared], scale: Scale, prefix: str) -> Iterator[Box]:
    for number, both in enumerate(sharing):
        x, width = scale.across(both.first_step, both.last_step)
        y, height = scale.upright(both.offset, both.bytes)
        yield Box(f"{prefix}-shared-{number}", "shared", x, y, width, height)


def _ticks(result: Result, scale: Scale) -> Iterator[Tick]:
    plan = result.plan
    fixed = {plan.arena_bytes: "arena", plan.lower_bound: "bound"}
    if plan.arena_bytes == plan.lower_bound:
        fixed = {plan.arena_bytes: "arena"}
    for address in ticks(scale.top):
        if all(abs(scale.y(address) - scale.y(other)) >= LINE for other in fixed):
            yield Tick(pixels(scale.y(address)), binary(address) if address else "0", "")
    places = [(scale.y(address), address, style) for address, style in fixed.items()]
    apart = all(abs(b[0] - a[0]) >= LINE for a, b in pairwise(sorted(places)))
    for y, address, style in places if apart else places[:1]:
        yield Tick(pixels(y), grouped(address), style)


def _peak(scale: Scale, step: int, amount: int) -> Peak:
    left, right = scale.edges[step], scale.edges[step + 1]
    label = f"peak {grouped(amount)}"
    if left + right < scale.width:
        return Peak(place(left, scale.width), "start", label)
    return Peak(place(right, scale.width), "end", label)
