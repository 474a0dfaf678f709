"""SignalDelay: delays shorter and longer than a frame, over several steps."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.same import Part, joined
from tests.ops.signals import part, refusal, signal
from tests.ops.state_models import assert_same_steps


def delay(shape: Any, length: int) -> Part:
    return part("SignalDelay", [("int16", shape)], [("int16", shape)], delay_length=length)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 15)), min_size=3, max_size=3))
def test_delays_as_the_reference_does(drawn: list[Any]) -> None:
    shapes = [(size,) if i else (2, 2, size) for i, (size, _) in enumerate(drawn)]
    model = joined(*(delay(s, length) for s, (_, length) in zip(shapes, drawn, strict=True)))
    steps = [[signal("int16", s, 9 * i + n) for n, s in enumerate(shapes)] for i in range(6)]
    assert_same_steps(model, steps, sanitize=True)


def test_unsupported_forms() -> None:
    assert "delay_length -1 is not supported" in refusal(delay((3,), -1))
    assert "a scalar is not supported" in refusal(delay((), 1))
    wide = part("SignalDelay", [("int32", (3,))], [("int16", (3,))], delay_length=1)
    assert "type int32 is not supported" in refusal(wide)
