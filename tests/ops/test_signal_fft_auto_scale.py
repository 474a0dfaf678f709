"""SignalFftAutoScale: how far a signal can be shifted, also with the most negative value."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.same import Part, assert_same, joined
from tests.ops.signals import part, refusal, signal


def scale(count: int, bits: str = "int32") -> Part:
    outputs = [("int16", (count,)), (bits, ())]
    return part("SignalFftAutoScale", [("int16", (count,))], outputs)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 16)), min_size=4, max_size=4))
def test_scales_as_the_reference_does(drawn: list[Any]) -> None:
    inputs = [signal("int16", (n,), n, 2.0**-bits) for n, bits in drawn]
    silence = [np.zeros_like(x) for x in inputs]
    assert_same(joined(*(scale(n) for n, _ in drawn)), [inputs, silence])


def test_the_most_negative_value() -> None:
    given_ = [[np.array(x, np.int16)] for x in ([-32768, 0], [-32768, 5], [5, -32768], [0, -32767])]
    assert_same(joined(scale(2)), given_, sanitize=True)


def test_unsupported_forms() -> None:
    assert "type int16 is not supported" in refusal(scale(2, "int16"))
    flat = part("SignalFftAutoScale", [("int16", (1, 2))], [("int16", (1, 2)), ("int32", ())])
    assert "a tensor of rank 2 is not supported" in refusal(flat)
    one = part("SignalFftAutoScale", [("int16", (2,))], [("int16", (2,))])
    assert "1 outputs is not supported" in refusal(one)
