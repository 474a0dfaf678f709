"""L2_NORMALIZATION against the reference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, T
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.unary import Quantised, floats

Shape = tuple[int, ...]
OUT = (1 / 128, 0)


def part(
    dtype: str,
    shape: Sequence[int],
    x: Quantised = (None, 0),
    y: Quantised = (None, 0),
    activation: str = "NONE",
) -> Part:
    tensors = [T("x", dtype, shape, *x), T("y", dtype, shape, *y)]
    node = N("L2_NORMALIZATION", ["x"], ["y"], {"fusedActivationFunction": activation})
    return Part(tensors, [node])


shapes = st.lists(st.integers(1, 3), max_size=3).flatmap(
    lambda outer: st.integers(1, 40).map(lambda depth: (*outer, depth))
)
zeros = st.sampled_from([-128, -3, 0, 127])


@settings(deadline=None, max_examples=10)
@given(st.lists(st.tuples(shapes, zeros), min_size=1, max_size=6), st.integers(0, 99))
def test_int8(drawn: list[tuple[Shape, int]], seed: int) -> None:
    made = (part("int8", shape, (0.1, zero), OUT) for shape, zero in drawn)
    sets = [[values("int8", shape, seed + i) for shape, _ in drawn] for i in range(3)]
    assert_same(joined(*made), sets, sanitize=seed % 3 == 0)


def test_every_pair_of_int8_values() -> None:
    line = np.arange(-128, 128).astype(np.int8)
    pairs = np.stack(np.meshgrid(line, line), axis=-1)
    drawn = [part("int8", (256, 256, 2), (0.1, zero), (0.5, 9)) for zero in (0, 100)]
    assert_same(joined(*drawn), [[pairs] * 2])


def test_vectors_of_zeros_and_ones() -> None:
    x = np.array([[0, 0, 0], [1, 0, 0], [0, -1, 0], [1, 1, 0], [127, -128, 127]], np.int8)
    assert_same(joined(part("int8", x.shape, (0.1, 0), OUT)), [[x]])


def test_long_vectors() -> None:
    """From 33026 squares on, their sum may pass 32 bits."""
    x = [values("int8", (33000,), 0), np.full(33000, -128, np.int8)]
    assert_same(joined(part("int8", (33000,), (0.1, 127), OUT)), [[x[0]], [x[1]]])


def test_floats() -> None:
    x = floats(0, 300)[: 13 * 24].reshape(-1, 3, 8)
    tiny = np.array([[0, 0, 0], [1e-7, 0, 0], [-1e-6, 1e-30, 0], [3e38, 1, 0]], np.float32)
    model = joined(part("float32", x.shape), part("float32", tiny.shape))
    assert_same(model, [[x, tiny]])


def test_above_the_references_rank() -> None:
    x = np.array([[[[[3, 4]]]]], np.float32)
    wanted = np.array([[[[[0.6, 0.8]]]]], np.float32)
    assert_outputs(joined(part("float32", x.shape)), [[x]], [[wanted]])


def test_unsupported_forms() -> None:
    assert "type int16" in findings(joined(part("int16", (4,), (0.1, 0), OUT)))
    assert "no scale" in findings(joined(part("int8", (4,))))
    assert "no vector" in findings(joined(part("float32", ())))
    assert "fused activation RELU" in findings(joined(part("float32", (4,), activation="RELU")))
