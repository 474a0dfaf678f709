"""UNPACK against the reference: the slices along any axis."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N
from tests.ops.moved import Shape, assert_folds, tensor
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed


def part(dtype: str, shape: Shape, axis: int, data: Any = None) -> Part:
    at = axis % len(shape)
    made = (*shape[:at], *shape[at + 1 :])
    outputs = [f"y{i}_" for i in range(shape[at])]
    return Part(
        [tensor("x", dtype, shape, data), *(tensor(name, dtype, made) for name in outputs)],
        [N("UNPACK", ["x"], outputs, {"num": shape[at], "axis": axis})],
        ["x"] if data is None else [],
        outputs,
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Shape, int]:
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=5))
    return tuple(shape), draw(st.integers(-len(shape), len(shape) - 1))


types = st.sampled_from(["int8", "float32", "int16", "int32"])


@settings(deadline=None, max_examples=12)
@given(st.lists(st.tuples(types, cases()), min_size=1, max_size=5), st.integers(0, 99))
def test_unpacks_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    built = joined(*(part(dtype, *case) for dtype, case in drawn))
    assert_same(built, [[values(dtype, case[0], seed) for dtype, case in drawn]])


def test_types_that_the_reference_lacks() -> None:
    types_ = ("uint8", "int64", "bool")
    inputs = [values(dtype, (2, 3), 7) for dtype in types_]
    built = joined(*(part(dtype, (2, 3), 1) for dtype in types_))
    wanted = [np.ascontiguousarray(x[:, i]) for x in inputs for i in range(3)]
    assert_outputs(built, [inputs], [wanted], sanitize=True)


def test_constants_fold() -> None:
    x = values("int32", (2, 3), 3)
    assert_folds([part("int32", (2, 3), -1, x)], [x[:, i] for i in range(3)])


def test_unsupported_forms() -> None:
    def said(name: str = "x", **fields: Any) -> str:
        return findings(joined(changed(part("int8", (2, 3), 1), name, **fields)))

    assert said() == ""
    assert "dimension of 4 elements in 3 outputs" in said(shape=(2, 4))
    assert "axis 1 in 1 dimensions" in said(shape=(6,))
    assert "type int16" in said("y1_", dtype="int16")
    assert "should have shape [2]" in said("y1_", shape=(3,))
