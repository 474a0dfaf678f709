"""EXPAND_DIMS: no code at all, so the bytes must pass through untouched."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, T
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed
from tests.run_model import compiled

TYPES = ["int8", "float32", "int16", "int32", "int64", "bool", "uint8"]
Shape = tuple[int, ...]


def part(dtype: str, shape: Shape, new: Shape, axis: Any, data: Any = None) -> Part:
    scale = 0.5 if dtype in ("int8", "int16", "uint8") else None
    where = T("a", "int32", np.shape(axis), data=axis)
    return Part(
        [T("x", dtype, shape, scale, data=data), where, T("y", dtype, new, scale)],
        [N("EXPAND_DIMS", ["x", "a"], ["y"])],
        ["x"] if data is None else [],
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, Shape, Shape, int]:
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=4)))
    at = draw(st.integers(0, len(shape)))
    axis = at - draw(st.sampled_from([0, len(shape) + 1]))
    return draw(st.sampled_from(TYPES)), shape, (*shape[:at], 1, *shape[at:]), axis


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(), min_size=1, max_size=6), st.integers(0, 99))
def test_passes_the_bytes_on(drawn: list[Any], seed: int) -> None:
    inputs = [values(dtype, shape, seed) for dtype, shape, _, _ in drawn]
    wanted = [x.reshape(new) for x, (_, _, new, _) in zip(inputs, drawn, strict=True)]
    assert_outputs(joined(*(part(*case) for case in drawn)), [inputs], [wanted])


def test_as_the_reference_does() -> None:
    """It takes int8, int16 and float32."""
    parts = [
        part("int8", (2, 3), (2, 3, 1), -1),
        part("float32", (2, 3), (1, 2, 3), [0, 7]),  # it looks at the first number
    ]
    assert_same(joined(*parts), [[values("int8", (2, 3), 1), values("float32", (2, 3), 2)]])


def test_takes_no_code_and_no_memory() -> None:
    made = compiled(joined(part("int8", (3, 4), (3, 1, 4), 1)))
    assert made.calls == ((),)
    assert made.plan.arena_bytes == 12


@pytest.mark.parametrize("dtype", ["int8", "int64"])
def test_constants_fold(dtype: str) -> None:
    x = values(dtype, (2, 3), 3)
    still = Part([T("x", "int16", (1,))], [], ["x"], ["x"])
    built = joined(still, part(dtype, (2, 3), (2, 1, 3), 1, data=x))
    given_ = values("int16", (1,), 0)
    assert_outputs(built, [[given_]], [[given_, x.reshape(2, 1, 3)]])


def test_unsupported_forms() -> None:
    def said(axis: Any, **fields: Any) -> str:
        return findings(joined(changed(part("int8", (2, 3), (2, 3, 1), axis), "a", **fields)))

    assert said(2) == ""
    assert said(2, dtype="int64") == ""
    assert "axis 3 in 3 dimensions" in said(3)
    assert "axis -4 in 3 dimensions" in said(-4)
    assert "no axis" in said([])
    assert "type float32" in said(2, dtype="float32")
    assert "should have shape [1, 2, 3]" in said(0)
    dynamic = changed(part("int8", (2, 3), (2, 3, 1), 2), "a", data=None)
    told = findings(joined(evolve(dynamic, inputs=["x", "a"])))
    assert "axis computed at run time" in told
