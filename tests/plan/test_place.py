"""Buffers in one arena: no live ones overlap, and little is wasted."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.plan.lifetimes import Buffer
from microflow.plan.place import lower_bound, place

from .draw import buffer_sets


@settings(max_examples=50, deadline=None)
@given(buffer_sets())
def test_live_buffers_never_overlap(buffers: tuple[Buffer, ...]) -> None:
    offsets, size = place(buffers)
    assert set(offsets) == {b.id for b in buffers}
    for buffer in buffers:
        assert offsets[buffer.id] >= 0
        assert offsets[buffer.id] % buffer.alignment == 0
        assert offsets[buffer.id] + buffer.size <= size
    for a, b in combinations(buffers, 2):
        together = max(a.first, b.first) <= min(a.last, b.last)
        apart = offsets[a.id] + a.size <= offsets[b.id] or offsets[b.id] + b.size <= offsets[a.id]
        assert apart or not together or 0 in (a.size, b.size), (a, b)


@settings(max_examples=50, deadline=None)
@given(buffer_sets(), st.randoms(use_true_random=False))
def test_placing_is_deterministic_and_ignores_the_order_of_the_buffers(
    buffers: tuple[Buffer, ...], chance: Random
) -> None:
    shuffled = list(buffers)
    chance.shuffle(shuffled)
    assert place(buffers) == place(buffers) == place(shuffled)


@settings(max_examples=50, deadline=None)
@given(buffer_sets())
def test_the_lower_bound_is_the_fullest_step(buffers: tuple[Buffer, ...]) -> None:
    unit = min((b.alignment for b in buffers), default=4)
    words = [-(-b.size // unit) * unit for b in buffers]
    steps = [
        sum(w for b, w in zip(buffers, words, strict=True) if b.first <= step <= b.last)
        for step in range(-1, 14)
    ]
    bound = lower_bound(buffers)
    assert bound == max(steps)
    assert bound <= place(buffers)[1] <= sum(-(-b.size // 8) * 8 for b in buffers)


def test_a_small_buffer_fits_behind_one_of_wider_alignment() -> None:
    """Alignment matters where a buffer starts, not where it ends."""
    buffers = (Buffer(0, "a", 1, 8, 0, 0), Buffer(1, "b", 1, 4, 0, 0))
    assert lower_bound(buffers) <= place(buffers)[1]


def _chain(*sizes: int) -> tuple[Buffer, ...]:
    """Each step reads one buffer and writes the next."""
    return tuple(Buffer(i, f"t{i}", size, 4, i - 1, i) for i, size in enumerate(sizes))


@pytest.mark.parametrize(
    "buffers",
    [
        _chain(9216, 18432, 18432, 36864, 9216, 18432, 18432, 18432, 4608, 9216, 2304, 256, 2),
        _chain(1960, 4000, 4000, 4, 4),
        _chain(3072, 16384, 16384, 16384, 8192, 8192, 4096, 64, 10),
        (*_chain(400, 800, 800, 200), Buffer(9, "skipped", 300, 4, 0, 3)),
    ],
)
def test_usual_shapes_of_networks_reach_the_lower_bound(buffers: tuple[Buffer, ...]) -> None:
    assert place(buffers)[1] == lower_bound(buffers)


def test_nothing_to_place_takes_nothing() -> None:
    assert place(()) == ({}, 0)
