"""uint8 models are computed on int8, with the results that LiteRT's reference has."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.ir import Graph
from microflow.graph.tensor import DType
from microflow.graph.verify import verify
from microflow.importer.tflite import import_model
from microflow.passes import flip_uint8
from tests.assemble import N, T
from tests.ops import pools, resizing, test_conv_2d, test_depthwise_conv_2d, test_fully_connected
from tests.ops.same import Part, assert_outputs, findings, joined, values
from tests.ops.unsigned import check, unsigned
from tests.ops.windows import Axis, Scales, Windowed, changed, scales
from tests.oracle import litert

SHAPE = (1, 4, 5, 6)


def passed(*parts: Part) -> Graph:
    graph, diagnostics = import_model(joined(*parts), "m")
    assert graph is not None, diagnostics
    return verify(flip_uint8.run(graph), "flip_uint8")


def names(graph: Graph) -> list[str]:
    return [node.op.name for node in graph.nodes]


def q(name: str, shape: Any = SHAPE, scale: float = 0.05, zero: int = 120, **more: Any) -> T:
    return T(name, "uint8", shape, scale=scale, zero_point=zero, **more)


# ---- Layers with weights, and pools ----


@st.composite
def layers(draw: st.DrawFn) -> Part:
    """Draws a layer with one scale, and weights whose zero point is any."""
    kind = draw(st.sampled_from([test_conv_2d, test_depthwise_conv_2d, test_fully_connected]))
    case = draw(kind.cases(quantised=True))
    one_scale = evolve(draw(scales()), per_channel=False, gain=draw(st.sampled_from([0.002, 0.03])))
    part = evolve(case, scales=one_scale, biased=True).part()
    (step,) = one_scale.weights(1)
    part = changed(part, "b", scale=one_scale.x * step)
    return unsigned(changed(part, "w", zero_points=[draw(st.sampled_from([-128, 0, 5, 20]))]))


@settings(deadline=None, max_examples=12)
@given(st.lists(layers(), min_size=4, max_size=8), st.integers(0, 99))
def test_layers_with_weights(drawn: list[Part], seed: int) -> None:
    check(drawn, seed)


@pytest.mark.parametrize("op", ["AVERAGE_POOL_2D", "MAX_POOL_2D"])
@settings(deadline=None, max_examples=6)
@given(st.lists(pools.cases(), min_size=4, max_size=8), st.integers(0, 99))
def test_pools(op: str, drawn: list[pools.Case], seed: int) -> None:
    cases = [evolve(case, scale=case.scale or 0.05, integers="int8") for case in drawn]
    check([unsigned(case.part(op)) for case in cases], seed)


def test_ties_of_means_are_rounded_up() -> None:
    window = Windowed("VALID", Axis(1, 1, 1, 1), Axis(40, 2, 2, 1), 1, "NONE")
    check([unsigned(pools.one(window=window).part("AVERAGE_POOL_2D"))], 1, sanitize=True)


def test_weights_that_int8_does_not_hold() -> None:
    """Between pixels, under windows and channel by channel, from one end of uint8 to the other."""
    wide = Scales(x=0.05, y=0.1, x_zero=-3, y_zero=5, gain=0.002, per_channel=False, seed=1)
    point = Windowed("SAME", Axis(3, 1, 1, 1), Axis(4, 1, 1, 1), 1, "NONE")
    parts = [
        test_conv_2d.one(scales=wide).part(),
        test_conv_2d.one(point, scales=wide).part(),
        test_depthwise_conv_2d.one(scales=wide).part(),
    ]
    check([unsigned(changed(p, "w", zero_points=[-100])) for p in parts], 2, sanitize=True)


def test_the_factor_is_rounded_to_single_precision() -> None:
    """A sum of a published model, so close to a tie that the product of scales decides."""
    x, w, sum_ = 0.023528477177023888, 0.00948566384613514, 5323
    part = Part(
        [
            q("x", (1, 1, 1, 1), x, 0),
            q("w", (1, 1, 1, 1), w, 130, data=np.full((1, 1, 1, 1), 130)),
            T("b", "int32", (1,), data=[sum_], scale=x * w),
            q("y", (1, 1, 1, 1), x, 0),
        ],
        [N("DEPTHWISE_CONV_2D", ["x", "w", "b"], ["y"], {"strideH": 1, "strideW": 1})],
    )
    check([part], 1)


# ---- Operators without weights ----


def one(op: str, y: T | None = None, **options: Any) -> Part:
    return Part([q("x"), y or q("y", scale=0.06, zero=30)], [N(op, ["x"], ["y"], options or None)])


def two(op: str, y: T | None = None) -> Part:
    tensors = [q("x"), q("z", scale=0.07, zero=3), y or q("y", scale=0.9, zero=99)]
    return Part(tensors, [N(op, ["x", "z"], ["y"])], ["x", "z"])


def same(op: str, **options: Any) -> Part:
    return Part([q("x"), q("z"), q("y")], [N(op, ["x", "z"], ["y"], options or None)], ["x", "z"])


def with_table(op: str, table: Any, shape: Any, y: dict[str, Any] | None = None) -> Part:
    tensors = [q("x"), T("a", "int32", np.shape(table), data=table), q("y", shape, **(y or {}))]
    return Part(tensors, [N(op, ["x", "a"], ["y"])])


SLOPES = q("z", (1, 1, 6), scale=0.07, zero=103, data=np.arange(100, 106))
OPERATORS = [
    two("ADD"),
    two("SUB"),
    two("MUL"),
    same("MAXIMUM"),
    same("MINIMUM"),
    one("SOFTMAX", q("y", scale=1 / 256, zero=0), beta=1.0),
    one("LOG_SOFTMAX", q("y", scale=1 / 16, zero=255)),
    one("LOGISTIC", q("y", scale=1 / 256, zero=0)),
    one("TANH", q("y", scale=1 / 128, zero=128)),
    one("RELU"),
    one("LEAKY_RELU", alpha=0.1),
    one("HARD_SWISH"),
    one("RELU6"),
    one("L2_NORMALIZATION", q("y", scale=1 / 128, zero=128)),
    Part([q("x"), SLOPES, q("y", scale=0.06, zero=30)], [N("PRELU", ["x", "z"], ["y"])]),
    with_table("RESIZE_BILINEAR", [7, 3], (1, 7, 3, 6)),
    one("QUANTIZE"),
    Part([T("x", "float32", SHAPE), q("y")], [N("QUANTIZE", ["x"], ["y"])]),
    Part([q("x"), T("y", "float32", SHAPE)], [N("DEQUANTIZE", ["x"], ["y"])]),
    with_table("MEAN", [1, 2], (1, 6), {"scale": 0.03, "zero": 7}),
    with_table("SUM", [1, 2], (1, 6), {"scale": 0.9, "zero": 7}),
    with_table("REDUCE_MAX", [3], (1, 4, 5)),
    with_table("PAD", [[0, 0], [1, 2], [2, 0], [0, 1]], (1, 7, 7, 7)),
    with_table("TRANSPOSE", [0, 2, 1, 3], (1, 5, 4, 6)),
    same("CONCATENATION", axis=1),
]
OPERATORS[-1] = changed(OPERATORS[-1], "y", shape=(1, 8, 5, 6))


@pytest.mark.parametrize("seed", [1, 7])
def test_operators_without_weights(seed: int) -> None:
    check(OPERATORS, seed)


COMPARISONS = ("EQUAL", "NOT_EQUAL", "LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL")


def test_comparisons() -> None:
    check([two(op, T("y", "bool", SHAPE)) for op in COMPARISONS], 2)


@pytest.mark.parametrize("zero", [0, 3, 250])
def test_quotients(zero: int) -> None:
    """LiteRT stops at a division by zero."""
    model = joined(changed(two("DIV"), "z", zero_point=zero))
    x, z = values("uint8", SHAPE, zero), values("uint8", SHAPE, zero + 1)
    given_ = [[x, np.where(z == zero, z + 1, z).astype(np.uint8)]]
    assert_outputs(model, given_, litert(model, given_))


@pytest.mark.parametrize("scale", [0.003, 0.05, 1.0])
def test_clamps_to_six(scale: float) -> None:
    drawn = [(x_zero, y_zero) for x_zero in (0, 77, 255) for y_zero in (0, 128, 200)]
    parts = [
        changed(one("RELU6", q("y", scale=scale, zero=y)), "x", zero_point=x) for x, y in drawn
    ]
    check(parts, 5)


@settings(deadline=None, max_examples=6)
@given(st.lists(resizing.cases(False, "uint8"), min_size=3, max_size=6), st.integers(0, 99))
def test_pictures_of_another_size(drawn: list[resizing.Case], seed: int) -> None:
    check([resizing.part("RESIZE_BILINEAR", case) for case in drawn], seed, sanitize=seed % 3 == 0)


@settings(deadline=None, max_examples=6)
@given(st.lists(st.tuples(st.integers(1, 40), st.sampled_from([0, 3, 128, 255])), min_size=4))
def test_vectors_of_length_one(drawn: list[tuple[int, int]]) -> None:
    made = q("y", scale=1 / 128, zero=128)
    forms = [((2, depth), zero) for depth, zero in drawn[:8]]
    parts = [one("L2_NORMALIZATION", evolve(made, shape=shape)) for shape, _ in forms]
    pairs = zip(parts, forms, strict=True)
    check([changed(p, "x", shape=shape, zero_point=zero) for p, (shape, zero) in pairs], 3)


# ---- What becomes of the graph ----


def chain() -> Part:
    """A convolution, a view, a layer over it all and a softmax, with no int8 between."""
    conv = unsigned(test_conv_2d.one(scales=PER_TENSOR).part())
    batches, *picture = next(t for t in conv.tensors if t.name == "y").shape
    depth = int(np.prod(picture))
    weights = np.arange(3 * depth).reshape(3, depth) % 251
    layer = [
        q("flat", (batches, depth), 0.1, 133),
        q("w2", (3, depth), 0.002, 125, data=weights),
        q("sums", (batches, 3), 0.5, 140),
        q("p", (batches, 3), 1 / 256, 0),
    ]
    nodes = [
        *conv.nodes,
        N("RESHAPE", ["y"], ["flat"], {"newShape": [batches, depth]}),
        N("FULLY_CONNECTED", ["flat", "w2", -1], ["sums"]),
        N("SOFTMAX", ["sums"], ["p"], {"beta": 1.0}),
    ]
    return Part([*conv.tensors, *layer], nodes, ["x"], ["p"])


PER_TENSOR = evolve(test_conv_2d.PLAIN, per_channel=False)


def test_only_the_borders_are_flipped() -> None:
    graph = passed(chain())
    inner = ["CONV_2D", "RESHAPE", "FULLY_CONNECTED", "SOFTMAX"]
    assert names(graph) == ["QUANTIZE", *inner, "QUANTIZE"]
    assert [graph.tensors[t].dtype for t in (*graph.inputs, *graph.outputs)] == [DType.UINT8] * 2
    assert len({node.index for node in graph.nodes}) == 6
    check([chain()], 3)


def test_an_inner_tensor_that_is_an_output_too() -> None:
    given_ = chain()
    assert names(passed(evolve(given_, outputs=["y", "p"]))).count("QUANTIZE") == 3
    check([evolve(given_, outputs=["y", "p"])], 4)


def test_what_computes_on_uint8_stays() -> None:
    """Real values come out of uint8, and what has no scale is no number."""
    real = Part([q("x"), T("y", "float32", SHAPE)], [N("DEQUANTIZE", ["x"], ["y"])])
    bytes_ = Part([T("x", "uint8", (4,)), T("y", "uint8", (2, 2))], [N("RESHAPE", ["x"], ["y"])])
    to_int8 = changed(one("QUANTIZE"), "y", dtype="int8")
    graph = passed(real, bytes_, to_int8)
    assert names(graph) == ["DEQUANTIZE", "RESHAPE", "QUANTIZE"]
    assert all(t.dtype is not DType.INT8 for t in graph.tensors.values() if "x" in t.name)


def test_int8_models_are_left_alone() -> None:
    graph, _ = import_model(joined(test_conv_2d.one().part()), "m")
    assert graph is not None
    assert flip_uint8.run(graph) is graph


def test_messages_name_the_tensors_of_the_file() -> None:
    part = unsigned(test_conv_2d.one(scales=PER_TENSOR).part())
    assert "(uint8 2x5x4x3)" in findings(joined(changed(part, "x", shape=(2, 5, 4, 3), scale=0.0)))
    at_run_time = unsigned(test_fully_connected.one().part())
    made = evolve(changed(at_run_time, "w", data=None), inputs=("x", "w"))
    assert "uint8 weights computed at run time" in findings(joined(made))
