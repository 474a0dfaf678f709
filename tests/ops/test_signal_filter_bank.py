"""SignalFilterBank: channels that overlap, with weights of both signs and sums that wrap."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import T
from tests.ops.same import Part, assert_same, findings, joined, values
from tests.ops.signals import Array, part, refusal


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
    moving = bank(4, good)
    free = [T(t.name, t.dtype, t.shape) if t.name == "c4_" else t for t in moving.tensors]
    made = Part(free, moving.nodes, [*moving.inputs, "c4_"], moving.outputs)
    assert "widths computed at run time" in findings(joined(made))
