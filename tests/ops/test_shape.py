"""SHAPE: a constant, whatever the tensor holds."""

from __future__ import annotations

import numpy as np
import pytest

from microflow.graph.ir import Graph, Node
from microflow.graph.tensor import DType, Tensor
from microflow.ops import shape
from microflow.targets import load_core
from tests.assemble import N, T
from tests.ops.same import Part, assert_outputs, assert_same, findings, joined, values
from tests.run_model import compiled


def part(dims: tuple[int, ...], dtype: str = "int32") -> Part:
    return Part(
        [T("x", "int8", dims, scale=1.0), T("y", dtype, (len(dims),))],
        [N("SHAPE", ["x"], ["y"], {"outType": dtype})],
    )


def test_sizes_of_the_dimensions() -> None:
    dims = [(1,), (3, 2), (1, 2, 1, 3), (2, 1, 1, 1, 1, 2)]
    assert_same(joined(*map(part, dims)), [[values("int8", d, 0) for d in dims]])


def test_wide_sizes() -> None:
    """The reference has int32 only."""
    x = values("int8", (3, 2), 0)
    assert_outputs(joined(part((3, 2), "int64")), [[x]], [[np.array([3, 2], np.int64)]])


def test_a_shape_computed_from_a_shape_folds_away() -> None:
    """What converters make of reshaping to (batch, -1)."""
    built = joined(
        Part(
            [
                T("x", "float32", (2, 3, 4)),
                T("d", "int32", (3,)),
                T("b", "int32", (1,), data=[0]),
                T("e", "int32", (1,), data=[1]),
                T("s", "int32", (1,), data=[1]),
                T("n", "int32", ()),
                T("m", "int32", (), data=[12]),
                T("p", "int32", (2,)),
                T("y", "float32", (2, 12)),
            ],
            [
                N("SHAPE", ["x"], ["d"], {"outType": "int32"}),
                N("STRIDED_SLICE", ["d", "b", "e", "s"], ["n"], {"shrinkAxisMask": 1}),
                N("PACK", ["n", "m"], ["p"], {"valuesCount": 2}),
                N("RESHAPE", ["x", "p"], ["y"]),
            ],
        )
    )
    assert [node.op.name for node in compiled(built).graph.nodes] == ["RESHAPE"]
    assert_same(built, [[values("float32", (2, 3, 4), 1)]])


def test_call_where_nothing_folded_it() -> None:
    x, y = Tensor(0, "x", DType.INT8, (3, 2)), Tensor(1, "y", DType.INT32, (2,))
    node = Node(0, shape.OPERATOR, (0,), (1,))
    graph = Graph("g", {0: x, 1: y}, (node,), (0,), (1,))
    (call,) = shape.OPERATOR.lower(graph.site(node), load_core("x86-64"))
    assert call.kernel == "copy_constant"
    assert call.params["data"].data == bytes([3, 0, 0, 0, 2, 0, 0, 0])  # type: ignore[union-attr]


@pytest.mark.parametrize("dtype", ["float32", "int16"])
def test_unsupported_types(dtype: str) -> None:
    wrong = Part([T("x", "int8", (2,), scale=1.0), T("y", dtype, (1,))], [N("SHAPE", ["x"], ["y"])])
    assert f"type {dtype} is not supported" in findings(joined(wrong))
