"""PADV2 against the reference: values known at compile time and at run time."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Whole, Window
from tests.assemble import N
from tests.ops.moved import Shape, assert_folds, constant, numbers, tensor
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values
from tests.ops.windows import changed, site
from tests.run_model import compiled

Pairs = list[tuple[int, int]]


def part(dtype: str, shape: Shape, pairs: Pairs, zero_point: int = 0) -> Part:
    """Returns a PADV2 whose value comes at run time."""
    total = tuple(size + sum(pair) for size, pair in zip(shape, pairs, strict=True))
    return Part(
        [
            tensor("x", dtype, shape, zero_point=zero_point),
            numbers("p", pairs),
            tensor("v", dtype, (), zero_point=zero_point),
            tensor("y", dtype, total, zero_point=zero_point),
        ],
        [N("PADV2", ["x", "p", "v"], ["y"])],
        ["x", "v"],
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, Shape, Pairs, int]:
    dtype = draw(st.sampled_from(["int8", "float32", "int16", "int32"]))
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=5)))
    margins = st.tuples(st.integers(0, 2), st.integers(0, 2)) | st.just((0, 0))
    zero_point = draw(st.sampled_from([-128, -3, 0, 127])) if dtype == "int8" else 0
    return dtype, shape, [draw(margins) for _ in shape], zero_point


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(), min_size=1, max_size=5), st.integers(0, 99))
def test_pads_as_the_reference_does(drawn: list[Any], seed: int) -> None:
    parts, given_ = [], []
    for number, (dtype, shape, *rest) in enumerate(drawn):
        made, x, v = (
            part(dtype, shape, *rest),
            values(dtype, shape, seed),
            values(dtype, (), number),
        )
        parts.append(constant(made, v=v) if number % 2 else made)
        given_ += [x] if number % 2 else [x, v]
    assert_same(joined(*parts), [given_])


def test_types_and_ranks_that_the_reference_lacks() -> None:
    types, shape = ("uint8", "int64", "bool"), (1, 2, 1, 2, 1, 2, 3)
    pairs: Pairs = [(0, 0), (1, 0), (0, 0), (0, 1), (1, 1), (0, 0), (2, 0)]
    given_ = [(values(dtype, shape, 1), values(dtype, (), 2)) for dtype in types]
    wanted = [np.pad(x, pairs, constant_values=v) for x, v in given_]
    built = joined(*(part(dtype, shape, pairs) for dtype in types))
    assert_outputs(built, [[a for pair in given_ for a in pair]], [wanted], sanitize=True)


def test_no_value_is_the_zero_point() -> None:
    made = part("int8", (2, 3), [(1, 0), (0, 2)], 5)
    absent = evolve(made, nodes=[N("PADV2", ["x", "p", -1], ["y"])], inputs=["x"])
    two = evolve(absent, nodes=[N("PADV2", ["x", "p"], ["y"])])
    x = values("int8", (2, 3), 1)
    assert_same(joined(absent), [[x]])
    assert_same(joined(two), [[x]])


def test_a_single_byte_is_padded_at_once() -> None:
    def kernels(made: Part) -> list[str]:
        return [call.kernel for call in compiled(joined(made)).calls[0]]

    assert kernels(constant(part("int8", (2, 3), [(1, 1), (1, 1)]), v=-7)) == ["pad"]
    assert kernels(constant(part("int32", (2, 3), [(1, 1), (1, 1)]), v=-1)) == ["pad"]
    general = constant(part("int16", (2, 3, 2), [(1, 1), (1, 1), (0, 2)]), v=5)
    assert kernels(general) == ["copy_strided", "strided_place"]


def test_constants_fold() -> None:
    x, pairs = values("int32", (2, 3), 3), [(1, 0), (0, 2)]
    made = constant(part("int32", (2, 3), pairs), x=x, v=1234)
    nothing = constant(part("int32", (2, 3), pairs), x=x)
    nothing = evolve(nothing, nodes=[N("PADV2", ["x", "p"], ["y"])], inputs=[])
    assert_folds([made, nothing], [np.pad(x, pairs, constant_values=v) for v in (1234, 0)])


def test_access() -> None:
    def read(made: Part) -> Any:
        found = site(made)
        return found.node.op.access(found).reads

    made = part("int8", (1, 2, 3, 4), [(0, 0), (1, 0), (2, 0), (0, 3)])
    assert read(constant(made, v=3)) == (Window(padding=(1, 2)), Whole(), Whole())
    assert read(made) == (Whole(), Whole(), Whole())


def test_unsupported_forms() -> None:
    def said(name: str = "x", **fields: Any) -> str:
        made = part("int8", (2, 3), [(1, 0), (0, 2)])
        return findings(joined(changed(made, name, **fields)))

    assert said() == ""
    assert "2 values of padding" in said("v", shape=(2,))
    assert "output on another scale" in said("v", scale=0.25)
    assert "output on another scale" in said("v", zero_point=1)
    assert "type int16" in said("v", dtype="int16")
    assert "negative padding" in said("p", data=[[-1, 0], [0, 2]])
    assert "should have shape [3, 5]" in said("y", shape=(3, 3))
