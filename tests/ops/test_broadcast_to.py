"""BROADCAST_TO against the reference: every way to repeat dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Elementwise, Whole
from tests.assemble import N
from tests.ops.moved import Shape, assert_folds, constant, numbers, tensor
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed, site

TYPES = ["int8", "float32", "int16", "int32", "int64", "bool", "uint8"]


def part(dtype: str, shape: Shape, made: Shape, index: str = "int32") -> Part:
    return Part(
        [tensor("x", dtype, shape), numbers("s", made, index), tensor("y", dtype, made)],
        [N("BROADCAST_TO", ["x", "s"], ["y"])],
    )


@st.composite
def cases(draw: st.DrawFn, most: int = 5) -> tuple[str, Shape, Shape, str]:
    made = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=most)))
    shape = tuple(size if draw(st.booleans()) else 1 for size in made)
    ones = next((i for i, size in enumerate(shape) if size != 1), len(shape))
    kept = shape[draw(st.integers(0, min(ones, len(shape) - 1))) :]
    return draw(st.sampled_from(TYPES)), kept, made, draw(st.sampled_from(["int32", "int64"]))


@settings(deadline=None, max_examples=12)
@given(st.lists(cases(), min_size=1, max_size=6), st.integers(0, 99))
def test_broadcasts_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    built = joined(*(part(*case) for case in drawn))
    assert_same(built, [[values(dtype, shape, seed) for dtype, shape, _, _ in drawn]])


@settings(deadline=None, max_examples=5)
@given(st.lists(cases(7), min_size=1, max_size=5), st.integers(0, 99))
def test_constants_fold(drawn: list[Any], seed: int) -> None:
    constants = [values(dtype, shape, seed) for dtype, shape, _, _ in drawn]
    pairs = list(zip(drawn, constants, strict=True))
    parts = [constant(part(*case), x=x) for case, x in pairs]
    assert_folds(parts, [np.broadcast_to(x, made) for (_, _, made, _), x in pairs])


def test_scalars_more_dimensions_and_shapes_at_run_time() -> None:
    """The reference takes none of these."""
    x, one = values("int16", (1, 2, 1, 1, 1, 3), 1), values("float32", (), 2)
    dynamic = changed(part("int16", x.shape, (2, 2, 1, 2, 1, 3)), "s", data=None)
    built = joined(evolve(dynamic, inputs=["x", "s"]), part("float32", (), (2, 3)))
    given_ = [x, np.array([2, 2, 1, 2, 1, 3], np.int32), one]
    wanted = [np.broadcast_to(x, (2, 2, 1, 2, 1, 3)), np.broadcast_to(one, (2, 3))]
    assert_outputs(built, [given_], [wanted], sanitize=True)


def test_access() -> None:
    def read(*case: Any) -> Any:
        found = site(part("int8", *case))
        return found.node.op.access(found).reads[0]

    assert read((3, 2), (1, 3, 2)) == Elementwise()
    assert read((3, 1), (3, 2)) == Whole()


def test_unsupported_forms() -> None:
    def said(size: Shape, name: str = "x", **fields: Any) -> str:
        return findings(joined(changed(part("int8", size, (2, 3)), name, **fields)))

    assert said((1, 3)) == ""
    assert "broadcasting [2] to [2, 3]" in said((2,))
    assert "broadcasting [1, 2, 3] to [2, 3]" in said((1, 2, 3))
    assert "should have shape [2, 3]" in said((3,), "y", shape=(3, 3))
    assert "type float32" in said((3,), "s", dtype="float32")
    assert "input and output of one type" in said((3,), "y", dtype="int16")
