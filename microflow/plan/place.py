"""Places buffers in one arena near the lower bound.

Live buffers lie apart, but for the output of a step, which may overlap operands that die in it at
safe distances. Buffers go one by one to the lowest offset that is allowed; what matters is the
order. Several orders are tried, then a hill climb exchanges two in the best one, deterministically.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import define, frozen

from microflow.plan.distance import Distances
from microflow.plan.lifetimes import Buffer
from microflow.plan.steps import stride
from microflow.plan.tasks import padded

CLIMB_STEPS = 400

Pair = tuple[int, int]  # an operand and the output of the step in which it dies
Near = Mapping[Pair, Distances]

_ORDERS: tuple[Callable[[Buffer], tuple[int, ...]], ...] = (
    lambda b: (-b.size, b.first, b.id),
    lambda b: (b.first - b.last, -b.size, b.id),
    lambda b: (b.first, -b.size, b.id),
    lambda b: (-b.last, -b.size, b.id),
)


def live_bytes(buffers: Sequence[Buffer]) -> int:
    """Returns the bytes live in the fullest step: no plan without overlap needs less.

    Every buffer starts at a multiple of the smallest alignment, so it takes whole multiples of it.
    """
    unit = min((b.alignment for b in buffers), default=1)
    sizes = {b.id: padded(b.size, unit) for b in buffers}
    steps = {b.first for b in buffers}
    return max(
        (sum(sizes[b.id] for b in buffers if b.first <= s <= b.last) for s in steps), default=0
    )


@frozen
class _Neighbour:
    """A buffer that is live together with another, and how the two may overlap.

    `output_of` is set where the other is its operand, `operand_of` where it is the other's.
    """

    buffer: Buffer
    distances: Distances | None
    is_operand: bool


@define
class _Map:
    """What every try needs: neighbours by buffer, and the pairs by their output."""

    neighbours: dict[int, list[_Neighbour]]
    operands: dict[int, list[tuple[Buffer, Distances]]]
    bound: int


def place(
    buffers: Sequence[Buffer], near: Near | None = None, bound: int | None = None
) -> tuple[dict[int, int], int]:
    """Returns (offset of each buffer by index, bytes of the arena).

    `near` gives the safe distances of an operand and the output of the step in which it dies. The
    search ends where `bound` is reached, which is that of plans without overlap by default.
    """
    ordered = sorted(buffers, key=lambda b: b.id)
    known = _map(ordered, near or {}, live_bytes(ordered) if bound is None else bound)
    limit = sum(padded(b.size, b.alignment) for b in ordered) + 1
    tried = [(*_first_fit(o, known, limit), o) for o in (sorted(ordered, key=k) for k in _ORDERS)]
    offsets, size, order = min(tried, key=lambda t: t[1])
    chance = random.Random(0)
    for _ in range(CLIMB_STEPS):
        if size <= known.bound or len(order) < 2:
            break
        candidate = list(order)
        i, j = chance.randrange(len(order)), chance.randrange(len(order))
        candidate[i], candidate[j] = candidate[j], candidate[i]
        found, needed = _first_fit(candidate, known, size)
        if needed <= size:
            offsets, size, order = found, needed, candidate
    return offsets, size


def _map(buffers: Sequence[Buffer], near: Near, bound: int) -> _Map:
    by_id = {b.id: b for b in buffers}
    operands: dict[int, list[tuple[Buffer, Distances]]] = {}
    for (operand, output), distances in near.items():
        if by_id[operand].last == by_id[output].first:
            operands.setdefault(output, []).append((by_id[operand], distances))
    neighbours: dict[int, list[_Neighbour]] = {b.id: [] for b in buffers}
    alive: list[Buffer] = []
    for buffer in sorted(buffers, key=lambda b: b.first):
        alive = [b for b in alive if b.last >= buffer.first]
        for other in alive:
            neighbours[buffer.id].append(_neighbour(buffer, other, operands))
            neighbours[other.id].append(_neighbour(other, buffer, operands))
        alive.append(buffer)
    return _Map(neighbours, operands, bound)


def _neighbour(
    buffer: Buffer, other: Buffer, operands: Mapping[int, list[tuple[Buffer, Distances]]]
) -> _Neighbour:
    """`other` as a neighbour of `buffer`."""
    for operand, distances in operands.get(buffer.id, ()):
        if operand is other:
            return _Neighbour(other, distances, is_operand=True)
    for operand, distances in operands.get(other.id, ()):
        if operand is buffer:
            return _Neighbour(other, distances, is_operand=False)
    return _Neighbour(other, None, is_operand=False)


def _first_fit(order: Sequence[Buffer], known: _Map, limit: int) -> tuple[dict[int, int], int]:
    """Places in `order`; gives up where more than `limit` bytes are needed."""
    offsets: dict[int, int] = {}
    size = 0
    for buffer in order:
        around = [n for n in known.neighbours[buffer.id] if n.buffer.id in offsets]
        room = padded(buffer.size, buffer.alignment)
        for at in sorted(set(_candidates(buffer, around, offsets))):
            if at + room > limit:
                return offsets, limit + 1
            if _allowed(buffer, at, around, offsets, known):
                offsets[buffer.id] = at
                size = max(size, at + room)
                break
    return offsets, size


def _candidates(
    buffer: Buffer, around: Sequence[_Neighbour], offsets: Mapping[int, int]
) -> Iterator[int]:
    """Every offset at which the buffer just touches another, or overlaps it as far as is safe."""
    yield 0
    for neighbour in around:
        at, size = offsets[neighbour.buffer.id], neighbour.buffer.size
        found = [at + size, at - padded(buffer.size, buffer.alignment)]
        if neighbour.distances is not None:
            found += _overlapping(neighbour, at)
        yield from (padded(o, buffer.alignment) for o in found if o >= 0)


def _overlapping(neighbour: _Neighbour, at: int) -> Iterator[int]:
    near = neighbour.distances
    assert near is not None
    towards = 1 if neighbour.is_operand else -1  # the output goes below its operand
    if near.below is not None:
        yield at - towards * stride(near.below, near.unit)
    if near.above is not None:
        yield at + towards * stride(near.above, near.unit)


def _allowed(
    buffer: Buffer,
    at: int,
    around: Sequence[_Neighbour],
    offsets: Mapping[int, int],
    known: _Map,
) -> bool:
    end = at + buffer.size
    for neighbour in around:
        other = neighbour.buffer
        start = offsets[other.id]
        if end <= start or start + other.size <= at:
            continue
        if neighbour.distances is None:
            return False
        output = buffer if neighbour.is_operand else other
        if not safe_orders(output, known.operands[output.id], {**offsets, buffer.id: at}):
            return False
    return True


def safe_orders(
    output: Buffer,
    operands: Sequence[tuple[Buffer, Distances]],
    offsets: Mapping[int, int],
) -> frozenset[int]:
    """Returns the orders (1 ascending, -1 descending) in which `output` may be written.

    Operands that it overlaps must agree; those that have no offset yet are left out.
    """
    orders = frozenset((1, -1))
    place = offsets[output.id]
    for operand, distances in operands:
        start = offsets.get(operand.id)
        if start is None or start + operand.size <= place or place + output.size <= start:
            continue
        orders &= distances.orders(place, start)
    return orders
