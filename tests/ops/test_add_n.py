"""ADD_N against the reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, T, assemble
from tests.ops.same import Array, Part, assert_same, findings, joined, values
from tests.run_model import compiled


@frozen
class Case:
    """A sum of `count` tensors; `scales` and `zeros` are those of the inputs and of the output."""

    dtype: str = "int8"
    shape: tuple[int, ...] = (3,)
    count: int = 3
    scales: tuple[float, float] = (0.5, 0.5)
    zeros: tuple[int, int] = (0, 0)

    def part(self) -> Part:
        names = [f"x{i}_" for i in range(self.count)]
        scales = self.scales if self.dtype == "int8" else (None, None)
        tensors = [T(n, self.dtype, self.shape, scales[0], self.zeros[0]) for n in names]
        tensors.append(T("y", self.dtype, self.shape, scales[1], self.zeros[1]))
        return Part(tensors, [N("ADD_N", names, ["y"])], names)

    def inputs(self, seed: int) -> list[Array]:
        return [values(self.dtype, self.shape, seed + i) for i in range(self.count)]


zeros = st.sampled_from([-128, -17, 0, 5, 127])
scales = st.sampled_from([0.003, 0.0471, 0.5, 1.0, 7.3])
cases = st.builds(
    Case,
    st.sampled_from(["int8", "float32"]),
    st.lists(st.integers(1, 4), max_size=5).map(tuple),
    st.integers(2, 5),
    st.tuples(scales, scales),
    st.tuples(zeros, zeros),
)


def check(drawn: Sequence[Case], seeds: Sequence[int], **options: Any) -> None:
    given_ = [[x for case in drawn for x in case.inputs(seed)] for seed in seeds]
    assert_same(joined(*(case.part() for case in drawn)), given_, **options)


@settings(deadline=None, max_examples=10)
@given(st.lists(cases, min_size=1, max_size=5), st.integers(0, 99))
def test_sums_as_the_reference_does(drawn: list[Case], seed: int) -> None:
    check(drawn, (seed, seed + 100))


def test_sums_that_leave_32_bits() -> None:
    case = Case(shape=(2,), count=20, scales=(0.1, 4.0), zeros=(-128, 3))
    ends = np.array([127, -128], np.int8)
    given_ = [[ends] * 20, [np.full(2, 127, np.int8)] * 20]
    assert_same(joined(case.part()), given_, sanitize=True)


def test_sums_of_zeros_and_odd_numbers() -> None:
    case = Case("float32", (4,), 3)
    odd = np.array([-0.0, np.nan, np.inf, 3e38], np.float32)
    assert_same(joined(case.part()), [[odd, odd, -odd], [odd, odd, odd]], sanitize=True)


def _twice_in(dtype: str) -> Part:
    """Returns the sum of an input, a constant and the input."""
    scale = 0.5 if dtype == "int8" else None
    tensors = [
        T("x", dtype, (2, 3), scale, 3),
        T("c", dtype, (2, 3), scale, 3, data=np.arange(6)),
        T("y", dtype, (2, 3), scale),
    ]
    return Part(tensors, [N("ADD_N", ["x", "c", "x"], ["y"])])


def test_a_tensor_twice_and_a_constant() -> None:
    parts = [_twice_in(dtype) for dtype in ("int8", "float32")]
    given_ = [values("int8", (2, 3), 1), values("float32", (2, 3), 1)]
    assert_same(joined(*parts), [given_])


def test_sums_of_constants() -> None:
    a, b = (np.nan_to_num(values("float32", (3,), i)) for i in (1, 2))
    tensors = [T("a", "float32", (3,), data=a), T("b", "float32", (3,), data=b)]
    tensors += [T(name, "float32", (3,)) for name in "cxy"]
    nodes = [N("ADD_N", ["a", "b", "a"], ["c"]), N("ADD_N", ["c", "x"], ["y"])]
    built = assemble(tensors, nodes, ["x"], ["y"])
    assert len(compiled(built).graph.nodes) == 1
    assert_same(built, [[values("float32", (3,), 5)]])


def test_unsupported_forms() -> None:
    def changed(**fields: Any) -> str:
        part = Case().part()
        tensors = [part.tensors[0], evolve(part.tensors[1], **fields), *part.tensors[2:]]
        return findings(joined(Part(tensors, part.nodes, part.inputs)))

    assert "type int16" in findings(joined(Case("int16").part()))
    assert "several scales" in changed(scale=0.25)
    assert "another shape" in changed(shape=(4,))
    assert "type float32" in changed(dtype="float32", scale=None)
    assert "above 2^-19 of" in findings(joined(Case(scales=(1.0, 2.0**-20)).part()))
