"""SOFTMAX against the reference: int8 exactly, float32 within its bound."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, T
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.units import units_apart
from tests.oracle import tflm, tflm_accepts
from tests.run_model import run_model

Shape = tuple[int, ...]
FLOAT_BOUND = 16  # units in the last place, as the kernel's contract states
OUTPUTS = {"int8": (1 / 256, -128), "int16": (1 / 65536, -32768), "float32": (None, 0)}


def part(
    dtype: str,
    shape: Sequence[int],
    scale: float = 0.1,
    zero_point: int = 0,
    beta: float = 1.0,
    output: tuple[float | None, int] | None = None,
) -> Part:
    """Returns a softmax to `dtype`, from float32 or int8."""
    x = T("x", "float32", shape) if dtype == "float32" else T("x", "int8", shape, scale, zero_point)
    y = T("y", dtype, shape, *(output or OUTPUTS[dtype]))
    return Part([x, y], [N("SOFTMAX", ["x"], ["y"], {"beta": beta})])


shapes = st.lists(st.integers(1, 3), max_size=4).flatmap(
    lambda outer: st.integers(1, 40).map(lambda depth: (*outer, depth))
)
parts = st.tuples(
    st.sampled_from(["int8", "int16"]),
    shapes,
    st.floats(-18, 7).map(lambda exponent: 2.0**exponent),
    st.sampled_from([-128, 0, 127]),
    st.sampled_from([0.1, 0.75, 1.0, 3.0]),
)


@settings(deadline=None, max_examples=15)
@given(st.lists(parts, min_size=1, max_size=6), st.integers(0, 99))
def test_integers(drawn: list[tuple[str, Shape, float, int, float]], seed: int) -> None:
    model = joined(*(part(*p) for p in drawn))
    sets = [[values("int8", p[1], seed + i) for p in drawn] for i in range(3)]
    assert_same(model, sets)


@pytest.mark.parametrize("dtype", ["int8", "int16"])
def test_every_difference(dtype: str) -> None:
    """In each vector of two, one element runs through all values."""
    line = np.arange(-128, 128).astype(np.int8)
    x = np.stack([line, np.full(256, 127, np.int8)], axis=1)
    drawn = [part(dtype, (256, 2), scale) for scale in (0.004, 0.0471, 0.1, 0.5, 31.0, 1e5)]
    assert_same(joined(*drawn), [[x] * len(drawn)])


def words_part(
    shape: Sequence[int],
    scale: float = 0.001,
    beta: float = 1.0,
    out: float = 1 / 32768,
    zero_point: int = 0,
) -> Part:
    """Returns a softmax from int16 to int16."""
    tensors = [T("x", "int16", shape, scale, zero_point), T("y", "int16", shape, out)]
    return Part(tensors, [N("SOFTMAX", ["x"], ["y"], {"beta": beta})])


word_parts = st.tuples(
    shapes, st.floats(-20, 0).map(lambda exponent: 2.0**exponent), st.sampled_from([0.1, 1.0, -2.0])
)


@settings(deadline=None, max_examples=8)
@given(st.lists(word_parts, min_size=1, max_size=6), st.integers(0, 99))
def test_int16(drawn: list[tuple[Shape, float, float]], seed: int) -> None:
    model = joined(*(words_part(*p) for p in drawn))
    sets = [[values("int16", p[0], seed + i) for p in drawn] for i in range(3)]
    assert_same(model, sets, sanitize=seed % 2 == 0)


def test_every_difference_of_int16() -> None:
    """Every entry of the table of exponentials is met, and many of that of reciprocals."""
    line = np.arange(-32768, 32768).astype(np.int16)
    x = np.stack([line, np.full(65536, 32767, np.int16)], axis=1)
    drawn = [words_part((65536, 2), scale) for scale in (10 / 65535, 3e-5, 0.0011, 1e-10)]
    assert_same(joined(*drawn), [[x] * len(drawn)])


def test_every_sum_of_int16() -> None:
    """Vectors of equal elements, and one of another size: the sums lie close together."""
    drawn = [words_part((8, depth), 10 / 65535) for depth in range(1, 80)]
    sizes = np.linspace(-32768, 32767, 8).astype(np.int16)[:, np.newaxis]
    x = [np.hstack([sizes, np.full((8, depth - 1), 32767)]) for depth in range(1, 80)]
    assert_same(joined(*drawn), [[part_.astype(np.int16) for part_ in x]])


def test_long_vectors_of_int16() -> None:
    equal, mixed = np.full(65535, -3, np.int16), values("int16", (65535,), 4)
    assert_same(joined(words_part((65535,))), [[equal], [mixed]])


def test_long_vectors() -> None:
    drawn = [part("int8", (400,)), part("int8", (8191,), 0.5), part("int16", (4000,))]
    equal = [np.full(400, -3, np.int8), values("int8", (8191,), 1), np.full(4000, 9, np.int8)]
    mixed = [values("int8", (400,), 2), values("int8", (8191,), 3), values("int8", (4000,), 4)]
    assert_same(joined(*drawn), [equal, mixed])


def test_shares_too_small_for_int8() -> None:
    """The reference ends the program where the exponentials' sum passes 512."""
    equal = [np.zeros(600, np.int8), np.zeros(8191, np.int8)]
    model = joined(part("int8", (600,)), part("int8", (8191,)))
    assert_outputs(model, [equal], [[np.full(600, -128, np.int8), np.full(8191, -128, np.int8)]])


