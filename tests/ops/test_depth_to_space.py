"""DEPTH_TO_SPACE against the reference: blocks of every size."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Elementwise, Whole
from tests.assemble import N
from tests.ops.moved import Shape, assert_folds, constant, tensor
from tests.ops.same import Array, Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed, site, with_options


def part(dtype: str, shape: Shape, block: int) -> Part:
    n, h, w, c = shape
    made = (n, h * block, w * block, c // block**2)
    return Part(
        [tensor("x", dtype, shape), tensor("y", dtype, made)],
        [N("DEPTH_TO_SPACE", ["x"], ["y"], {"blockSize": block})],
    )


def moved(x: Array, block: int) -> Array:
    """Returns what numpy makes of `x`."""
    n, h, w, c = x.shape
    split = x.reshape(n, h, w, block, block, c // block**2).transpose(0, 1, 3, 2, 4, 5)
    return split.reshape(n, h * block, w * block, c // block**2)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Shape, int]:
    n, h, w, c = (draw(st.integers(1, 3)) for _ in range(4))
    block = draw(st.integers(1, 3))
    return (n, h, w, c * block**2), block


@settings(deadline=None, max_examples=10)
@given(
    st.lists(st.tuples(st.sampled_from(["int8", "float32"]), cases()), min_size=1, max_size=5),
    st.integers(0, 99),
)
def test_moves_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    built = joined(*(part(dtype, *case) for dtype, case in drawn))
    assert_same(built, [[values(dtype, case[0], seed) for dtype, case in drawn]])


def test_types_that_the_reference_lacks() -> None:
    types, shape = ("uint8", "int16", "int64", "bool"), (1, 2, 3, 8)
    inputs = [values(dtype, shape, 7) for dtype in types]
    built = joined(*(part(dtype, shape, 2) for dtype in types))
    assert_outputs(built, [inputs], [[moved(x, 2) for x in inputs]], sanitize=True)


def test_constants_fold() -> None:
    x = values("int32", (1, 2, 3, 8), 3)
    assert_folds([constant(part("int32", x.shape, 2), x=x)], [moved(x, 2)])


def test_access() -> None:
    def read(*case: Any) -> Any:
        found = site(part("int8", *case))
        return found.node.op.access(found).reads[0]

    assert read((1, 2, 3, 8), 1) == Elementwise()
    assert read((1, 2, 3, 8), 2) == Whole()


def test_unsupported_forms() -> None:
    made = part("int8", (1, 2, 3, 8), 2)

    def said(name: str = "x", **fields: Any) -> str:
        return findings(joined(changed(made, name, **fields)))

    assert said() == ""
    assert "shape [1, 2, 3, 6] in blocks of 2" in said(shape=(1, 2, 3, 6))
    assert "a tensor of rank 3" in said(shape=(4, 4, 4))
    assert "blocks of 0" in findings(joined(with_options(made, blockSize=0)))
    assert "input and output of one type" in said("y", dtype="int16")
    assert "should have shape" in said("y", shape=(1, 1, 1, 1))
