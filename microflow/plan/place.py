"""Places buffers in one arena near the lower bound.

Live buffers lie apart, but for the output of a step, which may overlap operands that die in it at
safe distances. Buffers go one by one to the lowest offset that is allowed; what matters is the
order. Several orders are tried, then a hill climb exchanges two in the best one, deterministically.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from attrs import define, frozen

from microflow.plan.distance import Distances
from microflow.plan.lifetimes import Buffer
from microflow.plan.steps import stride
from microflow.plan.tasks import padded

CLIMB_STEPS = 400
NOWHERE: Mapping[int, int] = MappingProxyType({})

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
    """A buffer that is live together with another, which may lie `beside` it at these distances.

    Where one of the two is made from the other, which dies, they may overlap: it is the `output`.
    """

    id: int
    size: int
    output: Buffer | None
    beside: tuple[int, ...]


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
    widest = max((b.alignment for b in ordered), default=1)
    limit = sum(padded(b.size, widest) for b in ordered) + 1  # one behind the other, in any order
    tried = [(*_first_fit(o, known, limit), o) for o in (sorted(ordered, key=k) for k in _ORDERS)]
    offsets, size, order = min(tried, key=lambda t: t[1])
    chance = random.Random(0)
    for _ in range(CLIMB_STEPS):
        if size <= known.bound or len(order) < 2:
            break
        candidate = list(order)
        i, j = chance.randrange(len(order)), chance.randrange(len(order))
        candidate[i], candidate[j] = candidate[j], candidate[i]
        same = {b.id: offsets[b.id] for b in order[: min(i, j)]}
        found, needed = _first_fit(candidate, known, size, same)
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
    beside = (other.size, -_room(buffer))
    for operand, near in operands.get(buffer.id, ()):
        if operand is other:
            return _Neighbour(other.id, other.size, buffer, (*beside, *_overlapping(near, 1)))
    for operand, near in operands.get(other.id, ()):
        if operand is buffer:
            return _Neighbour(other.id, other.size, other, (*beside, *_overlapping(near, -1)))
    return _Neighbour(other.id, other.size, None, beside)


def _overlapping(near: Distances, towards: int) -> Iterator[int]:
    """The least safe distances; the output goes below its operand, or `towards` the other way."""
    if near.below is not None:
        yield -towards * stride(near.below, near.unit)
    if near.above is not None:
        yield towards * stride(near.above, near.unit)


def _first_fit(
    order: Sequence[Buffer], known: _Map, limit: int, placed: Mapping[int, int] = NOWHERE
) -> tuple[dict[int, int], int]:
    """Places in `order`; gives up where more than `limit` bytes are needed.

    Those that are `placed` already are the first ones of `order`.
    """
    offsets = dict(placed)
    first = len(placed)
    size = max((offsets[b.id] + _room(b) for b in order[:first]), default=0)
    for buffer in order[first:]:
        beside = known.neighbours[buffer.id]
        around = [(start, n) for n in beside if (start := offsets.get(n.id)) is not None]
        room = _room(buffer)
        for at in _candidates(buffer, around, limit - room):
            offsets[buffer.id] = at
            if _allowed(buffer, around, offsets, known):
                size = max(size, at + room)
                break
        else:
            return offsets, limit + 1
    return offsets, size


def _room(buffer: Buffer) -> int:
    return padded(buffer.size, buffer.alignment)


def _candidates(buffer: Buffer, around: Sequence[tuple[int, _Neighbour]], limit: int) -> list[int]:
    """Every offset at which the buffer just touches another, or overlaps it as far as is safe."""
    touching = (at + beside for at, neighbour in around for beside in neighbour.beside)
    found = {padded(offset, buffer.alignment) for offset in touching if 0 <= offset <= limit}
    return sorted(offset for offset in found | {0} if offset <= limit)


def _allowed(
    buffer: Buffer,
    around: Sequence[tuple[int, _Neighbour]],
    offsets: Mapping[int, int],
    known: _Map,
) -> bool:
    at = offsets[buffer.id]
    end = at + buffer.size
    for start, neighbour in around:
        if end <= start or start + neighbour.size <= at:
            continue
        output = neighbour.output
        if output is None or not safe_orders(output, known.operands[output.id], offsets):
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
