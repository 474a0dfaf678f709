"""BATCH_MATMUL against the reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.numerics import tflm
from tests.assemble import N, T
from tests.ops.same import Array, Part, assert_same, findings, joined, values
from tests.ops.windows import call, changed, floats, site

Shape = tuple[int, ...]


@frozen
class Case:
    """Matrices `a` times `b`, before either is transposed; `scales` and `zeros` of a, b, output."""

    dtype: str = "int8"
    a: Shape = (2, 3)
    b: Shape = (3, 4)
    adj_x: bool = False
    adj_y: bool = False
    scales: tuple[float, float, float] = (0.05, 0.03, 0.9)
    zeros: tuple[int, int, int] = (0, 0, 0)
    constant: str = ""

    def shapes(self) -> tuple[Shape, Shape, Shape]:
        batches = np.broadcast_shapes(self.a[:-2], self.b[:-2])
        return (
            _turned(self.a) if self.adj_x else self.a,
            _turned(self.b) if self.adj_y else self.b,
            (*batches, self.a[-2], self.b[-1]),
        )

    def part(self) -> Part:
        scales = self.scales if self.dtype != "float32" else (None, None, None)
        named = zip("aby", self.shapes(), scales, self.zeros, strict=True)
        tensors = [T(name, self.dtype, shape, scale, zero) for name, shape, scale, zero in named]
        node = N("BATCH_MATMUL", ["a", "b"], ["y"], {"adjX": self.adj_x, "adjY": self.adj_y})
        part = Part(tensors, [node], [name for name in "ab" if name != self.constant])
        if not self.constant:
            return part
        shape = self.shapes()["ab".index(self.constant)]
        return changed(part, self.constant, data=self.values(shape, 7))

    def inputs(self, seed: int) -> list[Array]:
        shapes = zip("ab", self.shapes(), strict=False)
        return [self.values(s, seed + len(s)) for n, s in shapes if n != self.constant]

    def values(self, shape: Shape, seed: int) -> Array:
        return floats(shape, seed) if self.dtype == "float32" else values(self.dtype, shape, seed)


def _turned(shape: Shape) -> Shape:
    return (*shape[:-2], shape[-1], shape[-2])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    rows, depth, columns = (draw(st.integers(1, 5)) for _ in range(3))
    sizes = draw(st.lists(st.integers(1, 3), max_size=3))
    spread = [draw(st.sampled_from([(s, s), (s, 1), (1, s)])) for s in sizes]
    a, b = ([pair[i] for pair in spread] for i in (0, 1))
    dtype = draw(st.sampled_from(["int8", "int16", "float32"]))
    zero = st.sampled_from([-128, -17, 0, 127] if dtype == "int8" else [0])
    gain = draw(st.sampled_from([0.1, 2.0, 50.0])) * (100 if dtype == "int16" else 1)
    return Case(
        dtype,
        (*a, rows, depth),
        (*b[draw(st.integers(0, len(b))) :], depth, columns),
        draw(st.booleans()),
        draw(st.booleans()),
        (0.05, 0.0313, 0.05 * 0.0313 * gain * 20),
        draw(st.tuples(zero, zero, zero)),
        draw(st.sampled_from(["", "a", "b"])),
    )


def check(drawn: Sequence[Case], seeds: Sequence[int], **options: Any) -> None:
    given_ = [[x for case in drawn for x in case.inputs(seed)] for seed in seeds]
    assert_same(joined(*(case.part() for case in drawn)), given_, **options)


@settings(deadline=None, max_examples=12)
@given(st.lists(cases(), min_size=1, max_size=6), st.integers(0, 99))
def test_multiplies_as_the_reference_does(drawn: list[Case], seed: int) -> None:
    check(drawn, (seed, seed + 100))


def test_every_way_to_transpose() -> None:
    forms = [
        Case(dtype, (2, 1, 4, 5), (3, 5, 6), x, y, zeros=zeros, constant=constant)
        for dtype, zeros in (("int8", (3, -5, 7)), ("int16", (0, 0, 0)), ("float32", (0, 0, 0)))
        for x in (False, True)
        for y in (False, True)
        for constant in ("", "b")
    ]
    check(forms, (1, 2), sanitize=True)


@pytest.mark.parametrize("constant", ["", "b"])
def test_sums_at_the_limits(constant: str) -> None:
    """Long sums of the largest products, and of numbers that are none."""
    eight = Case("int8", (3, 40), (40, 2), scales=(1.0, 1.0, 1e4), zeros=(-128, 127, 5))
    sixteen = Case("int16", (3, 40), (40, 2), scales=(1.0, 1.0, 2e6))
    single = Case("float32", (3, 4), (4, 2))
    forms = [evolve(case, constant=constant) for case in (eight, sixteen, single)]
    made = [np.full(s, np.iinfo(c.dtype).min) for c in forms[:2] for s in (c.a, c.b)]
    odd = [np.full((3, 4), -0.0), np.array([[3e38, -np.inf]] * 4)]
    twice = [case for case in forms for _ in "ab"]
    operands = [x.astype(c.dtype) for c, x in zip(twice, [*made, *odd], strict=True)]
    parts = [case.part() for case in forms]
    if constant:
        parts = [changed(p, "b", data=x) for p, x in zip(parts, operands[1::2], strict=True)]
        operands = operands[::2]
    assert_same(joined(*parts), [operands], sanitize=True)


def test_factors_have_double_precision() -> None:
    """Scales whose product, rounded to single precision, would give another multiplier."""
    drawn = []
    for s, t, gain in np.random.default_rng(0).uniform(0.1, 1, (4000, 3)).astype(np.float32):
        y = float(np.float32(gain * 3e4))
        exact, rounded = (
            tflm.reduced_multiplier(tflm.quantised_multiplier(product / y)[0])
            for product in (float(s) * float(t), float(s * t))
        )
        if exact != rounded:
            drawn.append(Case("int16", (30, 1), (1, 30), scales=(float(s), float(t), y)))
    check(drawn, (1,))


def test_rows_that_meet_a_constant_matrix_are_dense() -> None:
    assert call(Case(constant="b").part()).kernel == "fully_connected_s8"
    assert call(Case("float32", (5, 2, 3), (1, 3, 4), constant="b").part()).kernel == (
        "fully_connected_f32"
    )
    for other in (
        Case("int16", constant="b"),
        Case(constant="a"),
        Case(b=(2, 3, 4), constant="b"),
        Case(adj_x=True, constant="b"),
    ):
        assert call(other.part()).kernel.startswith("batch_matmul")


def test_what_it_costs() -> None:
    found = site(Case(a=(5, 2, 3), b=(3, 4), adj_x=True).part())
    assert found.node.op.cost(found).macs == 5 * 2 * 3 * 4


def test_unsupported_forms() -> None:
    def refused(**fields: Any) -> str:
        return findings(joined(evolve(Case(), **fields).part()))

    assert "type int32" in refused(dtype="int32")
    assert "zero point of 3" in refused(dtype="int16", zeros=(0, 3, 0))
    assert "no scale" in refused(dtype="int16", scales=(0.0, 1.0, 1.0))
    assert "rank 6" in refused(a=(1, 1, 1, 1, 2, 3))
    assert "at most 2^14 steps" in refused(dtype="int16", scales=(1.0, 1.0, 1e-6))
    assert "3 columns times 5 rows" in refused(b=(5, 4))
    part = changed(Case(a=(2, 2, 3)).part(), "b", shape=(3, 3, 4))
    assert "broadcasting matrices of [2, 2, 3]" in findings(joined(part))
    mixed = changed(Case().part(), "b", dtype="int16")
    assert "input of type int16" in findings(joined(mixed))
