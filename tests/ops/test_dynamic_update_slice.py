"""DYNAMIC_UPDATE_SLICE against the reference, which also keeps updates inside the tensor."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Elementwise, Whole
from tests.assemble import N, T
from tests.ops.moved import Shape, assert_folds, constant, tensor
from tests.ops.same import Array, Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed, site
from tests.run_model import compiled


def part(dtype: str, shape: Shape, update: Shape, begin: Array) -> Part:
    return Part(
        [
            tensor("x", dtype, shape),
            tensor("u", dtype, update),
            T("b", str(begin.dtype), begin.shape),
            tensor("y", dtype, shape),
        ],
        [N("DYNAMIC_UPDATE_SLICE", ["x", "u", "b"], ["y"])],
        ["x", "u", "b"],
    )


def updated(x: Array, u: Array, begin: Array) -> Array:
    """Returns what numpy makes of it."""
    made, room = x.copy(), np.subtract(x.shape, u.shape)
    first = np.clip(begin, 0, room)
    made[tuple(slice(at, at + n) for at, n in zip(first, u.shape, strict=True))] = u
    return made


@st.composite
def cases(draw: st.DrawFn, *types: str) -> tuple[str, Shape, Shape, Array]:
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=5)))
    update = tuple(draw(st.integers(1, size) | st.just(size)) for size in shape)
    begin = [draw(st.integers(-2, 5)) for _ in shape]
    index = draw(st.sampled_from(["int32", "int64"]))
    return draw(st.sampled_from(types)), shape, update, np.array(begin, index)


def inputs(case: tuple[str, Shape, Shape, Array], seed: int) -> list[Array]:
    dtype, shape, update, begin = case
    return [values(dtype, shape, seed), values(dtype, update, seed + 1), begin]


@settings(deadline=None, max_examples=12)
@given(
    st.lists(cases("int8", "int16", "float32", "int32"), min_size=1, max_size=5),
    st.integers(0, 99),
)
def test_updates_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    parts, given_ = [], []
    for number, case in enumerate(drawn):
        x, u, begin = inputs(case, seed)
        known = [{}, {"x": x}, {"u": u}, {"b": begin}, {"u": u, "b": begin}][number]
        parts.append(constant(part(*case), **known))
        given_ += [a for name, a in zip("xub", (x, u, begin), strict=True) if name not in known]
    assert_same(joined(*parts), [given_])


@settings(deadline=None, max_examples=5)
@given(st.lists(cases("uint8", "int64", "bool"), min_size=1, max_size=4), st.integers(0, 99))
def test_types_that_the_reference_lacks(drawn: list[Any], seed: int) -> None:
    given_ = [inputs(case, seed) for case in drawn]
    built = joined(*(part(*case) for case in drawn))
    wanted = [updated(*each) for each in given_]
    assert_outputs(built, [[a for each in given_ for a in each]], [wanted], sanitize=True)


def test_updates_stay_inside() -> None:
    x, u = values("int8", (4, 3), 1), values("int8", (2, 2), 2)
    info = np.iinfo(np.int64)
    begins = [np.array(b, np.int64) for b in ((info.min, info.max), (info.max, info.min))]
    built = joined(part("int8", (4, 3), (2, 2), begins[0]))
    wanted = [[updated(x, u, np.array(b))] for b in ((0, 1), (2, 0))]
    assert_outputs(built, [[x, u, b] for b in begins], wanted, sanitize=True)


def test_constants_fold() -> None:
    x, u, begin = values("int64", (4, 3), 1), values("int64", (2, 2), 2), np.array([3, -1], "i4")
    made = constant(part("int64", (4, 3), (2, 2), begin), x=x, u=u, b=begin)
    assert_folds([made], [updated(x, u, begin)])


def test_the_tensor_is_updated_in_place() -> None:
    made = part("int8", (1, 8, 8, 4), (1, 1, 8, 4), np.array([0, 1, 0, 0], np.int32))
    found = site(made)
    assert found.node.op.access(found).reads == (Elementwise(), Whole(), Whole())
    known = site(constant(made, u=np.zeros((1, 1, 8, 4)), b=[0, 1, 0, 0]))
    assert known.node.op.access(known).reads == (Whole(),) * 3
    assert compiled(joined(made)).plan.arena_bytes == 8 * 8 * 4 + 8 * 4 + 16


def test_unsupported_forms() -> None:
    def said(name: str = "x", **fields: Any) -> str:
        made = part("int8", (4, 3), (2, 2), np.array([0, 1], np.int32))
        return findings(joined(changed(made, name, **fields)))

    assert said() == ""
    assert "an update of shape [5, 2] in [4, 3]" in said("u", shape=(5, 2))
    assert "an update of another rank" in said("u", shape=(2,))
    assert "1 indices for 2 dimensions" in said("b", shape=(1,))
    assert "type float32" in said("b", dtype="float32")
    assert "type int16" in said("u", dtype="int16")
    assert "input and output of one type" in said("y", dtype="int16")
    assert "should have shape [4, 3]" in said("y", shape=(3, 3))
    scalar = part("int8", (), (), np.zeros(0, np.int32))
    scalar = evolve(changed(scalar, "b", data=[]), inputs=["x", "u"])
    assert "a single number that is updated" in findings(joined(scalar))
