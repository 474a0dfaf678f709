"""SignalStacker: contexts of every size over several steps, stacks compared when they are due."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.same import Part, joined
from tests.ops.signals import assert_same_when_due, part, refusal, signal


def stacker(channels: int, left: int, right: int, step: int, given_: int | None = None) -> Part:
    return part(
        "SignalStacker",
        [("int16", (channels if given_ is None else given_,))],
        [("int16", (max(channels * (left + right + 1), 1),)), ("bool", ())],
        num_channels=channels,
        stacker_left_context=left,
        stacker_right_context=right,
        stacker_step=step,
    )


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_stacks_as_the_reference_does(data: st.DataObject) -> None:
    parts, inputs = [], []
    for _ in range(3):
        channels, left, right = (data.draw(st.integers(low, 4)) for low in (1, 0, 0))
        step = data.draw(st.integers(1, left + right + 1))
        parts.append(stacker(channels, left, right, step))
        inputs.append(channels)
    steps = [[signal("int16", (n,), i + n) for n in inputs] for i in range(11)]
    assert_same_when_due(joined(*parts), steps, sanitize=True)


def test_unsupported_forms() -> None:
    assert "stacker_step 4 is not supported" in refusal(stacker(2, 1, 1, 4))
    assert "stacker_step 0 is not supported" in refusal(stacker(2, 1, 1, 0))
    assert "stacker_left_context -1 is not supported" in refusal(stacker(2, -1, 1, 1))
    assert "stacker_right_context -1 is not supported" in refusal(stacker(2, 1, -1, 1))
    assert "num_channels 2 is not supported" in refusal(stacker(2, 1, 1, 1, 3))
    wide: Any = part("SignalStacker", [("int32", (2,))], [("int16", (2,)), ("bool", ())])
    assert "type int32 is not supported" in refusal(wide)
