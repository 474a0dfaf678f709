"""SignalPCAN: gains from the whole table, and the compression on both sides of its bend."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.same import Part, assert_same, joined, values
from tests.ops.signals import Array, computed, part, refusal

COUNT = 64


def pcan(gains: Array, shift: int, count: int = COUNT, noises: int | None = None) -> Part:
    given_ = [("uint32", (count,)), ("uint32", (count if noises is None else noises,))]
    return part("SignalPCAN", given_, [("uint32", (count,))], [gains], snr_shift=shift)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 99), st.integers(0, 63))
def test_amplifies_as_the_reference_does(seed: int, shift: int) -> None:
    """Noises of every number of bits, with gains of any sign."""
    sizes = np.arange(COUNT, dtype=np.uint32) // 2
    noise, x = (values("uint32", (COUNT,), s) for s in (seed, seed + 1))
    gains, low = values("int16", (125,), seed), values("int16", (125,), seed) >> 8
    model = joined(pcan(gains, shift), pcan(low, 6))
    assert_same(model, [[x, noise >> sizes, x >> sizes, noise >> sizes]], sanitize=True)


def test_small_noises() -> None:
    gains = np.arange(1000, 1125, dtype=np.int16)
    noise = np.arange(COUNT, dtype=np.uint32)
    assert_same(joined(pcan(gains, 6)), [[noise * 50, noise]])


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 99), st.integers(0, 63))
def test_gains_computed_at_run_time(seed: int, shift: int) -> None:
    sizes = np.arange(COUNT, dtype=np.uint32) // 2
    noise, x = (values("uint32", (COUNT,), s) >> sizes for s in (seed, seed + 1))
    gains = values("int16", (125,), seed)
    model = joined(computed(pcan(gains, shift), "c0_"))
    assert_same(model, [[x, noise, gains], [noise, x, gains >> 8]], sanitize=True)


def test_unsupported_forms() -> None:
    gains = np.ones(125, np.int16)
    assert "a table of 124 gains is not supported" in refusal(pcan(gains[:124], 6))
    assert "snr_shift 64 is not supported" in refusal(pcan(gains, 64))
    assert "another number of noises" in refusal(pcan(gains, 6, noises=3))
    assert "type int32 is not supported" in refusal(pcan(gains.astype(np.int32), 6))
