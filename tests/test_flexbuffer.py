"""FlexBuffers, as the official library writes them; damaged ones are malformed, nothing else."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from flatbuffers import flexbuffers
from hypothesis import given
from hypothesis import strategies as st

from microflow.flatbuffer import Malformed
from microflow.flexbuffer import read_map
from tests.ops.custom import flexible

NUMBERS = (
    st.integers(-(2**63), 2**63 - 1) | st.floats(-(2.0**15), 2.0**15, width=16) | st.booleans()
)
VALUES = NUMBERS | st.text() | st.lists(st.integers(-(2**40), 2**40), max_size=6)
KEYS = st.text("abcXYZ_019", min_size=1)


@given(st.dictionaries(KEYS, VALUES, max_size=8))
def test_round_trip(options: dict[str, Any]) -> None:
    expected = {k: tuple(v) if isinstance(v, list) else v for k, v in options.items()}
    assert read_map(flexible(**options)) == expected


def test_vectors_of_one_type_and_of_a_fixed_length() -> None:
    builder = flexbuffers.Builder()
    with builder.Map():
        for key, data in (("two", [1, -2]), ("three", [1.5, 2.5, 3.5])):
            builder.Key(key)
            builder.FixedTypedVectorFromElements(data)
        builder.Key("many")
        builder.TypedVectorFromElements([1, 2, 300, 4, 5])
        builder.Key("indirect")
        builder.IndirectFloat(0.25)
    found = read_map(bytes(builder.Finish()))
    assert found == {
        "two": (1, -2),
        "three": (1.5, 2.5, 3.5),
        "many": (1, 2, 300, 4, 5),
        "indirect": 0.25,
    }


def test_what_is_no_map() -> None:
    builder = flexbuffers.Builder()
    builder.VectorFromElements([1, 2, 3])
    for data in (bytes(builder.Finish()), b"", b"\1\4\1"):
        with pytest.raises(Malformed):
            read_map(data)


@given(st.integers(0, 10_000), st.integers(0, 255), st.integers(0, 40))
def test_damage(place: int, byte: int, cut: int) -> None:
    data = bytearray(flexible(cycles_max=2, name="text", list=[1, 2, 300], half=0.5))
    data[place % len(data)] = byte
    for damaged in (data[cut:], data[: len(data) - cut]):
        with suppress(Malformed):
            assert isinstance(read_map(bytes(damaged)), dict)
