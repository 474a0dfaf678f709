"""SignalFilterBankSquareRoot: roots of numbers of every size, and where rounding changes."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ops.same import assert_same, joined, values
from tests.ops.signals import Array, part, refusal

COUNT = 64
MODEL = joined(
    part(
        "SignalFilterBankSquareRoot",
        [("uint64", (COUNT,)), ("int32", ())],
        [("uint32", (COUNT,))],
    )
)


def roots(numbers: Any, bits: int = 0) -> list[Array]:
    return [np.array(numbers, np.uint64), np.array(bits, np.int32)]


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 99))
def test_roots_of_every_size(seed: int) -> None:
    drawn = values("uint64", (COUNT,), seed) >> np.arange(COUNT, dtype=np.uint64)
    assert_same(MODEL, [roots(drawn, bits) for bits in (0, 1, 15, 31)])


def test_where_rounding_changes() -> None:
    """A root r is rounded up from r * r + r + 1 on, but not to 2^16 below 2^32, or to 2^32."""
    sides = [0, 1, 2, 65534, 65535, 65536, 2**31, 2**32 - 1]
    near = [min(max(r * r + d, 0), 2**64 - 1) for r in sides for d in (-1, 0, r, r + 1, r + 2)]
    near += [2**32 - 1, 2**32, 2**64 - 1, 2**63]
    assert_same(MODEL, [roots(near + [7] * (COUNT - len(near)))], sanitize=True)


def test_unsupported_forms() -> None:
    op = "SignalFilterBankSquareRoot"
    two = part(op, [("uint64", (3,)), ("int32", (2,))], [("uint32", (3,))])
    assert "more than one number of bits is not supported" in refusal(two)
    signed = part(op, [("int64", (3,)), ("int32", ())], [("uint32", (3,))])
    assert "type int64 is not supported" in refusal(signed)
