"""SignalFramer: overlapping frames over several steps, those compared that are due."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.same import Part, joined
from tests.ops.signals import assert_same_when_due, part, refusal, signal


def framer(outer: Any, frames: int, size: int, step: int, prefill: bool) -> Part:
    return part(
        "SignalFramer",
        [("int16", (*outer, frames * step))],
        [("int16", (*outer, frames, max(size, 1))), ("bool", ())],
        frame_size=size,
        frame_step=step,
        prefill=prefill,
    )


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_frames_as_the_reference_does(data: st.DataObject) -> None:
    parts, shapes = [], []
    for _ in range(3):
        prefill = data.draw(st.booleans())
        outer = data.draw(st.sampled_from([(), (1,), (2,), (2, 1)]))
        step, frames = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 3))
        size = data.draw(st.integers(step if prefill else 1, 13))
        parts.append(framer(outer, frames, size, step, prefill))
        shapes.append((*outer, frames * step))
    steps = [[signal("int16", s, 10 * i + n) for n, s in enumerate(shapes)] for i in range(9)]
    assert_same_when_due(joined(*parts), steps)


def test_a_microphone() -> None:
    model = joined(framer((1,), 1, 480, 320, True), framer((1,), 2, 400, 160, False))
    steps = [[signal("int16", (1, 320), i), signal("int16", (1, 320), -i % 97)] for i in range(5)]
    assert_same_when_due(model, steps, sanitize=True)


def test_unsupported_forms() -> None:
    assert "frame_size 2 is not supported" in refusal(framer((), 1, 2, 3, True))
    assert "frame_size 0 is not supported" in refusal(framer((), 1, 0, 3, False))

    def long(length: int, step: int, rank: int = 1) -> str:
        options: Any = {"frame_size": 4, "frame_step": step, "prefill": False}
        shape = (length,) * rank
        made = [("int16", (1, 4)), ("bool", ())]
        return refusal(part("SignalFramer", [("int16", shape)], made, **options))

    assert "frame_step 0 is not supported" in long(4, 0)
    assert "frame_step 5 is not supported" in long(4, 5)
    assert "4 values in steps of 3 is not supported" in long(4, 3)
    assert "a scalar is not supported" in long(4, 4, 0)
    assert "should have shape [2, 4]" in long(4, 2)
    wide = part("SignalFramer", [("int32", (4,))], [("int32", (1, 4)), ("bool", ())], frame_step=4)
    assert "type int32 is not supported" in refusal(wide)
