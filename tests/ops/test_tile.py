"""TILE against LiteRT: TensorFlow Lite Micro does not have it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Elementwise, Rowwise, Whole
from tests.assemble import N
from tests.ops.moved import Shape, assert_folds, constant, numbers, tensor
from tests.ops.same import Part, assert_outputs, findings, joined, values
from tests.ops.windows import changed, site
from tests.oracle import litert

TYPES = ["int8", "float32", "int32", "int64", "bool", "uint8"]


def part(dtype: str, shape: Shape, times: Sequence[int], index: str = "int32") -> Part:
    made = tuple(size * count for size, count in zip(shape, times, strict=True))
    return Part(
        [tensor("x", dtype, shape), numbers("m", times, index), tensor("y", dtype, made)],
        [N("TILE", ["x", "m"], ["y"])],
    )


@st.composite
def cases(draw: st.DrawFn, most: int = 5) -> tuple[str, Shape, list[int], str]:
    shape = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=most)))
    times = [draw(st.sampled_from([1, 1, 2, 3])) for _ in shape]
    return (
        draw(st.sampled_from(TYPES)),
        shape,
        times,
        draw(st.sampled_from(["int32", "int64"])),
    )


@settings(deadline=None, max_examples=8)
@given(st.lists(cases(), min_size=1, max_size=6), st.integers(0, 99))
def test_repeats_as_litert_does(drawn: list[Any], seed: int) -> None:
    built = joined(*(part(*case) for case in drawn))
    given_ = [values(dtype, shape, seed) for dtype, shape, _, _ in drawn]
    assert_outputs(built, [given_], litert(built, [given_]))


@settings(deadline=None, max_examples=5)
@given(st.lists(cases(7), min_size=1, max_size=4), st.integers(0, 99))
def test_constants_fold(drawn: list[Any], seed: int) -> None:
    constants = [values(dtype, shape, seed) for dtype, shape, _, _ in drawn]
    pairs = list(zip(drawn, constants, strict=True))
    parts = [constant(part(*case), x=x) for case, x in pairs]
    assert_folds(parts, [np.tile(x, times) for (_, _, times, _), x in pairs])


def test_numbers_at_run_time_follow_from_the_output() -> None:
    dynamic = changed(part("int16", (2, 3), (2, 2)), "m", data=None)
    x, times = values("int16", (2, 3), 1), np.array([2, 2], np.int32)
    built = joined(evolve(dynamic, inputs=["x", "m"]))
    assert_outputs(built, [[x, times]], [[np.tile(x, times)]], sanitize=True)


def test_access() -> None:
    def read(*case: Any) -> Any:
        found = site(part("int8", *case))
        return found.node.op.access(found).reads[0]

    assert read((1, 2, 2, 3), (1, 1, 1, 1)) == Elementwise()
    assert read((1, 2, 2, 3), (1, 1, 2, 2)) == Rowwise()
    assert read((1, 2, 2, 3), (1, 2, 1, 1)) == Whole()


def test_unsupported_forms() -> None:
    def said(name: str = "x", **fields: Any) -> str:
        return findings(joined(changed(part("int8", (2, 3), (1, 2)), name, **fields)))

    assert said() == ""
    empty = constant(part("int8", (0, 3), (1, 2)), x=[])
    assert "a tensor with no elements" in findings(joined(changed(empty, "y", shape=(1, 6))))
    assert "no copy" in said("m", data=[0, 1])
    assert "1 numbers of copies for 2 dimensions" in said("m", data=[2], shape=(1,))
    assert "an output of another rank" in said("y", shape=(12,))
    assert "an output of parts of copies" in said("y", shape=(2, 5))
    assert "should have shape [2, 6]" in said("y", shape=(2, 9))
    assert "type float32" in said("m", dtype="float32")
    assert "input and output of one type" in said("y", dtype="int16")
