"""SPLIT_V against the reference: pieces of any sizes along any axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N
from tests.ops.moved import Shape, assert_folds, numbers, tensor
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed


def part(
    dtype: str, shape: Shape, axis: int, sizes: Sequence[int], hidden: int = -1, data: Any = None
) -> Part:
    """Returns a SPLIT_V that states -1 for the piece `hidden`."""
    at = axis % len(shape)
    outputs = [f"y{i}_" for i in range(len(sizes))]
    made = [(*shape[:at], size, *shape[at + 1 :]) for size in sizes]
    stated = [-1 if i == hidden else size for i, size in enumerate(sizes)]
    return Part(
        [
            tensor("x", dtype, shape, data),
            numbers("s", stated),
            numbers("a", axis),
            *(tensor(name, dtype, new) for name, new in zip(outputs, made, strict=True)),
        ],
        [N("SPLIT_V", ["x", "s", "a"], outputs, {"numSplits": len(sizes)})],
        ["x"] if data is None else [],
        outputs,
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Shape, int, list[int], int]:
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=5))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    shape[axis] = sum(sizes)
    return tuple(shape), axis, sizes, draw(st.integers(-1, len(sizes) - 1))


types = st.sampled_from(["int8", "float32", "int16", "int32"])


@settings(deadline=None, max_examples=12)
@given(st.lists(st.tuples(types, cases()), min_size=1, max_size=5), st.integers(0, 99))
def test_splits_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    built = joined(*(part(dtype, *case) for dtype, case in drawn))
    assert_same(built, [[values(dtype, case[0], seed) for dtype, case in drawn]])


def test_sizes_at_run_time_are_the_outputs() -> None:
    dynamic = changed(part("int8", (2, 6), 1, [1, 5]), "s", data=None)
    built = joined(evolve(dynamic, inputs=["x", "s"]))
    assert_same(built, [[values("int8", (2, 6), 1), np.array([1, 5], np.int32)]])


def test_types_that_the_reference_lacks() -> None:
    types_ = ("uint8", "int64", "bool")
    inputs = [values(dtype, (2, 6), 7) for dtype in types_]
    built = joined(*(part(dtype, (2, 6), 1, [2, 4]) for dtype in types_))
    wanted = [piece for x in inputs for piece in (x[:, :2], x[:, 2:])]
    assert_outputs(built, [inputs], [wanted], sanitize=True)


def test_constants_fold() -> None:
    x = values("int32", (2, 6), 3)
    made = part("int32", (2, 6), -1, [1, 3, 2], hidden=1, data=x)
    assert_folds([made], [x[:, :1], x[:, 1:4], x[:, 4:]])


def test_unsupported_forms() -> None:
    def said(name: str = "x", **fields: Any) -> str:
        return findings(joined(changed(part("int8", (2, 6), 1, [2, 4]), name, **fields)))

    assert said() == ""
    assert "dimension of 6 elements in pieces of [2, 3]" in said("s", data=[2, 3])
    assert "dimension of 6 elements in pieces of [6, 6]" in said("s", data=[-1, -1])
    assert "3 sizes of 2 outputs" in said("s", data=[2, 3, 1], shape=(3,))
    assert "axis 2 in 2 dimensions" in said("a", data=2)
    assert "no axis" in said("a", data=[], shape=(0,))
    assert "type float32" in said("s", dtype="float32")
    assert "type int16" in said("y1_", dtype="int16")
    assert "should have shape [2, 4]" in said("y1_", shape=(2, 2))
    assert "outputs of another rank" in said("y1_", shape=(8,))
    dynamic = changed(part("int8", (2, 6), 1, [2, 4]), "a", data=None)
    assert "axis computed at run time" in findings(joined(evolve(dynamic, inputs=["x", "a"])))
