"""SignalOverlapAdd: frames put together over several steps, int16 with sums that saturate."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.same import Part, joined
from tests.ops.signals import CODES, part, refusal, signal
from tests.ops.state_models import assert_same_steps


def overlap(dtype: str, outer: Any, frames: int, size: int, step: int) -> Part:
    given_ = [(dtype, (*outer, frames, size))]
    made = [(dtype, (*outer, max(frames * step, 1)))]
    return part("SignalOverlapAdd", given_, made, T=CODES[dtype], frame_step=step)


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_adds_as_the_reference_does(data: st.DataObject) -> None:
    parts, given_ = [], []
    for dtype in ("int16", "int16", "float32"):
        outer = data.draw(st.sampled_from([(), (1,), (2,), (2, 1)]))
        size, frames = data.draw(st.integers(1, 9)), data.draw(st.integers(1, 3))
        parts.append(overlap(dtype, outer, frames, size, data.draw(st.integers(1, size))))
        given_.append((dtype, (*outer, frames, size)))
    steps = [[signal(*g, 7 * i + n) for n, g in enumerate(given_)] for i in range(5)]
    negative = [np.full(shape, -0.0 if d == "float32" else -(2**15), d) for d, shape in given_]
    assert_same_steps(joined(*parts), [negative, *steps, negative], sanitize=True)


def test_unsupported_forms() -> None:
    assert "frame_step 4 is not supported" in refusal(overlap("int16", (), 1, 3, 4))
    assert "frame_step 0 is not supported" in refusal(overlap("int16", (), 1, 3, 0))
    made = [("int16", (3,))]
    flat = part("SignalOverlapAdd", [("int16", (3,))], made, T=7, frame_step=3)
    assert "a tensor of rank 1 is not supported" in refusal(flat)
    other = part("SignalOverlapAdd", [("int32", (1, 3))], [("int32", (3,))], T=2, frame_step=3)
    assert "option T 2 is not supported" in refusal(other)
