"""MEAN against the reference: every set of axes, with and without the reduced dimensions."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.ops import mean
from tests.assemble import N, T
from tests.ops import reductions
from tests.ops.reductions import quantised, shaped
from tests.ops.same import Part, assert_same, findings, joined, values
from tests.ops.windows import call

part = partial(reductions.part, "MEAN")


quantised_means = st.tuples(st.sampled_from(["int8", "int16"]), shaped(), quantised())


@settings(deadline=None, max_examples=15)
@given(st.lists(quantised_means, min_size=2, max_size=6), st.integers(0, 99))
def test_integers_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    built = joined(*(part(dtype, *form, *scales) for dtype, form, scales in drawn))
    vectors = [[values(dtype, form[0], seed + i) for dtype, form, _ in drawn] for i in range(3)]
    assert_same(built, vectors)


def test_memory_is_read_and_written_within_bounds() -> None:
    shape = (2, 3, 4, 5)
    dtypes = ["int8", "int16", "float32"]
    built = joined(*(part(dtype, shape, [1, 2]) for dtype in dtypes))
    assert_same(built, [[values(dtype, shape, 4) for dtype in dtypes]], sanitize=True)


def test_pixels_with_the_dsp_extension() -> None:
    """Four channels at a time, of more pixels than 16 bits can sum up."""
    shapes = [(2, 3, 4, 9), (1, 21, 20, 6), (300, 3)]
    forms = zip(shapes, ([1, 2], [1, 2], [0]), strict=True)
    built = joined(*(part("int8", shape, axes) for shape, axes in forms))
    vectors = [[np.full(shape, v, np.int8) for shape in shapes] for v in (-128, 127)]
    vectors.append([values("int8", shape, 4) for shape in shapes])
    assert_same(built, vectors, isa=("dsp",), sanitize=True)


@settings(deadline=None, max_examples=10)
@given(st.lists(shaped(), min_size=1, max_size=5), st.integers(0, 99))
def test_float32_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    built = joined(*(part("float32", *form) for form in drawn))
    vectors = [[values("float32", form[0], seed + i) for form in drawn] for i in range(3)]
    assert_same(built, vectors)


@pytest.mark.parametrize("dtype", ["int8", "float32"])
def test_forms_that_only_the_file_can_state(dtype: str) -> None:
    reductions.check_stated_forms("MEAN", dtype)


def test_large_sums_keep_their_order_and_precision() -> None:
    built = joined(
        part("float32", (1, 48, 48, 3), [1, 2], keep=True),
        part("int8", (1, 48, 48, 3), [2, 1], keep=True, x=(0.7, -128), y=(0.7, -128)),
        part("int8", (1, 48, 48, 3), [1, 2], x=(0.7, 127), y=(0.011, -128)),
    )
    rng = np.random.default_rng(1)
    picture = (1, 48, 48, 3)
    floats = (rng.random(picture) * 10.0 ** rng.integers(-6, 6, picture)).astype(np.float32)
    small = np.full(picture, -128, np.int8)
    assert_same(built, [[floats, values("int8", picture, 2), small]])


def test_multiplier_keeps_the_references_remainder() -> None:
    assert mean.mean_multiplier(1.0, 1) == (1 << 30, 1)
    assert mean.mean_multiplier(1.0, 3) == ((1 << 31) // 3, 0)
    assert mean.mean_multiplier(0.5, 48) == ((1 << 35) // 48, -5)
    assert mean.mean_multiplier(2.0**-31, 1024) == ((1 << 31) // 1024, -31)  # no further left


@pytest.mark.parametrize(
    ("shape", "axes", "sums"),
    [
        ((1, 4, 3, 5), [1, 2], 5),
        ((1, 4, 3, 5), [1], 15),
        ((1, 4, 3, 5), [-1, 2, 1, 0], 1),
        ((2, 4, 3), [0], 12),
        ((4, 1, 1, 5), [0, 2], 5),
        ((2, 4, 3, 5), [1, 2], 0),
        ((1, 4, 3, 5), [2], 0),
        ((1, 4, 3, 5), [1, 3], 0),
    ],
)
def test_sums_where_leading_dimensions_are_averaged(
    shape: tuple[int, ...], axes: list[int], sums: int
) -> None:
    for dtype in ("int8", "float32"):
        made = call(part(dtype, shape, axes))
        assert (made.sums, made.piece) == (sums, max(sums, 1))


def test_unsupported_forms() -> None:
    def said(*case: Any, **form: Any) -> str:
        return findings(joined(part(*case, **form)))

    assert "type int32 is not supported" in said("int32", (2, 3), [1])
    assert "axis outside 2 dimensions" in said("float32", (2, 3), [2], new=(2,))
    assert "axis outside 2 dimensions" in said("float32", (2, 3), [-3], new=(2,))
    assert said("float32", (2, 3, 2, 3, 2), [0, 2, 4]) == ""
    assert "should have shape [2]" in said("float32", (2, 3), [1], new=(3,))
    at_run_time = Part(
        [T("x", "float32", (2,)), T("a", "int32", (1,)), T("y", "float32", ())],
        [N("MEAN", ["x", "a"], ["y"])],
        ["x", "a"],
    )
    assert "axes computed at run time" in findings(joined(at_run_time))
