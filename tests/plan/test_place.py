"""Buffers in one arena: live ones overlap only where it is safe, and little is wasted."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.plan.distance import Distances
from microflow.plan.lifetimes import Buffer
from microflow.plan.place import live_bytes, place, safe_orders

from .cases import Case, cases
from .draw import buffer_sets

Near = Mapping[tuple[int, int], Distances]


@st.composite
def _overlapping(draw: st.DrawFn) -> tuple[tuple[Buffer, ...], Near]:
    """Buffers, and safe distances of some that are handed over from step to step."""
    buffers = draw(buffer_sets())
    near = {}
    for operand in buffers:
        made = [b for b in buffers if operand.first < b.first == operand.last]
        for output in made[:1]:
            least = st.one_of(st.none(), st.integers(0, 200))
            unit = draw(st.sampled_from((1, 1, 3, 8)))
            near[operand.id, output.id] = Distances(draw(least), draw(least), unit)
    return buffers, near


@settings(max_examples=50, deadline=None)
@given(_overlapping())
def test_live_buffers_overlap_only_at_safe_distances(
    drawn: tuple[tuple[Buffer, ...], Near],
) -> None:
    buffers, near = drawn
    offsets, size = place(buffers, near)
    assert set(offsets) == {b.id for b in buffers}
    for buffer in buffers:
        assert offsets[buffer.id] >= 0
        assert offsets[buffer.id] % buffer.alignment == 0
        assert offsets[buffer.id] + buffer.size <= size
    for a, b in combinations(buffers, 2):
        if _together(a, b) and not _apart(a, b, offsets):
            assert (a.id, b.id) in near or (b.id, a.id) in near
    _check_orders(buffers, near, offsets)


def _together(a: Buffer, b: Buffer) -> bool:
    return max(a.first, b.first) <= min(a.last, b.last)


def _apart(a: Buffer, b: Buffer, offsets: Mapping[int, int]) -> bool:
    apart = offsets[a.id] + a.size <= offsets[b.id] or offsets[b.id] + b.size <= offsets[a.id]
    return apart or 0 in (a.size, b.size)


def _check_orders(buffers: tuple[Buffer, ...], near: Near, offsets: Mapping[int, int]) -> None:
    """All operands that an output overlaps are read in time in one and the same order."""
    by_id = {b.id: b for b in buffers}
    for output in buffers:
        over = [
            (by_id[o], d)
            for (o, made), d in near.items()
            if made == output.id and not _apart(by_id[o], output, offsets)
        ]
        ways = [d.orders(offsets[output.id], offsets[o.id]) for o, d in over]
        assert frozenset({1, -1}).intersection(*ways)
        assert safe_orders(output, over, offsets) == frozenset({1, -1}).intersection(*ways)


@settings(max_examples=50, deadline=None)
@given(_overlapping(), st.randoms(use_true_random=False))
def test_placing_is_deterministic_and_ignores_the_order_of_the_buffers(
    drawn: tuple[tuple[Buffer, ...], Near], chance: Random
) -> None:
    buffers, near = drawn
    shuffled = list(buffers)
    chance.shuffle(shuffled)
    assert place(buffers, near) == place(buffers, near) == place(shuffled, near)


@settings(max_examples=50, deadline=None)
@given(buffer_sets())
def test_without_overlap_the_fullest_step_is_the_lower_bound(buffers: tuple[Buffer, ...]) -> None:
    unit = min((b.alignment for b in buffers), default=4)
    words = [-(-b.size // unit) * unit for b in buffers]
    steps = [
        sum(w for b, w in zip(buffers, words, strict=True) if b.first <= step <= b.last)
        for step in range(-1, 14)
    ]
    bound = live_bytes(buffers)
    assert bound == max(steps)
    assert bound <= place(buffers)[1] <= sum(-(-b.size // 8) * 8 for b in buffers)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_no_plan_is_below_its_lower_bound(case: Case) -> None:
    assert case.plan.lower_bound <= case.plan.arena_bytes
    ends = [case.plan.offsets[b.id] + b.size for b in case.plan.buffers]
    assert max(ends, default=0) <= case.plan.arena_bytes < max(ends, default=0) + 8


def test_a_small_buffer_fits_behind_one_of_wider_alignment() -> None:
    """Alignment matters where a buffer starts, not where it ends."""
    buffers = (Buffer(0, "a", 1, 8, 0, 0), Buffer(1, "b", 1, 4, 0, 0))
    assert live_bytes(buffers) <= place(buffers)[1]


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
    assert place(buffers)[1] == live_bytes(buffers)


def test_a_chain_in_place_takes_its_largest_buffer() -> None:
    buffers = _chain(400, 800, 800, 200)
    near = {(i, i + 1): Distances(0, None) for i in range(3)}
    assert place(buffers, near, bound=800)[1] == 800
    near = {(i, i + 1): Distances(40, 16) for i in range(3)}
    assert place(buffers, near, bound=816)[1] == 816


def test_operands_that_an_output_overlaps_agree_on_the_order() -> None:
    """One may lie below the output, the other above; both would need another order."""
    a, b, made = (Buffer(i, "", 64, 4, 0, 1) for i in range(3))
    down, up = Distances(8, None), Distances(None, 8)
    assert safe_orders(made, [(a, down)], {0: 8, 2: 0}) == {1}
    assert safe_orders(made, [(b, up)], {1: 0, 2: 8}) == {-1}
    assert safe_orders(made, [(a, down), (b, up)], {0: 88, 1: 0, 2: 40}) == frozenset()
    assert safe_orders(made, [(a, down), (b, up)], {0: 88, 1: 200, 2: 40}) == {1}
    assert safe_orders(made, [(a, down)], {2: 40}) == {1, -1}


@pytest.mark.parametrize("chance", range(6))
def test_small_sets_are_placed_as_well_as_any_order_of_first_fit(chance: int) -> None:
    buffers = _small(Random(chance))
    best = min(_first_fit(order) for order in permutations(buffers))
    assert live_bytes(buffers) <= place(buffers)[1] <= best


def _small(chance: Random) -> tuple[Buffer, ...]:
    spans = [sorted(chance.choices(range(5), k=2)) for _ in range(6)]
    return tuple(
        Buffer(i, f"b{i}", 4 * chance.randint(1, 30), 4, *span) for i, span in enumerate(spans)
    )


def _first_fit(order: tuple[Buffer, ...]) -> int:
    placed: dict[int, int] = {}
    for buffer in order:
        others = [o for o in order if o.id in placed and _together(o, buffer)]
        starts = sorted([0, *(placed[o.id] + o.size for o in others)])
        placed[buffer.id] = next(
            at for at in starts if all(_apart(o, buffer, {**placed, buffer.id: at}) for o in others)
        )
    return max(placed[b.id] + b.size for b in order)


def test_nothing_to_place_takes_nothing() -> None:
    assert place(()) == ({}, 0)


def test_alignments_may_leave_gaps_whatever_the_order() -> None:
    buffers = [Buffer(2, "a", 1, 4, 0, 0), Buffer(3, "b", 1, 8, 0, 0)]
    assert place(buffers) == ({2: 4, 3: 0}, 8)
