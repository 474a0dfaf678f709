"""Shapes that the file leaves open come to what they are; all others must be what the file says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from microflow.graph.ir import Graph
from microflow.importer.tflite import import_model
from tests.assemble import N, S, T, assemble, model_object, pack
from tests.ops.same import assert_outputs, findings
from tests.oracle import litert

OPEN = (-1, -1)


def imported(model: bytes) -> Graph:
    graph, diagnostics = import_model(model, "m")
    assert graph is not None, diagnostics
    return graph


def filled(
    dims: Sequence[int] = (2, 3), shape: Sequence[int] = (1, 1), signature: Any = OPEN
) -> bytes:
    """Returns a model that adds its input to a constant that it fills."""
    tensors = [
        T("x", "float32", (2, 3), signature=(-1, 3)),
        T("dims", "int32", (2,), data=dims),
        T("value", "float32", (), data=[2.5]),
        T("ones", "float32", shape, signature=signature),
        T("y", "float32", (1, 3), signature=(-1, 3)),
    ]
    nodes = [N("FILL", ["dims", "value"], ["ones"]), N("ADD", ["x", "ones"], ["y"])]
    return assemble(tensors, nodes, ["x"], ["y"])


X = np.arange(6, dtype=np.float32).reshape(2, 3)


def test_open_dimensions_follow_from_constants_and_inputs() -> None:
    model = filled()
    assert [t.shape for t in imported(model).tensors.values()][-2:] == [(2, 3), (2, 3)]
    assert_outputs(model, [[X]], litert(model, [[X]]))


def test_an_input_keeps_the_shape_that_the_file_states() -> None:
    assert imported(filled()).tensors[0].shape == (2, 3)


def test_shapes_that_are_computed() -> None:
    """SPACE_TO_BATCH_ND's paddings follow from the input's shape, as converters have them."""
    pixels = (-1, -1, -1, 2)
    tensors = [
        T("x", "float32", (1, 3, 5, 2), signature=pixels),
        T("shape", "int32", (4,)),
        T("from", "int32", (1,), data=[1]),
        T("to", "int32", (1,), data=[3]),
        T("step", "int32", (1,), data=[1]),
        T("block", "int32", (2,), data=[2, 2]),
        T("picture", "int32", (2,)),
        T("more", "int32", (2,)),
        T("none", "int32", (2,), data=[0, 0]),
        T("paddings", "int32", (2, 2)),
        T("y", "float32", (1, 1, 1, 2), signature=pixels),
    ]
    nodes = [
        N("SHAPE", ["x"], ["shape"], {"outType": "int32"}),
        N("STRIDED_SLICE", ["shape", "from", "to", "step"], ["picture"]),
        N("FLOOR_MOD", ["picture", "block"], ["more"]),
        N("PACK", ["none", "more"], ["paddings"], {"valuesCount": 2, "axis": 1}),
        N("SPACE_TO_BATCH_ND", ["x", "block", "paddings"], ["y"]),
    ]
    model = assemble(tensors, nodes, ["x"], ["y"])
    x = np.arange(30, dtype=np.float32).reshape(1, 3, 5, 2)
    assert imported(model).tensors[10].shape == (4, 2, 3, 2)
    assert_outputs(model, [[x]], litert(model, [[x]]))


def test_tensors_without_a_shape() -> None:
    main = S(
        [T("x", "float32", (2, 3)), T("h", "float32", ()), T("y", "float32", ())],
        [N("ADD", ["x", "x"], ["h"]), N("MUL", ["h", "x"], ["y"])],
        ["x"],
        ["y"],
    )
    made = model_object(main)
    for tensor in made.subgraphs[0].tensors[1:]:
        tensor.shape, tensor.hasRank = None, False
    assert_outputs(pack(made), [[X]], litert(pack(made), [[X]]))


@pytest.mark.parametrize(
    ("shape", "signature"),
    [
        ((1, 1), None),  # nothing is open
        ((1, 1), (1, 1)),
        ((1, 4), (-1, 4)),  # what is stated contradicts
        ((1, 1, 1), (-1, -1, -1)),  # so does the rank
    ],
)
def test_what_is_stated_must_be_so(shape: Sequence[int], signature: Any) -> None:
    assert "FILL (operator 0): output 'ones'" in findings(filled((2, 3), shape, signature))


@pytest.mark.parametrize(
    ("dims", "message"),
    [((0, 3), "it holds no element"), ((4096, 4096), "67,108,864 bytes at run time")],
)
def test_shapes_that_come_to_nothing_or_too_much(dims: Sequence[int], message: str) -> None:
    graph, (diagnostic,) = import_model(filled(dims), "m")
    assert graph is None
    assert diagnostic.rule.code == "MF3006"
    assert message in diagnostic.message


@pytest.mark.parametrize("dims", [(-2, 3), (-2, -3)])
def test_shapes_that_cannot_be(dims: Sequence[int]) -> None:
    assert f"should have shape {list(dims)}" in findings(filled(dims))


def rows(name: str, size: int = 1) -> T:
    return T(name, "float32", (size, 3), signature=(-1, 3))


COUNT = [T("i", "int32", ()), T("limit", "int32", (), data=[3]), T("t", "bool", ())]
CONDITION = S([*COUNT, rows("v")], [N("LESS", ["i", "limit"], ["t"])], ["i", "v"], ["t"])
BODY = S(
    [
        T("i", "int32", ()),
        T("one", "int32", (), data=[1]),
        T("j", "int32", ()),
        rows("v"),
        rows("w"),
    ],
    [N("ADD", ["i", "one"], ["j"]), N("ADD", ["v", "v"], ["w"])],
    ["i", "v"],
    ["j", "w"],
)
ZERO = np.array(0, np.int32)


def test_shapes_go_round_loops() -> None:
    tensors = [T("i", "int32", ()), rows("v", 2), T("n", "int32", ()), rows("y"), rows("z")]
    ports = {"condSubgraphIndex": 1, "bodySubgraphIndex": 2}
    nodes = [N("WHILE", ["i", "v"], ["n", "y"], ports), N("MUL", ["y", "y"], ["z"])]
    model = assemble(tensors, nodes, ["i", "v"], ["z"], subgraphs=[CONDITION, BODY])
    assert_outputs(model, [[ZERO, X]], litert(model, [[ZERO, X]]))


def test_shapes_go_through_branches() -> None:
    def branch(op: str) -> S:
        return S([rows("v"), rows("w")], [N(op, ["v", "v"], ["w"])], ["v"], ["w"])

    tensors = [T("t", "bool", ()), rows("v", 2), rows("y"), rows("z")]
    ports = {"thenSubgraphIndex": 1, "elseSubgraphIndex": 2}
    nodes = [N("IF", ["t", "v"], ["y"], ports), N("ADD", ["y", "y"], ["z"])]
    model = assemble(tensors, nodes, ["t", "v"], ["z"], subgraphs=[branch("ADD"), branch("MUL")])
    given = [[np.array(truth), X] for truth in (True, False)]
    assert_outputs(model, given, litert(model, given))


def test_a_subgraph_that_two_run_has_the_shapes_of_the_first() -> None:
    inner = S([rows("v"), rows("w")], [N("ADD", ["v", "v"], ["w"])], ["v"], ["w"])
    tensors = [rows("v", 2), rows("y"), rows("u", 4), rows("z")]
    nodes = [N("CALL", ["v"], ["y"], {"subgraph": 1}), N("CALL", ["u"], ["z"], {"subgraph": 1})]
    model = assemble(tensors, nodes, ["v", "u"], ["y", "z"], subgraphs=[inner])
    assert "CALL (operator 1): a subgraph with 'v' (float32 2x3) for 'u'" in findings(model)


@pytest.mark.parametrize("inputs", [[], ["i"], [-1, "v"]])
def test_loops_with_odd_ports(inputs: Sequence[Any]) -> None:
    tensors = [T("i", "int32", ()), rows("v", 2), T("n", "int32", ()), rows("y")]
    ports = {"condSubgraphIndex": 1, "bodySubgraphIndex": 2}
    nodes = [N("WHILE", inputs, ["n", "y"], ports)]
    model = assemble(tensors, nodes, ["i", "v"], ["y"], subgraphs=[CONDITION, BODY])
    assert "WHILE (operator 0)" in findings(model)
