"""Padding folds into convolutions where that is exact, and nowhere else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from microflow.graph.dump import dump
from microflow.graph.ir import Graph
from microflow.graph.verify import verify
from microflow.importer.tflite import import_model
from microflow.passes import fold_pad
from tests.assemble import N, T
from tests.ops.same import Part, assert_same, joined, values

SPATIAL = ((0, 0), (1, 0), (2, 1), (0, 0))


def passed(*parts: Part) -> Graph:
    graph, diagnostics = import_model(joined(*parts), "m")
    assert graph is not None, diagnostics
    return verify(fold_pad.run(graph), "fold_pad")


def names(graph: Graph) -> list[str]:
    return [node.op.name for node in graph.nodes]


def part(
    dtype: str = "int8",
    op: str = "CONV_2D",
    shape: tuple[int, ...] = (1, 4, 5, 2),
    pads: Any = SPATIAL,
    kernel: tuple[int, int] = (3, 2),
    stride: tuple[int, int] = (1, 1),
    dilation: tuple[int, int] = (1, 1),
    padding: str = "VALID",
    zero_points: tuple[int, int] = (-7, -7),
    weights: Any = None,
) -> Part:
    """Returns a PAD (or several, for a list of paddings) before a convolution."""
    steps = pads if isinstance(pads, list) else [pads]
    shapes = [shape]
    for step in steps:
        shapes.append(tuple(n + a + b for n, (a, b) in zip(shapes[-1], step, strict=True)))
    channels = shapes[-1][3]
    filters = channels if op == "DEPTHWISE_CONV_2D" else 3
    sets, read = (1, filters) if op == "DEPTHWISE_CONV_2D" else (filters, channels)
    scaled = dtype == "int8"

    def q(scale: float, zero_point: int) -> dict[str, Any]:
        return {"scale": scale, "zero_point": zero_point} if scaled else {}

    if weights is None:
        weights = values(dtype, (sets, *kernel, read), 1)
        weights = np.nan_to_num(weights, posinf=1, neginf=-1)
    xs = [T(f"x{i}_", dtype, s, **q(0.5, zero_points[i > 0])) for i, s in enumerate(shapes)]
    tables = [T(f"p{i}_", "int32", (4, 2), data=step) for i, step in enumerate(steps)]
    windows: dict[str, Any] = {
        "padding": padding,
        "strideH": stride[0],
        "strideW": stride[1],
        "dilationHFactor": dilation[0],
        "dilationWFactor": dilation[1],
    }
    if op == "DEPTHWISE_CONV_2D":
        windows["depthMultiplier"] = 1
    return Part(
        [
            *xs,
            *tables,
            T("w", dtype, (sets, *kernel, read), data=weights, **q(0.1, 0)),
            T(
                "y",
                dtype,
                _output(shapes[-1], filters, kernel, stride, dilation, padding),
                **q(2, 4),
            ),
        ],
        [
            *[N("PAD", [f"x{i}_", f"p{i}_"], [f"x{i + 1}_"]) for i in range(len(steps))],
            N(op, [f"x{len(steps)}_", "w"], ["y"], windows),
        ],
        ["x0_"],
    )


def _output(
    shape: tuple[int, ...],
    filters: int,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
    padding: str,
) -> tuple[int, ...]:
    def size(axis: int) -> int:
        reach = (kernel[axis] - 1) * dilation[axis] if padding == "VALID" else 0
        return -(-(shape[axis + 1] - reach) // stride[axis])

    return shape[0], size(0), size(1), filters


def test_before_and_after() -> None:
    graph, _ = import_model(joined(part()), "m")
    assert graph is not None
    assert dump(graph) == (
        "graph m\n"
        "  in  %0:int8[1x4x5x2]\n"
        "  %1:int8[1x5x8x2] = PAD(%0, %2)\n"
        "  %4:int8[1x3x7x3] = CONV_2D(%1, %3) Conv2DOptions(padding=<Padding.VALID: 1>, "
        "stride_w=1, stride_h=1, activation=<Activation.NONE: 0>, dilation_w=1, dilation_h=1, "
        "pads=(0, 0, 0, 0))\n"
        "  out %4\n"
    )
    assert dump(fold_pad.run(graph)) == (
        "graph m\n"
        "  in  %0:int8[1x4x5x2]\n"
        "  %4:int8[1x3x7x3] = CONV_2D(%0, %3) Conv2DOptions(padding=<Padding.VALID: 1>, "
        "stride_w=1, stride_h=1, activation=<Activation.NONE: 0>, dilation_w=1, dilation_h=1, "
        "pads=(1, 0, 2, 1))\n"
        "  out %4\n"
    )


def test_two_in_a_row_add_up() -> None:
    more = ((0, 0), (0, 3), (1, 0), (0, 0))
    graph = passed(part(op="DEPTHWISE_CONV_2D", pads=[SPATIAL, more]))
    (node,) = graph.nodes
    assert (node.op.name, node.inputs[0]) == ("DEPTHWISE_CONV_2D", graph.inputs[0])
    assert node.attrs.pads == (1, 3, 3, 1)


def in_16_bits(made: Part) -> Part:
    """Returns `made`, of int8, with activations of int16."""
    tensors = [
        evolve(t, dtype="int16") if t.dtype == "int8" and t.name != "w" else t for t in made.tensors
    ]
    return evolve(made, tensors=tensors)


def test_int16_is_folded_where_zero_is_zero() -> None:
    """Convolutions of int16 ignore zero points, and the pad writes them."""
    symmetric = in_16_bits(part(zero_points=(0, 0)))
    assert names(passed(symmetric)) == ["CONV_2D"]
    assert_same(joined(symmetric), [[values("int16", (1, 4, 5, 2), 3)]])
    assert names(passed(in_16_bits(part()))) == ["PAD", "CONV_2D"]


def test_weights_that_are_not_known_keep_the_pad_of_floats() -> None:
    """They may be infinite, and zero times that is no number."""
    made = part("float32")
    tensors = [evolve(t, data=None) if t.name == "w" else t for t in made.tensors]
    assert names(passed(evolve(made, tensors=tensors, inputs=["x0_", "w"]))) == ["PAD", "CONV_2D"]


def test_quantisation_that_changes_keeps_the_pad() -> None:
    """The convolution would take the input's bytes for other numbers."""
    assert names(passed(part(zero_points=(3, -7)))) == ["PAD", "CONV_2D"]
    assert_same(joined(part(zero_points=(3, -7))), [[values("int8", (1, 4, 5, 2), 2)]])


