"""RESHAPE: no code at all, so the bytes must pass through untouched."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.ir import Node, Site
from microflow.graph.tensor import DType, Tensor
from microflow.ops import reshape
from tests.assemble import N, T
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values
from tests.run_model import compiled

TYPES = ["int8", "float32", "int16", "int32", "int64", "bool", "uint8"]


def part(dtype: str, shape: Any, new: Any, *, options: Any = "absent", second: Any = None) -> Part:
    given_ = [] if second is None else [T("s", "int32", (len(second),), data=second)]
    scale = 0.5 if dtype in ("int8", "int16", "uint8") else None
    return Part(
        [T("x", dtype, shape, scale=scale), *given_, T("y", dtype, new, scale=scale)],
        [N("RESHAPE", ["x", *(t.name for t in given_)], ["y"], options)],
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    sizes = draw(st.lists(st.integers(1, 4), max_size=4))
    new = (*draw(st.permutations(sizes)), *[1] * draw(st.integers(0, 3)))
    return draw(st.sampled_from(TYPES)), tuple(sizes), new


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(), min_size=1, max_size=5), st.integers(0, 99))
def test_passes_the_bytes_on(drawn: list[Any], seed: int) -> None:
    built = joined(*(part(*case) for case in drawn))
    assert_same(built, [[values(dtype, shape, seed) for dtype, shape, _ in drawn]])


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"options": {"newShape": [3, 2]}},
        {"options": {"newShape": [3, -1]}},
        {"second": [3, 2]},
        {"second": [-1, 2]},
        {"second": [6]},  # the reference believes the output tensor
        {"options": {"newShape": [6]}},
    ],
)
def test_every_way_to_state_the_shape(form: dict[str, Any]) -> None:
    assert_same(joined(part("int8", (2, 3), (3, 2), **form)), [[values("int8", (2, 3), 1)]])


def test_shape_computed_at_run_time_is_not_needed() -> None:
    built = joined(
        Part(
            [
                T("x", "float32", (2, 3)),
                T("s", "int32", (2,)),
                T("y", "float32", (3, 2)),
            ],
            [N("RESHAPE", ["x", "s"], ["y"])],
            ["x", "s"],
        )
    )
    x = values("float32", (2, 3), 2)
    assert_outputs(built, [[x, values("int32", (2,), 2)]], [[x.reshape(3, 2)]])


def test_takes_no_code_and_no_memory() -> None:
    made = compiled(joined(part("int8", (2, 6), (3, 4))))
    assert made.calls == ((),)
    assert made.plan.arena_bytes == 12


def test_constants_fold() -> None:
    x = values("int16", (2, 3), 5)
    built = joined(
        Part(
            [
                T("i", "int16", (3, 1), scale=0.5),
                T("x", "int16", (2, 3), scale=0.5, data=x),
                T("h", "int16", (3, 2), scale=0.5),
                T("y", "int16", (3, 3), scale=0.5),
            ],
            [N("RESHAPE", ["x"], ["h"]), N("CONCATENATION", ["i", "h"], ["y"], {"axis": 1})],
            ["i"],
        )
    )
    assert_same(built, [[values("int16", (3, 1), 6)]])


def resolved(
    elements: int, stated: tuple[int, ...], second: list[int] | None = None, option: Any = ()
) -> tuple[int, ...]:
    """Returns the inferred shape of an input of `elements` with an output of shape `stated`."""
    x, y = Tensor(0, "x", DType.INT8, (elements,)), Tensor(2, "y", DType.INT8, stated)
    data = (
        None if second is None else b"".join(n.to_bytes(4, "little", signed=True) for n in second)
    )
    s = Tensor(1, "s", DType.INT32, (len(second or ()),), data=data)
    node = Node(0, reshape.OPERATOR, (0, 1), (2,), reshape.ReshapeOptions(option))
    return reshape.OPERATOR.infer(Site(node, (x, s), (y,)))[0]


def test_inferred_shape() -> None:
    assert resolved(6, (3, 2), [6]) == (3, 2)  # what is stated and fits
    assert resolved(6, (5,), [2, -1]) == (2, 3)  # then the second input
    assert resolved(6, (5,), [4], (-1, 1)) == (6, 1)  # then the options
    assert resolved(6, (5,), [4], (-1, 4)) == (5,)  # nothing fits: the check has said so
    assert resolved(1, (), []) == ()
    assert resolved(0, (0, 3), [-1, 3]) == (0, 3)
    assert resolved(0, (5,), [-1, 3]) == (0, 3)


def test_unsupported_forms() -> None:
    assert "6 elements in another number" in findings(joined(part("int8", (2, 3), (4,))))
    other = Part(
        [T("x", "int8", (2,), scale=1.0), T("y", "uint8", (2,), scale=1.0)],
        [N("RESHAPE", ["x"], ["y"])],
    )
    assert "input and output of one type" in findings(joined(other))
    asked = findings(joined(part("int8", (2, 3), (4,), second=[3, -1])))
    assert "should have shape [3, 2]" in asked
