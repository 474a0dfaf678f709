"""Differences of tensors: what counts as equal, and how far numbers are apart."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.verify.difference import FAR, Array, beyond, compare_output, differing, ulps

_NAN = float("nan")
_BITS = st.integers(0, 2**32 - 1)


def _floats(*values: float) -> Array:
    return np.array(values, np.float32)


def _of_bits(bits: int) -> Array:
    return np.frombuffer(struct.pack("<I", bits), np.float32)


@settings(max_examples=200)
@given(_BITS, _BITS)
def test_floats_are_equal_if_their_bits_are_or_both_are_nan(a: int, b: int) -> None:
    x, y = _of_bits(a), _of_bits(b)
    equal = a == b or bool(np.isnan(x).all() and np.isnan(y).all())
    assert differing(x, y).any() != equal
    assert not differing(x, x).any()


@settings(max_examples=200)
@given(_BITS, st.integers(0, 40))
def test_a_unit_in_the_last_place_is_the_step_to_the_next_float(bits: int, steps: int) -> None:
    start = _of_bits(bits)
    if np.isnan(start).any():
        return
    end = start
    for _ in range(steps):
        following = np.nextafter(end, np.float32(np.inf))
        end = end if np.isinf(following).any() else following
    distance = int(ulps(start, end)[0])
    assert distance == int(ulps(end, start)[0]) <= steps
    assert not differing(start, end, steps + 1).any()
    assert (
        distance == steps or np.isinf(np.nextafter(end, np.float32(np.inf))).any() or distance == 0
    )


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [
        (0.0, -0.0, 0),
        (_NAN, -_NAN, 0),
        (_NAN, 1.0, FAR),
        (1.0, 1.0 + 2**-23, 1),
        (-1e-45, 1e-45, 2),
    ],
)
def test_distances(a: float, b: float, distance: int) -> None:
    assert ulps(_floats(a), _floats(b))[0] == distance


def test_zeros_of_other_sign_are_other_bytes() -> None:
    assert differing(_floats(0.0), _floats(-0.0)).all()
    assert not differing(_floats(0.0), _floats(-0.0), 1).any()


def test_the_largest_difference_is_counted_in_the_tensors_own_steps() -> None:
    ours, theirs = np.array([-128, 5, 7], np.int8), np.array([127, 5, 6], np.int8)
    made = compare_output("y", ours, theirs)
    assert (made.name, made.elements, made.differing, made.max_difference) == ("y", 3, 2, 255.0)
    assert compare_output("y", _floats(1, 2), _floats(1, 2.5)).max_difference == 0.5


@pytest.mark.parametrize("odd", [_NAN, float("inf"), float("-inf")])
def test_no_difference_is_given_against_what_is_no_number(odd: float) -> None:
    made = compare_output("y", _floats(odd, 1), _floats(0, 1))
    assert (made.differing, made.max_difference) == (1, None)
    assert compare_output("y", _floats(odd), _floats(odd)).max_difference == 0.0


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.int64, np.uint64])
def test_a_tolerance_counts_steps_of_integers_of_any_width(dtype: type) -> None:
    limits = np.iinfo(dtype)
    ours: Array = np.array([limits.min, limits.max, 5, 5, 5], dtype)
    expected: Array = np.array([limits.max, limits.min, 6, 3, 2], dtype)
    assert beyond(ours, expected, 2).tolist() == [True, True, False, False, True]
    assert beyond(ours, expected, 0).all()


def test_a_tolerance_is_not_for_floats() -> None:
    one = np.array([1.0, np.nan], np.float32)
    assert beyond(one, np.array([1.5, np.nan], np.float32), 2).tolist() == [True, False]