@pytest.mark.parametrize("pads", [((1, 0), *SPATIAL[1:]), (*SPATIAL[:3], (0, 1))])
def test_images_and_channels_are_not_folded(pads: Any) -> None:
    graph = passed(part(pads=pads))
    assert names(graph) == ["PAD", "CONV_2D"]
    assert_same(joined(part(pads=pads)), [[values("int8", (1, 4, 5, 2), 3)]])


def test_infinite_weights_keep_the_pad() -> None:
    weights = np.ones((3, 3, 2, 2), np.float32)
    assert names(passed(part("float32", weights=weights))) == ["CONV_2D"]
    weights[1, 2, 0, 1] = np.inf
    kept = part("float32", weights=weights)
    assert names(passed(kept)) == ["PAD", "CONV_2D"]
    assert_same(joined(kept), [[np.ones((1, 4, 5, 2), np.float32)]])


def test_a_padded_tensor_that_is_read_elsewhere_stays() -> None:
    alone = part()
    output = evolve(alone, outputs=["y", "x1_"])
    assert names(passed(output)) == ["PAD", "CONV_2D"]
    assert_same(joined(output), [[values("int8", (1, 4, 5, 2), 4)]])
    copied = [*alone.tensors, T("z", "int8", (80,), scale=0.5, zero_point=-7)]
    twice = Part(copied, [*alone.nodes, N("RESHAPE", ["x1_"], ["z"])], alone.inputs, ["y", "z"])
    assert names(passed(twice)) == ["PAD", "CONV_2D", "RESHAPE"]


@pytest.mark.parametrize("op", ["MAX_POOL_2D", "AVERAGE_POOL_2D"])
def test_pools_are_left_alone(op: str) -> None:
    """To a pool, a padded pixel is a value like any other."""
    window = {"filterHeight": 2, "filterWidth": 2, "strideH": 1, "strideW": 1, "padding": "VALID"}
    pool = Part(
        [
            T("x", "int8", (1, 3, 3, 1), scale=1.0, zero_point=9),
            T("p", "int32", (4, 2), data=SPATIAL),
            T("h", "int8", (1, 4, 6, 1), scale=1.0, zero_point=9),
            T("y", "int8", (1, 3, 5, 1), scale=1.0, zero_point=9),
        ],
        [N("PAD", ["x", "p"], ["h"]), N(op, ["h"], ["y"], window)],
    )
    assert names(passed(pool)) == ["PAD", op]
    assert_same(joined(pool), [[values("int8", (1, 3, 3, 1), 5)]])


pairs = st.tuples(st.integers(0, 3), st.integers(0, 3))
small = st.tuples(st.integers(1, 3), st.integers(1, 3))


@st.composite
def forms(draw: st.DrawFn) -> dict[str, Any]:
    form: dict[str, Any] = {
        "dtype": draw(st.sampled_from(["int8", "float32"])),
        "op": draw(st.sampled_from(["CONV_2D", "DEPTHWISE_CONV_2D"])),
        "shape": (draw(st.integers(1, 2)), *(draw(st.integers(1, 5)) for _ in range(2)), 2),
        "pads": ((0, 0), draw(pairs), draw(pairs), (0, 0)),
        "kernel": draw(small),
        "stride": draw(small),
        "dilation": draw(st.just((1, 1)) | small),
        "padding": draw(st.sampled_from(["VALID", "SAME"])),
        "zero_points": (draw(st.sampled_from([-128, 0, 127])),) * 2,
    }
    for axis in range(2):
        reach = (form["kernel"][axis] - 1) * form["dilation"][axis]
        assume(form["shape"][axis + 1] + sum(form["pads"][axis + 1]) > reach)
    return form


@settings(deadline=None, max_examples=15)
@given(st.lists(forms(), min_size=1, max_size=4), st.integers(0, 99))
def test_folded_convolutions_equal_the_reference(drawn: list[Any], seed: int) -> None:
    parts = [part(**form) for form in drawn]
    assert names(passed(*parts)) == [form["op"] for form in drawn]
    assert_same(joined(*parts), [[values(f["dtype"], f["shape"], seed) for f in drawn]])
