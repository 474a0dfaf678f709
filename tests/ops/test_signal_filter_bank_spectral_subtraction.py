"""SignalFilterBankSpectralSubtraction: the estimate of the noise over several steps."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.same import Part, joined, values
from tests.ops.signals import part, refusal
from tests.ops.state_models import assert_same_steps

OPTIONS: dict[str, Any] = {
    "alternate_one_minus_smoothing": 15401,
    "alternate_smoothing": 983,
    "clamping": False,
    "min_signal_remaining": 819,
    "num_channels": 5,
    "one_minus_smoothing": 15975,
    "smoothing": 409,
    "smoothing_bits": 10,
    "spectral_subtraction_bits": 14,
}


def subtraction(channels: int = 5, given_: int | None = None, **options: Any) -> Part:
    chosen = OPTIONS | {"num_channels": channels} | options
    made = [("uint32", (channels,))] * 2
    inputs = [("uint32", (channels if given_ is None else given_,))]
    return part("SignalFilterBankSpectralSubtraction", inputs, made, **chosen)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 2**15), min_size=5, max_size=5), st.booleans(), st.integers(0, 14))
def test_subtracts_as_the_reference_does(shares: list[int], clamping: bool, bits: int) -> None:
    names = [name for name in OPTIONS if "smoothing" in name and name != "smoothing_bits"]
    drawn: dict[str, Any] = dict(zip([*names, "min_signal_remaining"], shares, strict=True))
    model = joined(
        subtraction(clamping=clamping),
        subtraction(4, clamping=clamping, smoothing_bits=bits, **drawn),
    )
    loud = [[values("uint32", (n,), seed) for n in (5, 4)] for seed in range(3)]
    quiet = [[x >> np.uint32(14) for x in step] for step in loud]
    assert_same_steps(model, [*quiet, *loud, *quiet], sanitize=True)


def test_unsupported_forms() -> None:
    assert "num_channels 6 is not supported" in refusal(subtraction(6, 5))
    assert "smoothing_bits 32 is not supported" in refusal(subtraction(smoothing_bits=32))
    bits = refusal(subtraction(spectral_subtraction_bits=-1))
    assert "spectral_subtraction_bits -1 is not supported" in bits
    op = "SignalFilterBankSpectralSubtraction"
    signed = part(op, [("int32", (5,))], [("uint32", (5,))] * 2, **OPTIONS)
    assert "type int32 is not supported" in refusal(signed)
