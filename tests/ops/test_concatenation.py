"""CONCATENATION against the reference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, T
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values

SCALED = ("int8", "int16", "uint8")


def part(
    dtype: str,
    shapes: list[tuple[int, ...]],
    axis: int,
    constants: dict[int, Any] | None = None,
    **options: Any,
) -> Part:
    """Returns a CONCATENATION of inputs of `shapes`; `constants` gives those known beforehand."""
    known = constants or {}
    scale = 0.5 if dtype in SCALED else None
    total = list(shapes[0])
    total[axis] = sum(shape[axis] for shape in shapes)
    names = [f"x{i}_" for i in range(len(shapes))]
    xs = [
        T(name, dtype, shape, scale=scale, data=known.get(i))
        for i, (name, shape) in enumerate(zip(names, shapes, strict=True))
    ]
    return Part(
        [*xs, T("y", dtype, total, scale=scale)],
        [N("CONCATENATION", names, ["y"], {"axis": axis, **options})],
        [name for i, name in enumerate(names) if i not in known],
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Part, list[Any]]:
    dtype = draw(st.sampled_from(["int8", "float32", "int16", "int32", "int64", "bool"]))
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    shapes = []
    for size in draw(st.lists(st.integers(1, 4), min_size=1, max_size=5)):
        shape[axis] = size
        shapes.append(tuple(shape))
    seed = draw(st.integers(0, 99))
    data = [values(dtype, s, seed + i) for i, s in enumerate(shapes)]
    known = draw(st.sets(st.integers(1, 5)))
    constants = {i: d for i, d in enumerate(data) if i in known}
    at_run_time = [d for i, d in enumerate(data) if i not in known]
    return part(dtype, shapes, axis, constants), at_run_time


@settings(deadline=None, max_examples=15)
@given(st.lists(cases(), min_size=1, max_size=4))
def test_joins_as_the_reference_does(drawn: list[tuple[Part, list[Any]]]) -> None:
    built = joined(*(p for p, _ in drawn))
    assert_same(built, [[x for _, data in drawn for x in data]])


def test_beyond_the_reference() -> None:
    """The reference stops at ten inputs and has no uint8."""
    data = [values("uint8", (2, 1), i) for i in range(12)]
    built = joined(part("uint8", [(2, 1)] * 12, 1))
    assert_outputs(built, [data], [[np.concatenate(data, 1)]])


def test_an_empty_constant_adds_nothing() -> None:
    empty = {0: np.zeros((0, 2), np.int8)}
    built = joined(part("int8", [(0, 2), (3, 2)], 0, empty))
    assert_same(built, [[values("int8", (3, 2), 0)]])


def test_one_tensor_twice() -> None:
    twice = Part(
        [T("x", "int8", (2, 2), scale=1.0), T("y", "int8", (2, 4), scale=1.0)],
        [N("CONCATENATION", ["x", "x"], ["y"], {"axis": 1})],
    )
    assert_same(joined(twice), [[values("int8", (2, 2), 0)]])


@pytest.mark.parametrize("dtype", ["int8", "float32", "bool"])
def test_constants_fold(dtype: str) -> None:
    """The inner node has no input at run time, and its result is joined to one that has."""
    scale = 0.5 if dtype in SCALED else None
    a, b = values(dtype, (2, 1), 1), values(dtype, (2, 2), 2)
    built = Part(
        [
            T("x", dtype, (1, 3), scale=scale),
            T("a", dtype, (2, 1), scale=scale, data=a),
            T("b", dtype, (2, 2), scale=scale, data=b),
            T("h", dtype, (2, 3), scale=scale),
            T("y", dtype, (3, 3), scale=scale),
        ],
        [
            N("CONCATENATION", ["a", "b"], ["h"], {"axis": -1}),
            N("CONCATENATION", ["x", "h"], ["y"], {"axis": 0}),
        ],
    )
    assert_same(joined(built), [[values(dtype, (1, 3), 3)]])


def scaled(scales: tuple[float, float], zero_points: tuple[int, int], dtype: str = "int8") -> bytes:
    """Returns a model whose second input and output differ in scale and zero point."""
    return joined(
        Part(
            [
                T("a", dtype, (1,), scale=scales[1], zero_point=zero_points[1]),
                T("b", dtype, (1,), scale=scales[0], zero_point=zero_points[0]),
                T("y", dtype, (2,), scale=scales[1], zero_point=zero_points[1]),
            ],
            [N("CONCATENATION", ["a", "b"], ["y"])],
            ["a", "b"],
        )
    )


def test_int8_scales_must_agree_but_int16_is_copied() -> None:
    assert findings(scaled((1.0, 1.0), (3, 3))) == ""
    assert "another scale or zero point" in findings(scaled((1.0, 2.0), (0, 0)))
    assert "another scale or zero point" in findings(scaled((1.0, 1.0), (0, 1)))
    inputs = [values("int16", (1,), 0), values("int16", (1,), 1)]
    assert_same(scaled((1.0, 2.0), (0, 0), "int16"), [inputs])


def test_unsupported_forms() -> None:
    fused = part("int8", [(2,), (3,)], 0, fusedActivationFunction="RELU")
    assert "fused activation RELU" in findings(joined(fused))

    def odd(dtype: str, shape: tuple[int, ...], axis: int) -> str:
        wrong = Part(
            [T("x", "float32", (1, 2)), T("z", dtype, shape), T("y", "float32", (1, 4))],
            [N("CONCATENATION", ["x", "z"], ["y"], {"axis": axis})],
            ["x", "z"],
        )
        return findings(joined(wrong))

    assert odd("float32", (1, 2), 1) == ""
    assert "an input of another shape" in odd("float32", (2, 2), 1)
    assert "an input of another shape" in odd("float32", (2,), 1)
    assert "type int32" in odd("int32", (1, 2), 1)
    assert "axis 2 in 2 dimensions" in odd("float32", (1, 2), 2)
    assert "axis -3 in 2 dimensions" in odd("float32", (1, 2), -3)
