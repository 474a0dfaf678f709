"""CUMSUM against the reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Elementwise, Rowwise, Whole
from tests.assemble import N, T, assemble
from tests.ops.same import Array, Part, assert_same, findings, joined, values
from tests.ops.windows import changed, site
from tests.run_model import compiled


@frozen
class Case:
    """Sums along `axis`; `scales` and `zeros` are those of the input and of the output."""

    dtype: str = "int8"
    shape: tuple[int, ...] = (3,)
    axis: int = 0
    exclusive: bool = False
    reverse: bool = False
    scales: tuple[float, float] = (0.5, 0.5)
    zeros: tuple[int, int] = (0, 0)

    def part(self) -> Part:
        scales = self.scales if self.dtype == "int8" else (None, None)
        tensors = [
            T("x", self.dtype, self.shape, scales[0], self.zeros[0]),
            T("axis", "int32", (1,), data=[self.axis]),
            T("y", self.dtype, self.shape, scales[1], self.zeros[1]),
        ]
        options = {"exclusive": self.exclusive, "reverse": self.reverse}
        return Part(tensors, [N("CUMSUM", ["x", "axis"], ["y"], options)])

    def input(self, seed: int) -> Array:
        drawn = values(self.dtype, self.shape, seed)
        return drawn if seed % 2 or self.dtype == "int8" else np.nan_to_num(drawn)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=5)))
    scale = st.sampled_from([0.003, 0.0471, 0.5, 1.0, 7.3])
    zero = st.sampled_from([-128, -17, 0, 5, 127])
    return Case(
        draw(st.sampled_from(["int8", "float32"])),
        shape,
        draw(st.integers(-len(shape), len(shape) - 1)),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.tuples(scale, scale)),
        draw(st.tuples(zero, zero)),
    )


def check(drawn: Sequence[Case], seeds: Sequence[int], **options: Any) -> None:
    given_ = [[case.input(seed) for case in drawn] for seed in seeds]
    assert_same(joined(*(case.part() for case in drawn)), given_, **options)


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(), min_size=1, max_size=6), st.integers(0, 99))
def test_sums_as_the_reference_does(drawn: list[Case], seed: int) -> None:
    check(drawn, (seed, seed + 1))


def test_sums_that_leave_32_bits() -> None:
    """And negative zeros, and nothing at all."""
    long = Case(shape=(60,), scales=(0.1, 4.0), zeros=(-128, 3))
    zeros = Case("float32", (2, 3), 1, reverse=True)
    given_: list[Array] = [np.full(60, 127, np.int8), np.full((2, 3), -0.0, np.float32)]
    assert_same(joined(long.part(), zeros.part()), [given_], sanitize=True)


@pytest.mark.parametrize("exclusive", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
def test_sums_of_constants(exclusive: bool, reverse: bool) -> None:
    data = np.nan_to_num(values("float32", (2, 3), 1))
    tensors = [
        T("x", "float32", (2, 3), data=data),
        T("axis", "int32", (), data=[-1]),
        *(T(name, "float32", (2, 3)) for name in "cay"),
    ]
    options = {"exclusive": exclusive, "reverse": reverse}
    nodes = [N("CUMSUM", ["x", "axis"], ["c"], options), N("ADD", ["c", "a"], ["y"])]
    built = assemble(tensors, nodes, ["a"], ["y"])
    assert len(compiled(built).graph.nodes) == 1
    assert_same(built, [[np.full((2, 3), -0.0, np.float32)]])


@pytest.mark.parametrize("axis", [0, 1, -1, -3])
def test_an_axis_known_at_run_time_only(axis: int) -> None:
    cases_ = [Case(d, (2, 3, 4), reverse=r) for d in ("int8", "float32") for r in (False, True)]
    fixed = [changed(case.part(), "axis", data=None) for case in cases_]
    free = [Part(part.tensors, part.nodes, ("x", "axis")) for part in fixed]
    named = np.array([axis], np.int32)
    given_ = [x for case in cases_ for x in (case.input(1), named)]
    assert_same(joined(*free), [given_], sanitize=True)


def test_how_elements_are_read() -> None:
    def read(axis: int, reverse: bool = False) -> Any:
        found = site(Case("int8", (1, 2, 3, 4), axis, reverse=reverse).part())
        return found.node.op.access(found).reads[0]

    assert read(-1) == Elementwise()
    assert read(-1, reverse=True) == Rowwise()
    assert read(2) == Rowwise()
    assert read(1) == Whole()


def test_unsupported_forms() -> None:
    assert "type int32" in findings(joined(Case("int32").part()))
    assert "axis 1 in 1 dimensions" in findings(joined(Case(axis=1).part()))
    assert "above 2^-19 of" in findings(joined(Case(scales=(1.0, 2.0**-20)).part()))
    assert "a scalar" in findings(joined(Case(shape=()).part()))
    two = changed(Case().part(), "axis", shape=(2,), data=[0, 0])
    assert "2 axes" in findings(joined(two))
