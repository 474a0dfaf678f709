"""SignalWindow: weighted signals, with every shift and with values that saturate."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.same import Part, assert_same, joined
from tests.ops.signals import Array, computed, part, refusal, signal


def window(shape: tuple[int, ...], weights: Array, shift: int) -> Part:
    return part("SignalWindow", [("int16", shape)], [("int16", shape)], [weights], shift=shift)


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_weighs_as_the_reference_does(data: st.DataObject) -> None:
    parts, inputs = [], []
    for _ in range(4):
        shape = (
            *data.draw(st.sampled_from([(), (1,), (3,), (2, 2)])),
            data.draw(st.integers(1, 9)),
        )
        seed = data.draw(st.integers(0, 99))
        parts.append(
            window(shape, signal("int16", shape[-1:], seed), data.draw(st.integers(0, 31)))
        )
        inputs.append(signal("int16", shape, seed + 1))
    assert_same(joined(*parts), [inputs])


def test_saturates() -> None:
    weights = np.array([-(2**15), 2**15 - 1], np.int16)
    given_ = [[np.array([a, b], np.int16)] for a in (-(2**15), 5) for b in (-(2**15), 2**15 - 1)]
    assert_same(joined(window((2,), weights, 4)), given_, sanitize=True)


@settings(max_examples=6, deadline=None)
@given(st.sampled_from([(7,), (3, 5), (2, 2, 4)]), st.integers(0, 31), st.integers(0, 99))
def test_weights_computed_at_run_time(shape: tuple[int, ...], shift: int, seed: int) -> None:
    weights, x = signal("int16", shape[-1:], seed), signal("int16", shape, seed + 1)
    model = joined(computed(window(shape, weights, shift), "c0_"))
    assert_same(model, [[x, weights], [x, -weights // 3]], sanitize=True)


def test_unsupported_forms() -> None:
    weights = np.ones(3, np.int16)
    assert "weights of shape [3] for 4 values" in refusal(window((4,), weights, 1))
    assert "weights of shape [3, 1] for 3" in refusal(window((3,), weights.reshape(3, 1), 1))
    assert "no elements is not supported" in refusal(window((3,), weights[:0], 1))
    assert "shift 32 is not supported" in refusal(window((3,), weights, 32))
    assert "shift -1 is not supported" in refusal(window((3,), weights, -1))
    assert "type int32 is not supported" in refusal(window((3,), weights.astype(np.int32), 1))