def test_floats() -> None:
    shapes_ = [(1,), (2, 2), (3, 1, 10), (2, 1000)]
    drawn = [part("float32", shape, beta=beta) for shape in shapes_ for beta in (1.0, 0.3, 0.0)]
    rng = np.random.default_rng(0)
    x = [rng.normal(0, 5, shape).astype(np.float32) for shape in shapes_ for _ in range(3)]
    model = joined(*drawn)
    for made, wanted in zip(run_model(model, x), tflm(model, x), strict=True):
        assert units_apart(made, wanted) <= FLOAT_BOUND


def test_odd_floats() -> None:
    rows = [[np.nan, 1, 2], [np.inf, 1, 2], [-np.inf] * 3, [-np.inf, 0, 1], [3e38, -3e38, 0]]
    x = np.array(rows, np.float32)
    model = joined(part("float32", x.shape))
    (made,), (wanted,) = run_model(model, [x]), tflm(model, [x])
    assert units_apart(made, wanted) <= FLOAT_BOUND


def test_unsupported_forms() -> None:
    said = findings(joined(part("int8", (4,), output=(1 / 255, -128))))
    assert "an output scale of 0.00392157 with zero point -128" in said
    assert "a scale of 1/256 with zero point -128" in said
    assert "1/65536" in findings(joined(part("int16", (4,), output=(1 / 32768, 0))))
    assert "beta 0 with" in findings(joined(part("int8", (4,), beta=0.0)))
    assert "beta -1 with" in findings(joined(part("int8", (4,), beta=-1.0)))
    assert "beta nan" in findings(joined(part("float32", (4,), beta=float("nan"))))
    assert "at most 8191" in findings(joined(part("int8", (8192,))))
    assert "no vector" in findings(joined(part("float32", ())))
    assert "1/32768 with zero point 0" in findings(joined(words_part((4,), out=0.1)))
    assert "a zero point of 5 in int16" in findings(joined(words_part((4,), zero_point=5)))
    assert "at most 65535" in findings(joined(words_part((65536,))))
    assert "beta inf" in findings(joined(words_part((4,), beta=float("inf"))))
    tensors = [T("x", "int16", (4,), 0.1), T("y", "int8", (4,), 0.1)]
    narrow = findings(joined(Part(tensors, [N("SOFTMAX", ["x"], ["y"], {"beta": 1.0})])))
    assert "input of type int16 with output of type int8" in narrow


def test_an_int16_scale_may_be_slightly_off() -> None:
    near = joined(part("int16", (4,), output=(1 / 65500, -32768)))
    assert tflm_accepts(near)
    assert_same(near, [[values("int8", (4,), 0)]])
