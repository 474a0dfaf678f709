"""SELECT_V2 against the reference: every way to broadcast three tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Elementwise, Whole
from tests.assemble import N, T
from tests.ops.moved import Shape, assert_folds, constant, tensor
from tests.ops.same import Array, Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed, site
from tests.run_model import compiled

Shapes = tuple[Shape, Shape, Shape]


def part(dtype: str, shapes: Shapes) -> Part:
    c, a, b = shapes
    made = np.broadcast_shapes(*shapes)
    return Part(
        [T("c", "bool", c), tensor("a", dtype, a), tensor("b", dtype, b), tensor("y", dtype, made)],
        [N("SELECT_V2", ["c", "a", "b"], ["y"])],
        ["c", "a", "b"],
    )


def inputs(case: tuple[str, Shapes], seed: int) -> list[Array]:
    dtype, (c, a, b) = case
    return [values("bool", c, seed), values(dtype, a, seed), values(dtype, b, seed + 1)]


@st.composite
def cases(draw: st.DrawFn, most: int, *types: str) -> tuple[str, Shapes]:
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=most))
    full = [tuple(n if draw(st.booleans()) else 1 for n in sizes) for _ in range(3)]
    cut = [next((i for i, n in enumerate(s) if n != 1), len(s)) for s in full]
    c, a, b = (s[draw(st.integers(0, ones)) :] for s, ones in zip(full, cut, strict=True))
    return draw(st.sampled_from(types)), (c, a, b)


@settings(deadline=None, max_examples=15)
@given(st.lists(cases(5, "int8", "int16", "float32"), min_size=1, max_size=6), st.integers(0, 99))
def test_selects_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    built = joined(*(part(*case) for case in drawn))
    assert_same(built, [[x for case in drawn for x in inputs(case, seed)]])


@settings(deadline=None, max_examples=6)
@given(
    st.lists(cases(7, "uint8", "int32", "int64", "bool"), min_size=1, max_size=5),
    st.integers(0, 99),
)
def test_types_and_ranks_that_the_reference_lacks(drawn: list[Any], seed: int) -> None:
    given_ = [inputs(case, seed) for case in drawn]
    built = joined(*(part(*case) for case in drawn))
    wanted = [np.where(*each) for each in given_]
    assert_outputs(built, [[x for each in given_ for x in each]], [wanted], sanitize=True)


@settings(deadline=None, max_examples=5)
@given(st.lists(cases(6, "int32", "float32"), min_size=1, max_size=5), st.integers(0, 99))
def test_constants_fold(drawn: list[Any], seed: int) -> None:
    given_ = [dict(zip("cab", inputs(case, seed), strict=True)) for case in drawn]
    parts = [constant(part(*case), **each) for case, each in zip(drawn, given_, strict=True)]
    assert_folds(parts, [np.where(each["c"], each["a"], each["b"]) for each in given_])


def test_scales_do_not_matter() -> None:
    """The reference copies the bytes."""
    made = changed(part("int8", ((2, 1), (2, 3), (3,))), "y", scale=0.1, zero_point=7)
    assert_same(joined(made), [inputs(("int8", ((2, 1), (2, 3), (3,))), 1)])


def test_access() -> None:
    found = site(part("int8", ((3, 1), (3, 4), (1, 4))))
    assert found.node.op.access(found).reads == (Whole(), Elementwise(), Whole())
    assert compiled(joined(part("int8", ((), (8, 8), (8, 8))))).plan.arena_bytes == 4 + 2 * 64


def test_unsupported_forms() -> None:
    def said(name: str = "c", **fields: Any) -> str:
        return findings(joined(changed(part("int8", ((2, 1), (2, 3), (3,))), name, **fields)))

    assert said() == ""
    assert "type int8" in said(dtype="int8")
    assert "broadcasting [2, 1] and [2, 3] and [2]" in said("b", shape=(2,))
    assert "broadcasting [2, 1] and [3, 3] and [3]" in said("a", shape=(3, 3))
    assert "input of type int16 with output of type int8" in said("b", dtype="int16")
    assert "should have shape [2, 3]" in said("y", shape=(3, 3))
