"""SignalIrfft: every type and factor, byte for byte; the tables are the reference's by it."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.same import Part, assert_same, joined
from tests.ops.signals import CODES, Array, part, refusal, signal, transform

OP = "SignalIrfft"
LENGTHS = (4, 6, 8, 10, 12, 16, 18, 20, 24, 30, 32, 50, 54, 64, 100, 120, 256)


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_transforms_as_the_reference_does(data: st.DataObject) -> None:
    parts: list[Part] = []
    inputs: list[Array] = []
    for dtype in CODES:
        length = data.draw(st.sampled_from(LENGTHS))
        rows = data.draw(st.sampled_from([(), (1,), (3,), (2, 2)]))
        parts.append(transform(OP, dtype, length, rows))
        loud = data.draw(st.sampled_from([1.0, 0.1, 0.001]))
        inputs.append(signal(dtype, (*rows, length + 2), data.draw(st.integers(0, 99)), loud))
    assert_same(joined(*parts), [inputs])


def test_long_ones_and_the_loudest() -> None:
    parts = [transform(OP, d, n) for d, n in (("int16", 512), ("int32", 480), ("float32", 1024))]
    shapes = [(514,), (482,), (1026,)]
    noise = signal("float32", shapes[2], 1)
    low = np.full(shapes[1], -(2**31), np.int32)
    rising, falling = (np.full(shapes[0], x, np.int16) for x in (2**15 - 1, -(2**15)))
    inputs: list[list[Array]] = [[rising, low, noise], [falling, low, noise]]
    assert_same(joined(*parts), inputs, sanitize=True)


def test_unsupported_forms() -> None:
    for length in (2, 7, 14, 0, -4, 1 << 18):
        made = part(OP, [("int16", (4,))], [("int16", (2,))], T=7, fft_length=length)
        assert f"a transform of {length} values is not supported" in refusal(made)
    other = part(OP, [("int8", (6,))], [("int8", (4,))], T=9, fft_length=4)
    assert "option T 9 is not supported" in refusal(other)
    mixed = part(OP, [("int16", (6,))], [("int16", (4,))], T=2, fft_length=4)
    assert "type int16 is not supported" in refusal(mixed)
    short = part(OP, [("int16", (4,))], [("int16", (4,))], T=7, fft_length=4)
    assert "2 frequencies of 4 values is not supported" in refusal(short)
