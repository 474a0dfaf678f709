"""TRANSPOSE_CONV against the reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, T
from tests.ops.same import Array, Part, assert_same, findings, joined, values
from tests.ops.windows import (
    ACTIVATIONS,
    ZERO_POINTS,
    call,
    changed,
    floats,
    int8_weights,
    int32_bias,
    site,
    with_options,
)

FLOATS = (("float32", "float32"),)
BIASES = {"int8": "int32", "int16": "int64", "float32": "float32"}


@frozen
class Case:
    """A picture made larger. `scales` and `zeros` are those of the input and of the output."""

    dtype: str = "int8"
    x: tuple[int, int, int, int] = (1, 3, 4, 2)
    kernel: tuple[int, int] = (3, 3)
    stride: tuple[int, int] = (2, 2)
    y: tuple[int, int, int] = (6, 8, 3)
    padding: str = "SAME"
    activation: str = "NONE"
    bias: str | None = None
    scales: tuple[float, float] = (0.05, 1.0)
    zeros: tuple[int, int] = (0, 0)
    per_channel: bool = False
    seed: int = 0

    def part(self) -> Part:
        scaled = self.dtype != "float32"
        channels, batches = self.y[2], self.x[0]
        shape = (channels, *self.kernel, self.x[3])
        weights = int8_weights(shape, self.seed) if scaled else floats(shape, self.seed)
        spread = np.random.default_rng(self.seed).uniform(0.005, 0.03, channels)
        x_scale, y_scale = self.scales if scaled else (None, None)
        tensors = [
            T("shape", "int32", (4,), data=(batches, *self.y)),
            T("w", "int8" if scaled else "float32", shape, data=weights),
            T("x", self.dtype, self.x, x_scale, self.zeros[0]),
            T("y", self.dtype, (batches, *self.y), y_scale, self.zeros[1]),
        ]
        if scaled:
            scales = spread.tolist() if self.per_channel else [0.02]
            tensors[1] = evolve(tensors[1], scales=scales, zero_points=[0] * len(scales))
        if self.bias:
            tensors.append(T("b", self.bias, (channels,), data=self.biases()))
        options = {
            "padding": self.padding,
            "strideH": self.stride[0],
            "strideW": self.stride[1],
            "fusedActivationFunction": self.activation,
        }
        inputs = ["shape", "w", "x", *(["b"] if self.bias else [])]
        return Part(tensors, [N("TRANSPOSE_CONV", inputs, ["y"], options)])

    def biases(self) -> Array:
        if self.bias == "float32":
            return floats((self.y[2],), self.seed + 1)
        wide = int32_bias(self.y[2], self.seed).astype(np.int64)
        return wide // 2**16 if self.bias == "int16" else wide

    def input(self, seed: int) -> Array:
        if self.dtype == "float32":
            return floats(self.x, seed)
        return values(self.dtype, self.x, seed)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    dtype = draw(st.sampled_from(["int8", "int16", "float32"]))
    small = st.integers(1, 5)
    height, width = draw(small), draw(small)
    kernel, stride = draw(st.tuples(small, small)), draw(st.tuples(small, small))
    extra = st.integers(-2, 3)
    rows = max(1, height * stride[0] + draw(extra))
    columns = max(1, width * stride[1] + draw(extra))
    kinds = [None, BIASES[dtype], *(["int16"] if dtype == "int16" else [])]
    return Case(
        dtype,
        (draw(st.integers(1, 2)), height, width, draw(st.integers(1, 7))),
        kernel,
        stride,
        (rows, columns, draw(st.integers(1, 6))),
        draw(st.sampled_from(["SAME", "VALID"])),
        draw(st.sampled_from(ACTIVATIONS)),
        draw(st.sampled_from(kinds)),
        (0.05, draw(st.sampled_from([0.05, 0.5, 3.0, 100.0]))),
        draw(st.tuples(ZERO_POINTS, ZERO_POINTS)) if dtype == "int8" else (0, 0),
        draw(st.booleans()),
        draw(st.integers(0, 99)),
    )


def check(drawn: Sequence[Case], seeds: Sequence[int], **options: Any) -> None:
    given_ = [[case.input(seed) for case in drawn] for seed in seeds]
    assert_same(joined(*(case.part() for case in drawn)), given_, **options)


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(), min_size=1, max_size=6), st.integers(0, 99))
def test_convolves_as_the_reference_does(drawn: list[Case], seed: int) -> None:
    check(drawn, (seed, seed + 100))


def test_pictures_with_gaps_and_pictures_cut_off() -> None:
    """Windows that leave output pixels alone, or the output altogether, in every type."""
    check(
        [
            Case(dtype, kernel=kernel, stride=stride, y=y, bias=BIASES[dtype], zeros=zeros)
            for dtype, zeros in (("int8", (-128, 7)), ("int16", (0, 0)), ("float32", (0, 0)))
            for kernel, stride, y in (
                ((1, 1), (3, 3), (9, 12, 2)),
                ((5, 5), (1, 1), (3, 4, 5)),
                ((2, 3), (2, 1), (2, 3, 1)),
                ((3, 3), (2, 2), (20, 2, 4)),
            )
        ],
        (1, 2),
        sanitize=True,
    )


def test_a_zero_point_costs_a_table() -> None:
    assert call(Case().part()).params["offsets"] is None
    assert call(Case(zeros=(3, 0)).part()).params["offsets"] is not None


def test_zero_points_that_the_reference_does_not_look_at() -> None:
    check([Case("int16", zeros=(5, -9)), Case("int16", bias="int16", per_channel=True)], (1, 2))
    part = Case(zeros=(4, 2)).part()
    shifted = changed(part, "w", zero_points=[3])
    assert_same(joined(shifted), [[Case().input(1)]])


def test_a_shape_known_at_run_time_only() -> None:
    part = changed(Case().part(), "shape", data=None)
    free = Part(part.tensors, part.nodes, ("shape", "x"))
    shape = np.array([1, 6, 8, 3], np.int32)
    assert_same(joined(free), [[shape, Case().input(1)]])


@pytest.mark.parametrize("computed", ["w", "b", "wb"])
def test_operands_computed_at_run_time(computed: str) -> None:
    parts, given_ = [], []
    for dtype, bias in (("int8", "int32"), ("int16", "int64"), ("int16", "int16"), *FLOATS):
        case = Case(dtype, bias=bias, zeros=(3, -5), per_channel=bias == "int64", padding="VALID")
        case = evolve(case, zeros=case.zeros if dtype == "int8" else (0, 0))
        part = case.part()
        known = {t.name: t.data for t in part.tensors}
        for name in computed:
            part = changed(part, name, data=None)
        parts.append(evolve(part, inputs=(*computed, "x")))
        given_ += [np.asarray(known[n], _type(part, n)) for n in computed] + [case.input(1)]
    assert_same(joined(*parts), [given_], sanitize=True)


def _type(part: Part, name: str) -> str:
    return next(t.dtype for t in part.tensors if t.name == name)


def test_computed_weights_without_a_bias() -> None:
    part = Case(zeros=(-128, 0), activation="RELU6").part()
    weights = next(t.data for t in part.tensors if t.name == "w")
    free = evolve(changed(part, "w", data=None), inputs=("w", "x"))
    assert_same(joined(free), [[weights, Case().input(1)]])


def test_what_it_costs() -> None:
    found = site(Case().part())
    assert found.node.op.cost(found).macs == 3 * 4 * 2 * 9 * 3


def test_unsupported_forms() -> None:
    def refused(part: Part) -> str:
        return findings(joined(part))

    part = Case(bias="int32").part()
    assert "type int32" in refused(Case("int32").part())
    assert "type int32" in refused(Case("int16", bias="int32").part())
    assert "type int16" in refused(changed(part, "w", dtype="int16"))
    assert "between [1, 3, 4, 2] and [1, 6, 8, 4]" in refused(
        changed(part, "y", shape=(1, 6, 8, 4))
    )
    assert "a bias of 5" in refused(changed(part, "b", shape=(5,), data=np.zeros(5)))
    assert "positive size, stride" in refused(with_options(part, strideH=0))
    assert "2 scales for 3" in refused(changed(part, "w", scales=[0.1, 0.2], zero_points=[0, 0]))
    assert "no scale" in refused(Case("int16", scales=(0.0, 1.0)).part())
    assert "at most 2^14 steps" in refused(Case("int16", scales=(1.0, 1e-7)).part())
