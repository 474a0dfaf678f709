"""Activations become the clamp of the operator before them, where that is exact."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.dump import dump
from microflow.graph.ir import Graph
from microflow.graph.verify import verify
from microflow.importer.tflite import import_model
from microflow.passes import fuse_activation
from tests.assemble import N, T
from tests.ops.same import Part, assert_same, joined, values

SHAPE = (1, 3, 3, 2)
WINDOW = {"filterHeight": 1, "filterWidth": 1}
STEPS = {"strideH": 1, "strideW": 1, "padding": "VALID"}
OPERATORS: dict[str, dict[str, Any]] = {
    "CONV_2D": STEPS,
    "DEPTHWISE_CONV_2D": {**STEPS, "depthMultiplier": 1},
    "FULLY_CONNECTED": {"keepNumDims": True},
    "ADD": {},
    "SUB": {},
    "MUL": {},
    "DIV": {},
    "MAX_POOL_2D": {**WINDOW, **STEPS},
    "AVERAGE_POOL_2D": {**WINDOW, **STEPS},
}
WEIGHTS = {
    "CONV_2D": (2, 1, 1, 2),
    "DEPTHWISE_CONV_2D": (1, 1, 1, 2),
    "FULLY_CONNECTED": (2, 2),
    "ADD": SHAPE,
    "SUB": SHAPE,
    "MUL": SHAPE,
    "DIV": SHAPE,
}


def passed(*parts: Part) -> Graph:
    graph, diagnostics = import_model(joined(*parts), "m")
    assert graph is not None, diagnostics
    return verify(fuse_activation.run(graph), "fuse_activation")


def names(graph: Graph) -> list[str]:
    return [node.op.name for node in graph.nodes]


def part(
    op: str = "CONV_2D",
    clamp: str = "RELU6",
    dtype: str = "int8",
    between: tuple[float, int] = (0.05, -100),
    after: tuple[float, int] | None = None,
    fused: str = "NONE",
) -> Part:
    """Returns `op` with a result quantised as `between`, and `clamp` of that."""
    pool = op not in WEIGHTS

    def q(given_: tuple[float, int] | None) -> dict[str, Any]:
        if dtype == "float32" or given_ is None:
            return {}
        return {"scale": given_[0], "zero_point": given_[1]}

    second = [] if pool else [values(dtype, WEIGHTS[op], 3)]
    if dtype == "float32":
        second = [np.nan_to_num(v, posinf=3e38, neginf=-3e38) for v in second]
    weights = [
        T("w", dtype, v.shape, data=v, **q((0.02, 5 if WEIGHTS[op] == SHAPE else 0)))
        for v in second
    ]
    options = {**OPERATORS[op], "fusedActivationFunction": fused}
    return Part(
        [
            T("x", dtype, SHAPE, **q(between if pool else (0.04, 11))),
            *weights,
            T("h", dtype, SHAPE, **q(between)),
            T("y", dtype, SHAPE, **q(after or between)),
        ],
        [
            N(op, ["x", *(t.name for t in weights)], ["h"], options),
            N(clamp, ["h"], ["y"]),
        ],
    )


def test_before_and_after() -> None:
    graph, _ = import_model(joined(part("FULLY_CONNECTED")), "m")
    assert graph is not None
    options = (
        "FullyConnectedOptions(activation=<Activation.{}>, weights_format=0, keep_num_dims=True, "
        "asymmetric_quantize_inputs=False)"
    )
    assert dump(graph) == (
        "graph m\n"
        "  in  %0:int8[1x3x3x2]\n"
        f"  %2:int8[1x3x3x2] = FULLY_CONNECTED(%0, %1) {options.format('NONE: 0')}\n"
        "  %3:int8[1x3x3x2] = RELU6(%2)\n"
        "  out %3\n"
    )
    assert dump(fuse_activation.run(graph)) == (
        "graph m\n"
        "  in  %0:int8[1x3x3x2]\n"
        f"  %3:int8[1x3x3x2] = FULLY_CONNECTED(%0, %1) {options.format('RELU6: 3')}\n"
        "  out %3\n"
    )


@pytest.mark.parametrize("dtype", ["int8", "float32"])
def test_a_transposed_convolution_clamps_too(dtype: str) -> None:
    made = part(dtype=dtype)
    shape = T("shape", "int32", (4,), data=SHAPE)
    options = {**STEPS, "strideH": 2}
    tall = [evolve(t, shape=(1, 6, 3, 2)) if t.name in "hy" else t for t in made.tensors]
    nodes = [N("TRANSPOSE_CONV", ["shape", "w", "x"], ["h"], options), made.nodes[1]]
    transposed = Part([*tall, shape], nodes)
    assert names(passed(transposed)) == ["TRANSPOSE_CONV"]
    assert_same(joined(transposed), [[values(dtype, SHAPE, 2)]])


def test_an_activation_of_its_own_is_kept() -> None:
    for clamp in ("RELU", "RELU6"):
        assert names(passed(part(clamp=clamp, fused="RELU"))) == ["CONV_2D", clamp]


@pytest.mark.parametrize("clamp", ["RELU", "RELU6"])
def test_quantisation_that_changes_keeps_the_activation(clamp: str) -> None:
    kept = [part(clamp=clamp, after=after) for after in ((0.06, -100), (0.05, -99))]
    assert names(passed(*kept)) == ["CONV_2D", clamp] * 2
    assert_same(joined(*kept), [[values("int8", SHAPE, 1)] * 2])


def test_a_result_that_is_read_elsewhere_stays() -> None:
    alone = part()
    output = evolve(alone, outputs=["y", "h"])
    assert names(passed(output)) == ["CONV_2D", "RELU6"]
    assert_same(joined(output), [[values("int8", SHAPE, 2)]])
    tensors = [*alone.tensors, T("z", "int8", (18,), scale=0.05, zero_point=-100)]
    twice = Part(tensors, [*alone.nodes, N("RESHAPE", ["h"], ["z"])], ["x"], ["y", "z"])
    assert names(passed(twice)) == ["CONV_2D", "RELU6", "RESHAPE"]


def test_operators_that_do_not_clamp() -> None:
    other = Part(
        [T(n, "float32", (4,)) for n in ("x", "h", "y")],
        [N("LOGISTIC", ["x"], ["h"]), N("RELU", ["h"], ["y"])],
    )
    assert names(passed(other)) == ["LOGISTIC", "RELU"]
    first = Part([T(n, "float32", (4,)) for n in ("x", "y")], [N("RELU", ["x"], ["y"])])
    assert names(passed(first)) == ["RELU"]


def test_only_the_first_of_two_activations_fuses() -> None:
    alone = part("ADD", "RELU", "float32")
    both = Part(
        [*alone.tensors, T("z", "float32", SHAPE)],
        [*alone.nodes, N("RELU6", ["y"], ["z"])],
        ["x"],
        ["z"],
    )
    assert names(passed(both)) == ["ADD", "RELU6"]
    assert_same(joined(both), [[values("float32", SHAPE, 5)]])


@pytest.mark.parametrize("clamp", ["RELU", "RELU6"])
def test_float32_equals_the_reference(clamp: str) -> None:
    """With infinities, negative zeros and NaN among the operands."""
    parts = [part(op, clamp, "float32") for op in OPERATORS]
    assert names(passed(*parts)) == list(OPERATORS)
    vectors = [[values("float32", SHAPE, 7 * i + j) for j in range(len(parts))] for i in range(4)]
    assert_same(joined(*parts), vectors)


quantised = st.tuples(st.floats(0.005, 0.2), st.sampled_from([-128, -127, -3, 0, 100, 127]))


@settings(deadline=None, max_examples=8)
@given(st.tuples(*[quantised] * len(OPERATORS)), st.data(), st.integers(0, 99))
def test_int8_equals_the_reference(
    scales: tuple[tuple[float, int], ...], data: st.DataObject, seed: int
) -> None:
    """Scales with 6 inside the range and beyond it; zero points at both ends."""
    clamps = [data.draw(st.sampled_from(["RELU", "RELU6"])) for _ in OPERATORS]
    parts = [
        part(op, clamp, "int8", between)
        for op, clamp, between in zip(OPERATORS, clamps, scales, strict=True)
    ]
    assert names(passed(*parts)) == list(OPERATORS)
    vectors = [[values("int8", SHAPE, seed + i)] * len(parts) for i in range(3)]
    assert_same(joined(*parts), vectors)
