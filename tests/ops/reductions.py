"""Draws what the tests of reductions share: shapes with axes, scales, models of one operator."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from attrs import evolve
from hypothesis import strategies as st

from tests.assemble import N, T
from tests.ops.same import Part, assert_same, findings, joined, values

Quantised = tuple[float, int]


def part(
    op: str,
    dtype: str,
    shape: tuple[int, ...],
    axes: Any,
    keep: bool = False,
    x: Quantised = (0.5, 3),
    y: Quantised = (0.25, -9),
    new: tuple[int, ...] | None = None,
) -> Part:
    """Returns `op` over `axes`; `x` and `y` are scale and zero point, `new` the stated shape."""
    if new is None:
        new = np.zeros(shape).mean(tuple(axes), keepdims=keep).shape

    def quantisation(given_: Quantised) -> dict[str, Any]:
        return {} if dtype in ("float32", "bool") else {"scale": given_[0], "zero_point": given_[1]}

    return Part(
        [
            T("x", dtype, shape, **quantisation(x)),
            T("a", "int32", np.shape(axes), data=axes),
            T("y", dtype, new, **quantisation(y)),
        ],
        [N(op, ["x", "a"], ["y"], {"keepDims": keep})],
    )


@st.composite
def shaped(draw: st.DrawFn) -> tuple[tuple[int, ...], list[int], bool]:
    few = st.lists(st.integers(1, 5), min_size=1, max_size=4)
    shape = tuple(draw(few | st.lists(st.integers(1, 3), min_size=5, max_size=7)))
    axes = draw(st.lists(st.integers(0, len(shape) - 1), unique=True, max_size=len(shape)))
    return shape, [a - len(shape) * draw(st.integers(0, 1)) for a in axes], draw(st.booleans())


@st.composite
def quantised(draw: st.DrawFn) -> tuple[Quantised, Quantised]:
    """Scales whose ratio is tiny, about one, one, or large; zero points at both ends."""
    zero_point = st.sampled_from([-128, -1, 0, 42, 127])
    x = draw(st.floats(0.01, 1)), draw(zero_point)
    ratio = draw(st.floats(1e-4, 1e-2) | st.floats(0.3, 3) | st.floats(10, 1e4))
    return x, draw(st.just(x) | st.tuples(st.just(x[0] / ratio), zero_point))


def check(op: str, dtype: str, forms: list[Any], seed: int) -> None:
    """Compares `op` over drawn axes of tensors on one scale with the reference, as one model."""
    made = partial(part, op, dtype, y=(0.5, 3))
    built = joined(*(made(*form) for form in forms))
    vectors = [[values(dtype, form[0], seed + i) for form in forms] for i in range(3)]
    assert_same(built, vectors)


def check_stated_forms(op: str, dtype: str) -> None:
    """Compares forms that only the file can state.

    They are a scalar axis, one axis twice, no axis, and shapes that contradict the option.
    """
    made = partial(part, op, dtype, y=(0.5, 3))
    parts = [
        made((2, 3), 1, new=(2,)),
        made((2, 3), [1, -1], new=(2,)),
        made((2, 3), [], new=(2, 3)),
        made((2, 3), [1], keep=False, new=(2, 1)),
        made((2, 3), [0], keep=True, new=(3,)),
        made((), [0], new=()),
    ]
    shapes = [(2, 3)] * 5 + [()]
    assert_same(joined(*parts), [[values(dtype, shape, 8) for shape in shapes]], sanitize=True)


def constant(reduction: Part) -> Part:
    """Returns a reduction of a constant."""
    x, *others = reduction.tensors
    known = evolve(x, data=values(x.dtype, x.shape, 1))
    return evolve(reduction, tensors=[known, *others], inputs=[])


def said(*case: Any, **form: Any) -> str:
    """Returns what the checks say of a reduction."""
    return findings(joined(part(*case, **form)))


@st.composite
def axes_of(draw: st.DrawFn) -> tuple[tuple[int, ...], int]:
    """Draws a shape and one of its axes, negative or not."""
    shape = tuple(draw(st.lists(st.integers(1, 6), min_size=1, max_size=4)))
    return shape, draw(st.integers(-len(shape), len(shape) - 1))


def arg(
    op: str,
    dtype: str,
    shape: tuple[int, ...],
    axis: Any,
    new: tuple[int, ...] | None = None,
    made: str = "int32",
) -> Part:
    """Returns ARG_MAX or ARG_MIN along `axis`; `new` is the stated shape, `made` the type."""
    scale = None if dtype == "float32" else 0.5
    if new is None:
        new = np.zeros(shape).argmax(axis).shape
    tensors = [
        T("x", dtype, shape, scale),
        T("a", "int32", np.shape(axis), data=axis),
        T("y", made, new),
    ]
    inputs = ["x", "a"] if axis is None else ["x"]
    return Part(tensors, [N(op, ["x", "a"], ["y"])], inputs)
