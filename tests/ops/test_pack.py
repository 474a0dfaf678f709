"""PACK against the reference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, T
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values


def part(
    dtype: str,
    shape: tuple[int, ...],
    count: int,
    axis: int,
    constants: dict[int, Any] | None = None,
    stated: int | None = None,
) -> Part:
    """Returns a PACK of `count` inputs of one shape; `constants` gives those known beforehand."""
    known = constants or {}
    scale = 0.5 if dtype in ("int8", "int16", "uint8") else None
    at = axis % (len(shape) + 1)
    names = [f"x{i}_" for i in range(count)]
    xs = [T(name, dtype, shape, scale=scale, data=known.get(i)) for i, name in enumerate(names)]
    return Part(
        [*xs, T("y", dtype, (*shape[:at], count, *shape[at:]), scale=scale)],
        [N("PACK", names, ["y"], {"axis": axis, "valuesCount": stated or count})],
        [name for i, name in enumerate(names) if i not in known],
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Part, list[Any]]:
    dtype = draw(st.sampled_from(["int8", "float32", "int16", "int32", "int64"]))
    shape = tuple(draw(st.lists(st.integers(1, 3), max_size=4)))
    axis = draw(st.integers(-len(shape) - 1, len(shape)))
    count, seed = draw(st.integers(1, 4)), draw(st.integers(0, 99))
    data = [values(dtype, shape, seed + i) for i in range(count)]
    known = draw(st.sets(st.integers(1, 4)))
    constants = {i: d for i, d in enumerate(data) if i in known}
    at_run_time = [d for i, d in enumerate(data) if i not in known]
    return part(dtype, shape, count, axis, constants), at_run_time


@settings(deadline=None, max_examples=15)
@given(st.lists(cases(), min_size=1, max_size=4))
def test_stacks_as_the_reference_does(drawn: list[tuple[Part, list[Any]]]) -> None:
    built = joined(*(p for p, _ in drawn))
    assert_same(built, [[x for _, data in drawn for x in data]])


@pytest.mark.parametrize("dtype", ["uint8", "bool"])
def test_types_that_the_reference_lacks(dtype: str) -> None:
    data = [values(dtype, (2, 3), i) for i in range(3)]
    built = joined(part(dtype, (2, 3), 3, 1))
    assert_outputs(built, [data], [[np.stack(data, 1)]])


def test_constants_fold() -> None:
    a, b = values("int32", (2,), 1), values("int32", (2,), 2)
    built = Part(
        [
            T("x", "int32", (2, 1)),
            T("a", "int32", (2,), data=a),
            T("b", "int32", (2,), data=b),
            T("h", "int32", (2, 2)),
            T("y", "int32", (2, 3)),
        ],
        [
            N("PACK", ["a", "b"], ["h"], {"axis": -1, "valuesCount": 2}),
            N("CONCATENATION", ["x", "h"], ["y"], {"axis": 1}),
        ],
    )
    assert_same(joined(built), [[values("int32", (2, 1), 3)]])


def test_unsupported_forms() -> None:
    assert "1 inputs" not in findings(joined(part("int8", (2,), 1, 0)))
    assert "2 inputs with a stated number of 1" in findings(
        joined(part("int8", (2,), 2, 0, stated=1))
    )

    def odd(dtype: str, shape: tuple[int, ...], axis: int) -> str:
        wrong = Part(
            [T("x", "float32", (2,)), T("z", dtype, shape), T("y", "float32", (2, 2))],
            [N("PACK", ["x", "z"], ["y"], {"axis": axis, "valuesCount": 2})],
            ["x", "z"],
        )
        return findings(joined(wrong))

    assert odd("float32", (2,), -2) == ""
    assert "an input of another shape" in odd("float32", (1, 2), 0)
    assert "type int32" in odd("int32", (2,), 0)
    assert "axis 2 in 2 dimensions" in odd("float32", (2,), 2)
