"""PRELU against the reference, its factors broadcast and constant or not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Elementwise, Whole
from tests.assemble import N, T
from tests.ops.broadcasting import shapes
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.unary import BYTES, table
from tests.ops.windows import changed, site
from tests.oracle import tflm
from tests.run_model import compiled

Shape = tuple[int, ...]
Drawn = tuple[str, tuple[Shape, Shape], tuple[float, float, float], tuple[int, int, int]]

TYPES = ("float32", "int8", "int16")
scale = st.sampled_from([2.0**-12, 0.003, 0.0471, 0.5, 1.0, 7.3])
zero = st.sampled_from([-128, -17, 0, 5, 127])
small_shapes = shapes().filter(lambda pair: max(map(len, pair)) <= 4)  # the reference's ranks
cases = st.tuples(
    st.sampled_from(TYPES),
    small_shapes,
    st.tuples(scale, scale, scale),
    st.tuples(zero, zero, zero),
)


def part(dtype: str, pair: tuple[Shape, Shape], scales: Any, zeros: Any, alpha: Any = None) -> Part:
    """Returns the operator; the factors are constant where `alpha` gives them."""
    shapes_ = (*pair, np.broadcast_shapes(*pair))
    dtypes = (dtype, "float32" if dtype == "float32" else "int8", dtype)
    tensors = [
        T(name, type_, shape, None if type_ == "float32" else s, z, data=data)
        for name, type_, shape, s, z, data in zip(
            "xay", dtypes, shapes_, scales, zeros, (None, alpha, None), strict=True
        )
    ]
    return Part(tensors, [N("PRELU", ["x", "a"], ["y"])], ("x", "a") if alpha is None else ("x",))


def operands(drawn: Drawn, seed: int) -> list[Any]:
    dtype, (a, b), _, _ = drawn
    return [
        values(dtype, a, seed),
        values("float32" if dtype == "float32" else "int8", b, seed + 1),
    ]


@settings(deadline=None, max_examples=12)
@given(st.lists(cases, min_size=1, max_size=6), st.integers(0, 99))
def test_as_the_reference_does(drawn: list[Drawn], seed: int) -> None:
    given_ = [x for i, d in enumerate(drawn) for x in operands(d, seed + 9 * i)]
    assert_same(joined(*(part(*d) for d in drawn)), [given_], sanitize=seed % 3 == 0)


def test_every_pair_of_bytes() -> None:
    line = np.arange(-128, 128).astype(np.int8)
    quantised = [((0.5, 0.01, 0.25), (0, 0, 3)), ((0.05, 0.3, 0.7), (-128, 9, 100))]
    model = joined(*(part("int8", ((256, 1), (1, 256)), *q) for q in quantised))
    assert_same(model, [[line.reshape(256, 1), line.reshape(1, 256)] * 2])


@pytest.mark.parametrize("dtype", TYPES)
def test_constant_factors(dtype: str) -> None:
    made = []
    for shape in ((1, 1, 5), (4, 5), (1,), (2, 4, 5)):
        alpha = values("float32" if dtype == "float32" else "int8", shape, 3)
        made.append(part(dtype, ((2, 4, 5), shape), (0.1, 0.02, 0.1), (0, 3, 0), alpha))
    x = [values(dtype, (2, 4, 5), seed) for seed in range(len(made))]
    assert_same(joined(*made), [x])


@settings(deadline=None, max_examples=15)
@given(st.lists(cases, min_size=1, max_size=10), st.integers(-128, 127))
def test_one_constant_factor_makes_a_table(drawn: list[Drawn], alpha: int) -> None:
    """For every int8 value, and every quantisation drawn."""
    factor = np.array([alpha], np.int8)
    made = [part("int8", ((256,), (1,)), *drawn_[2:], factor) for drawn_ in drawn]
    for one, wanted in zip(made, tflm(joined(*made), [BYTES] * len(made)), strict=True):
        assert np.array_equal(table(one), wanted), one


def test_constants_are_computed_at_compile_time() -> None:
    x = np.array([-2, 0, 3], np.float32)
    tensors = [
        T("c", "float32", (3,), data=x),
        T("a", "float32", (1,), data=[0.1]),
        T("p", "float32", (3,)),
        T("x", "float32", (3,)),
        T("y", "float32", (3,)),
    ]
    nodes = [N("PRELU", ["c", "a"], ["p"]), N("ADD", ["p", "x"], ["y"])]
    model = joined(Part(tensors, nodes))
    assert len(compiled(model).graph.nodes) == 1
    assert_same(model, [[np.full(3, -0.0, np.float32)]])


def test_above_the_references_rank() -> None:
    x = values("int8", (2, 1, 2, 1, 3), 0)
    alpha = np.array([1, 2, -3], np.int8)
    model = joined(part("int8", (x.shape, (3,)), (1.0, 1.0, 1.0), (0, 0, 0), alpha))
    wide = x.astype(int)
    wanted = np.where(wide < 0, wide * alpha, wide).clip(-128, 127).astype(np.int8)
    assert_outputs(model, [[x]], [[wanted]])


def test_only_operands_of_the_outputs_bytes_are_read_by_element() -> None:
    def reads(dtype: str) -> Any:
        found = site(part(dtype, ((2, 3), (2, 3)), (0.5, 0.5, 0.5), (0, 0, 0)))
        return found.node.op.access(found).reads

    assert reads("int8") == reads("float32") == (Elementwise(), Elementwise())
    assert reads("int16") == (Elementwise(), Whole())


def test_unsupported_forms() -> None:
    pair = ((2, 3), (3,))
    plain = ((0.5, 0.5, 0.5), (0, 0, 0))
    assert "type int32" in findings(joined(part("int32", pair, *plain)))
    unscaled = part("int16", pair, (0.5, None, 0.5), (0, 0, 0))
    assert "an int8 tensor with no scale" in findings(joined(unscaled))
    wide = part("float32", ((2, 3), (3,)), *plain)
    assert "broadcasting [2, 3] against [2]" in findings(joined(changed(wide, "a", shape=(2,))))
    assert "type int8" in findings(joined(changed(wide, "a", dtype="int8", scale=0.5)))
