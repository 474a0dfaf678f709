"""SignalEnergy: squared magnitudes of a part of a spectrum, and zeros outside it."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.same import Part, assert_same, joined
from tests.ops.signals import part, refusal, signal
from tests.run_model import run_model


def energy(count: int, first: int, end: int, outputs: int | None = None) -> Part:
    made = [("uint32", (count if outputs is None else outputs,))]
    given_ = [("int16", (2 * count,))]
    return part("SignalEnergy", given_, made, start_index=first, end_index=end)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 99)), min_size=3, max_size=3))
def test_squares_as_the_reference_does(drawn: list[Any]) -> None:
    inputs = [signal("int16", (2 * n,), seed) for n, seed in drawn]
    inputs[0][:2] = -32768
    assert_same(joined(*(energy(n, 0, n) for n, _ in drawn)), [inputs], sanitize=True)


def test_a_part() -> None:
    x = np.arange(12, dtype=np.int16)
    (made,) = run_model(joined(energy(6, 2, 4)), [x])
    assert made.tolist() == [0, 0, 4 * 4 + 5 * 5, 6 * 6 + 7 * 7, 0, 0]


def test_unsupported_forms() -> None:
    assert "end_index 7 is not supported" in refusal(energy(6, 0, 7))
    assert "end_index 6 is not supported" in refusal(energy(6, 0, 6, 5))
    assert "start_index 3 is not supported" in refusal(energy(6, 3, 2))
    assert "start_index -1 is not supported" in refusal(energy(6, -1, 2))
    wide: Any = part("SignalEnergy", [("int32", (2,))], [("uint32", (1,))], end_index=1)
    assert "type int32 is not supported" in refusal(wide)
