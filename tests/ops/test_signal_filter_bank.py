"""SignalFilterBank: channels that overlap, with weights of both signs and sums that wrap."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.same import Part, assert_same, joined, values
from tests.ops.signals import Array, computed, part, refusal
from tests.run_model import run_model, run_model_many


def bank(size: int, tables: list[Array], channels: int | None = None) -> Part:
    count = len(tables[4]) - 1 if channels is None else channels
    made = [("uint64", (max(count, 1),))]
    return part("SignalFilterBank", [("uint32", (size,))], made, tables, num_channels=count)


def drawn_tables(size: int, channels: int, seed: int) -> list[Array]:
    """Returns the five tables of a bank whose channels begin anywhere."""
    rng = np.random.default_rng(seed)
    widths = rng.integers(0, size + 1, channels + 1)
    first = [rng.integers(0, size - w + 1) for w in widths]
    at = [rng.integers(0, 2 * size - w + 1) for w in widths]
    weights, unweights = values("int16", (2 * size,), seed), values("int16", (2 * size,), seed + 1)
    return [weights, unweights, *(np.array(t, np.int16) for t in (first, at, widths))]


@settings(max_examples=8, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 12), st.integers(1, 5), st.integers(0, 99)),
        min_size=3,
        max_size=3,
    )
)
def test_sums_as_the_reference_does(drawn: list[Any]) -> None:
    parts = [bank(size, drawn_tables(size, channels, seed)) for size, channels, seed in drawn]
    inputs = [values("uint32", (size,), seed) for size, _, seed in drawn]
    assert_same(joined(*parts), [inputs], sanitize=True)


TABLES = [f"c{i}_" for i in range(5)]


@settings(max_examples=6, deadline=None)
@given(
    st.integers(1, 12),
    st.integers(1, 5),
    st.integers(0, 99),
    st.sampled_from([TABLES, TABLES[:1], TABLES[2:], TABLES[4:]]),
)
def test_tables_computed_at_run_time(size: int, channels: int, seed: int, names: list[str]) -> None:
    x, tables = values("uint32", (size,), seed), drawn_tables(size, channels, seed)
    moving = [tables[TABLES.index(name)] for name in names]
    model = joined(computed(bank(size, tables), *names))
    assert_same(model, [[x, *moving]], sanitize=True)


def test_channels_outside_at_run_time_have_no_energy() -> None:
    """The reference reads beyond the end; a width below 0 is none for it too."""
    tables = drawn_tables(4, 2, 1)
    tables[4][:] = 4, -3, 2
    tables[2][:] = 0, -5, 1
    tables[3][:] = 1, 9, 2
    x = values("uint32", (4,), 3)
    model = joined(computed(bank(4, tables), *TABLES))
    assert_same(model, [[x, *tables]])
    (nothing,) = run_model(model, [x, *tables[:4], np.array([0, 0, 0], np.int16)])
    outside = [(2, 3), (2, -1), (3, 7), (3, -1), (4, 5), (4, 32767)]
    steps = []
    for table, value in outside:
        changed = [t.copy() for t in tables]
        changed[4][:] = 2, 2, 2
        changed[2][:] = 1
        changed[table][:] = value
        steps.append([x, *changed])
    for (made,) in run_model_many(model, steps, sanitize=True):
        assert made.tobytes() == nothing.tobytes() == bytes(16)


def test_unsupported_forms() -> None:
    good = drawn_tables(4, 2, 1)
    assert not refusal(bank(4, good))

    def changed(table: int, entry: int, value: int) -> str:
        tables = [t.copy() for t in good]
        tables[table][entry] = value
        return refusal(bank(4, tables))

    assert "channel 1 outside the input or the weights" in changed(2, 1, 5)
    assert "channel 2 outside the input or the weights" in changed(3, 2, 9)
    assert "channel 0 outside the input or the weights" in changed(2, 0, -1)
    assert "channel 0 outside the input or the weights" in changed(4, 0, 5)
    assert "3, 3 and 3 entries for 3 channels" in refusal(bank(4, good, 3))
    assert "num_channels 0 is not supported" in refusal(bank(4, good, 0))
    wide = [good[0].astype(np.int32), *good[1:]]
    assert "type int32 is not supported" in refusal(bank(4, wide))
    assert "3, 3 and 3 entries for 3" in refusal(computed(bank(4, good, 3), "c4_"))
