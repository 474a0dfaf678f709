"""SPLIT against the reference: equal pieces along any axis."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N
from tests.ops.moved import Shape, assert_folds, numbers, tensor
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed


def part(dtype: str, shape: Shape, axis: int, pieces: int, data: Any = None) -> Part:
    at = axis % len(shape)
    made = (*shape[:at], shape[at] // pieces, *shape[at + 1 :])
    outputs = [f"y{i}_" for i in range(pieces)]
    return Part(
        [
            tensor("x", dtype, shape, data),
            numbers("a", axis),
            *(tensor(name, dtype, made) for name in outputs),
        ],
        [N("SPLIT", ["a", "x"], outputs, {"numSplits": pieces})],
        ["x"] if data is None else [],
        outputs,
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Shape, int, int]:
    pieces = draw(st.integers(1, 4))
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=5))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    shape[axis] = pieces * draw(st.integers(1, 3))
    return tuple(shape), axis, pieces


types = st.sampled_from(["int8", "float32", "int16", "int32"])


@settings(deadline=None, max_examples=12)
@given(st.lists(st.tuples(types, cases()), min_size=1, max_size=5), st.integers(0, 99))
def test_splits_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    built = joined(*(part(dtype, *case) for dtype, case in drawn))
    assert_same(built, [[values(dtype, case[0], seed) for dtype, case in drawn]])


def test_types_that_the_reference_lacks() -> None:
    types_ = ("uint8", "int64", "bool")
    inputs = [values(dtype, (2, 6), 7) for dtype in types_]
    built = joined(*(part(dtype, (2, 6), 1, 2) for dtype in types_))
    wanted = [piece for x in inputs for piece in np.split(x, 2, 1)]
    assert_outputs(built, [inputs], [wanted], sanitize=True)


def test_constants_fold() -> None:
    x = values("int32", (2, 6), 3)
    assert_folds([part("int32", (2, 6), -1, 3, x)], np.split(x, 3, 1))


def test_unsupported_forms() -> None:
    def said(name: str = "x", **fields: Any) -> str:
        return findings(joined(changed(part("int8", (2, 6), 1, 2), name, **fields)))

    assert said() == ""
    assert "7 elements in 2 equal pieces" in said(shape=(2, 7))
    assert "axis 2 in 2 dimensions" in said("a", data=2)
    assert "no axis" in said("a", data=[], shape=(0,))
    assert "type float32" in said("a", dtype="float32")
    assert "type int16" in said("y1_", dtype="int16")
    assert "should have shape [2, 3]" in said("y1_", shape=(2, 2))
    dynamic = changed(part("int8", (2, 6), 1, 2), "a", data=None)
    assert "axis computed at run time" in findings(joined(evolve(dynamic, inputs=["x", "a"])))
    nothing = evolve(part("int8", (2, 6), 1, 2), nodes=[N("SPLIT", ["a", "x"], [])], outputs=["x"])
    assert "no output is not supported" in findings(joined(nothing))
