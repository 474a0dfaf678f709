"""FILL against the reference: a value known at compile time or at run time."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N
from tests.ops.moved import Shape, assert_folds, constant, numbers, tensor
from tests.ops.same import Array, Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed


def part(dtype: str, shape: Shape, index: str = "int32") -> Part:
    return Part(
        [numbers("s", shape, index), tensor("x", dtype, ()), tensor("y", dtype, shape)],
        [N("FILL", ["s", "x"], ["y"])],
    )


shapes = st.lists(st.integers(1, 4), min_size=1, max_size=5).map(tuple)
cases = st.tuples(st.sampled_from(["int8", "float32", "int32"]), shapes)


@settings(deadline=None, max_examples=8)
@given(st.lists(cases, min_size=1, max_size=5), st.integers(0, 99))
def test_fills_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    built = joined(*(part(*case) for case in drawn))
    assert_same(built, [[values(dtype, (), seed) for dtype, _ in drawn]])


def test_forms_that_the_reference_lacks() -> None:
    """Other types, a value of rank 1, and a shape that is known at run time."""
    types = ("uint8", "int16", "int64", "bool")
    given_ = [values(dtype, (1,), 7) for dtype in types]
    dynamic = changed(part("int8", (2, 3)), "s", data=None)
    parts = [changed(part(dtype, (2, 3), "int64"), "x", shape=(1,)) for dtype in types]
    built = joined(*parts, evolve(dynamic, inputs=["s", "x"]))
    wanted = [np.full((2, 3), x) for x in (*given_, np.array([5], np.int8))]
    more: list[Array] = [np.array([2, 3], np.int32), np.array(5, np.int8)]
    assert_outputs(built, [[*given_, *more]], [wanted], sanitize=True)


def test_constants_fold() -> None:
    x = values("int16", (), 3)
    assert_folds([constant(part("int16", (2, 3)), x=x)], [np.full((2, 3), x)])


def test_unsupported_forms() -> None:
    def said(name: str = "x", **fields: Any) -> str:
        return findings(joined(changed(part("int8", (2, 3)), name, **fields)))

    assert said() == ""
    assert "2 values" in said(shape=(2,))
    assert "type float32" in said("s", dtype="float32")
    assert "input of type int8 with output of type int16" in said("y", dtype="int16")
    assert "should have shape [2, 3]" in said("y", shape=(3, 3))
