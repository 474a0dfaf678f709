"""SignalFilterBankLog: logarithms of numbers in every segment of the table."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.same import Part, assert_same, joined, values
from tests.ops.signals import part, refusal


def logarithm(count: int, bits: int, scale: int) -> Part:
    made = [("int16", (count,))]
    options: Any = {"input_correction_bits": bits, "output_scale": scale}
    return part("SignalFilterBankLog", [("uint32", (count,))], made, **options)


def test_every_entry_of_the_table() -> None:
    """The largest scale that does not saturate tells the entries apart."""
    fine = np.array([(1 << 20) + (i << 13) + d for i in range(128) for d in (0, 4095)], np.uint32)
    coarse = np.arange(256, dtype=np.uint32)
    model = joined(logarithm(256, 0, 2000), logarithm(256, 0, 2000))
    assert_same(model, [[fine, coarse]], sanitize=True)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 99), st.integers(0, 31), st.sampled_from([1, 64, 70000, -1]))
def test_takes_logarithms_as_the_reference_does(seed: int, bits: int, scale: int) -> None:
    x = values("uint32", (64,), seed) >> np.arange(64, dtype=np.uint32) // 2
    assert_same(joined(logarithm(64, bits, 64), logarithm(64, 3, scale)), [[x, x]])


def test_unsupported_forms() -> None:
    assert "input_correction_bits 32 is not supported" in refusal(logarithm(4, 32, 64))
    assert "input_correction_bits -1 is not supported" in refusal(logarithm(4, -1, 64))
    wide: Any = part("SignalFilterBankLog", [("uint64", (4,))], [("int16", (4,))])
    assert "type uint64 is not supported" in refusal(wide)
