"""MIRROR_PAD against the reference: both modes, paddings known at compile time and at run time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N
from tests.ops.moved import Shape, assert_folds, constant, numbers, tensor
from tests.ops.same import Array, Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed

Pairs = list[tuple[int, int]]


def part(dtype: str, shape: Shape, pairs: Pairs, mode: str, index: str = "int32") -> Part:
    total = tuple(size + sum(pair) for size, pair in zip(shape, pairs, strict=True))
    return Part(
        [tensor("x", dtype, shape), numbers("p", pairs, index), tensor("y", dtype, total)],
        [N("MIRROR_PAD", ["x", "p"], ["y"], {"mode": mode})],
    )


def moving(*case: Any) -> Part:
    """Returns a MIRROR_PAD that learns the paddings at run time."""
    return evolve(changed(part(*case), "p", data=None), inputs=["x", "p"])


def padded(x: Any, pairs: Pairs, mode: str) -> Any:
    return np.pad(x, pairs, mode="reflect" if mode == "REFLECT" else "symmetric")


@st.composite
def cases(draw: st.DrawFn, *types: str) -> tuple[str, Shape, Pairs, str, str]:
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=5)))
    mode = draw(st.sampled_from(["REFLECT", "SYMMETRIC"]))
    pairs = []
    for size in shape:
        most = min(size - (mode == "REFLECT"), 2)
        margin = st.integers(0, most)
        pairs.append(draw(st.tuples(margin, margin) | st.just((0, 0))))
    index = draw(st.sampled_from(["int32", "int64"]))
    return draw(st.sampled_from(types)), shape, pairs, mode, index


@settings(deadline=None, max_examples=10)
@given(st.lists(cases("int8", "float32"), min_size=1, max_size=5), st.integers(0, 99))
def test_mirrors_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    parts, given_ = [], []
    for number, case in enumerate(drawn):
        dtype, shape, pairs, _, index = case
        parts.append(moving(*case) if number % 2 else part(*case))
        given_ += [values(dtype, shape, seed), np.array(pairs, index)][: 1 + number % 2]
    assert_same(joined(*parts), [given_])


@settings(deadline=None, max_examples=6)
@given(
    st.lists(cases("uint8", "int16", "int64", "bool"), min_size=1, max_size=5), st.integers(0, 99)
)
def test_types_that_the_reference_lacks(drawn: list[Any], seed: int) -> None:
    inputs = [values(dtype, shape, seed) for dtype, shape, *_ in drawn]
    wanted = [padded(x, case[2], case[3]) for x, case in zip(inputs, drawn, strict=True)]
    assert_outputs(joined(*(part(*case) for case in drawn)), [inputs], [wanted], sanitize=True)


@pytest.mark.parametrize("mode", ["REFLECT", "SYMMETRIC"])
def test_paddings_that_do_not_fit_read_nothing_else(mode: str) -> None:
    """The reference reads outside the tensor; here the last element of the image is repeated."""
    x, single, info = np.array([1, 2, 3], np.int8), mode == "REFLECT", np.iinfo(np.int32)
    image = [2, 3] if single else [1, 2, 3]  # before the tensor, from near to far

    def before(count: int) -> list[int]:
        return [image[min(i, len(image) - 1)] for i in reversed(range(count))]

    def behind(count: int) -> list[int]:
        return [4 - value for value in reversed(before(count))]

    made = changed(moving("int8", (3,), [(2, 2)], mode), "y", shape=(9,))
    pairs = [(info.max, 0), (info.min, info.max), (1, 1)]
    outputs = [[*before(8), 1], [1, 2, 3, *behind(6)], [*before(1), 1, 2, 3, *behind(5)]]
    given_: list[list[Array]] = [[x, np.array([pair], np.int32)] for pair in pairs]
    wanted: list[list[Array]] = [[np.array(each, np.int8)] for each in outputs]
    assert_outputs(joined(made), given_, wanted, sanitize=True)


def test_constants_fold() -> None:
    x, pairs = values("int32", (2, 3), 3), [(1, 0), (1, 2)]
    cases_ = [("int32", (2, 3), pairs, mode) for mode in ("REFLECT", "SYMMETRIC")]
    wanted = [padded(x, pairs, mode) for mode in ("REFLECT", "SYMMETRIC")]
    assert_folds([constant(part(*case), x=x) for case in cases_], wanted)


def test_a_scalar_is_copied() -> None:
    made = changed(part("int8", (), [], "REFLECT"), "p", shape=(0, 2))
    assert_outputs(joined(made), [[np.array(5, np.int8)]], [[np.array(5, np.int8)]])


def test_unsupported_forms() -> None:
    def said(made: Part | None = None, name: str = "x", **fields: Any) -> str:
        made = made or part("int8", (2, 3), [(1, 0), (1, 2)], "REFLECT")
        return findings(joined(changed(made, name, **fields)))

    assert said() == ""
    assert "mirroring 3 of 3 elements" in said(None, "p", data=[[1, 0], [0, 3]])
    assert "mirroring -1 of 3 elements" in said(None, "p", data=[[1, 0], [0, -1]])
    empty = changed(moving("int8", (0, 3), [(1, 1), (0, 0)], "REFLECT"), "y", shape=(2, 3))
    assert "a tensor with no elements" in findings(joined(constant(empty, x=[])))
    both = part("int8", (2, 3), [(2, 0), (0, 3)], "SYMMETRIC")
    assert said(both) == ""
    assert "mirroring 3 of 2 elements" in said(both, "p", data=[[3, 0], [0, 3]])
    assert "2 sizes of padding for 2 dimensions" in said(None, "p", data=[1, 0], shape=(2,))
    assert "an output of another rank" in said(None, "y", shape=(18,))
    assert "should have shape [3, 6]" in said(None, "y", shape=(3, 3))
    assert "type float32" in said(None, "p", dtype="float32")
    assert "input and output of one type" in said(None, "y", dtype="int16")
