"""Places buffers in one arena so that no two live ones overlap, near the lower bound.

Buffers go one by one to the lowest free offset; what matters is the order. Several orders are
tried, then a hill climb exchanges neighbours in the best one, deterministically.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from microflow.plan.lifetimes import Buffer

CLIMB_STEPS = 400

_ORDERS: tuple[Callable[[Buffer], tuple[int, ...]], ...] = (
    lambda b: (-b.size, b.first, b.id),
    lambda b: (b.first - b.last, -b.size, b.id),
    lambda b: (b.first, -b.size, b.id),
    lambda b: (-b.last, -b.size, b.id),
)


def lower_bound(buffers: Sequence[Buffer]) -> int:
    """Returns the bytes live in the fullest step: no plan without overlap needs less.

    Every buffer starts at a multiple of the smallest alignment, so it takes whole multiples of it.
    """
    unit = min((b.alignment for b in buffers), default=1)
    sizes = {b.id: _align(b.size, unit) for b in buffers}
    steps = {b.first for b in buffers}
    return max(
        (sum(sizes[b.id] for b in buffers if b.first <= s <= b.last) for s in steps), default=0
    )


def place(buffers: Sequence[Buffer]) -> tuple[dict[int, int], int]:
    """Returns (offset of each buffer by index, bytes of the arena)."""
    bound = lower_bound(buffers)
    neighbours = {b.id: [o for o in buffers if o is not b and o.overlaps(b)] for b in buffers}
    orders = [sorted(buffers, key=key) for key in _ORDERS]
    tried = [(*_first_fit(order, neighbours), order) for order in orders]
    offsets, size, order = min(tried, key=lambda t: t[1])
    chance = random.Random(0)
    for _ in range(CLIMB_STEPS):
        if size <= bound or len(order) < 2:
            break
        candidate = list(order)
        i, j = chance.randrange(len(order)), chance.randrange(len(order))
        candidate[i], candidate[j] = candidate[j], candidate[i]
        found, needed = _first_fit(candidate, neighbours)
        if needed <= size:
            offsets, size, order = found, needed, candidate
    return offsets, size


def _first_fit(
    order: Sequence[Buffer], neighbours: dict[int, list[Buffer]]
) -> tuple[dict[int, int], int]:
    offsets: dict[int, int] = {}
    for buffer in order:
        taken = sorted(
            (offsets[n.id], offsets[n.id] + n.size)
            for n in neighbours[buffer.id]
            if n.id in offsets
        )
        offsets[buffer.id] = _lowest_gap(taken, buffer)
    return offsets, max((offsets[b.id] + _padded(b) for b in order), default=0)


def _lowest_gap(taken: Sequence[tuple[int, int]], buffer: Buffer) -> int:
    at = 0
    for start, end in taken:
        if at + buffer.size <= start:
            break
        at = max(at, _align(end, buffer.alignment))
    return at


def _padded(buffer: Buffer) -> int:
    return _align(buffer.size, buffer.alignment)


def _align(offset: int, alignment: int) -> int:
    return -(-offset // alignment) * alignment
