"""FULLY_CONNECTED against the reference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Whole
from tests.assemble import N, T, assemble
from tests.ops.cut import assert_node
from tests.ops.same import Part, assert_same, findings, joined
from tests.ops.windows import (
    ACTIVATIONS,
    Scales,
    call,
    changed,
    check_float,
    check_int8,
    check_int16,
    floats,
    int8_pictures,
    int8_weights,
    scales,
    site,
    ties,
    with_options,
)
from tests.oracle import tflm_accepts


@frozen
class Case:
    """A layer of `filters` outputs over vectors of `depth`; `batch` are the input's other sizes."""

    batch: tuple[int, ...]
    depth: int
    filters: int
    activation: str
    keep: bool
    biased: bool
    seed: int
    scales: Scales | None = None  # None: float32
    weights_zero: int = 0

    @property
    def shape(self) -> tuple[int, ...]:
        return (*self.batch, self.depth)

    @property
    def output(self) -> tuple[int, ...]:
        batch = self.batch if self.keep else (int(np.prod(self.batch, dtype=int)),)
        return (*batch, self.filters)

    def part(self) -> Part:
        made = self._float() if self.scales is None else self._quantised(self.scales)
        options = {"fusedActivationFunction": self.activation, "keepNumDims": self.keep}
        inputs = ["x", "w", "b" if self.biased else -1]
        return Part(made, [N("FULLY_CONNECTED", inputs, ["y"], options)])

    def _quantised(self, s: Scales) -> list[T]:
        weights, steps = (self.filters, self.depth), s.weights(self.filters)
        return [
            s.input(self.shape),
            T("w", "int8", weights, data=int8_weights(weights, self.seed),
              scales=steps, zero_points=[self.weights_zero]),
            s.biases(self.filters, self.seed, scale=s.x * steps[0]),
            s.output(self.output),
        ]  # fmt: skip

    def _float(self) -> list[T]:
        weights = (self.filters, self.depth)
        return [
            T("x", "float32", self.shape),
            T("w", "float32", weights, data=floats(weights, self.seed)),
            T("b", "float32", (self.filters,), data=floats((self.filters,), self.seed)),
            T("y", "float32", self.output),
        ]


@st.composite
def cases(draw: st.DrawFn, quantised: bool, activations: str = "int8") -> Case:
    int16 = activations == "int16"
    biases = ("int64", "int32") if int16 else ()
    return Case(
        batch=tuple(draw(st.lists(st.integers(1, 3), max_size=3))),
        depth=draw(st.integers(1, 40)),
        filters=draw(st.integers(1, 11)),
        activation=draw(st.sampled_from(ACTIVATIONS)),
        keep=draw(st.booleans()),
        biased=draw(st.booleans()),
        seed=draw(st.integers(0, 999)),
        scales=draw(scales(activations, biases)) if quantised else None,
        weights_zero=draw(st.sampled_from([0, 0, -128, 127, 5])),
    )


@settings(deadline=None, max_examples=15)
@given(st.lists(cases(quantised=True), min_size=4, max_size=8))
def test_int8(drawn: list[Case]) -> None:
    check_int8(drawn)


@settings(deadline=None, max_examples=12)
@given(st.lists(cases(quantised=True, activations="int16"), min_size=4, max_size=8))
def test_int16(drawn: list[Case]) -> None:
    check_int16(drawn)


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(quantised=False), min_size=4, max_size=8))
def test_float32(drawn: list[Case]) -> None:
    check_float(drawn)


PLAIN = Scales(x=0.05, y=0.1, x_zero=-3, y_zero=5, gain=0.002, per_channel=False, seed=1)


WIDE = evolve(PLAIN, activations="int16", bias="int64")


def one(**more: Any) -> Case:
    plain = {"batch": (2,), "depth": 13, "filters": 6, "activation": "RELU6", "keep": False}
    return Case(**{**plain, "biased": True, "seed": 3, "scales": PLAIN, **more})


def test_memory_is_read_and_written_within_bounds() -> None:
    drawn = [one(), one(weights_zero=-128), one(scales=evolve(PLAIN, per_channel=True), filters=3)]
    check_int8(drawn, sanitize=True)
    check_int16([evolve(case, scales=WIDE) for case in drawn[:1]], sanitize=True)
    check_float([evolve(case, scales=None) for case in drawn], sanitize=True)


def test_zero_points_of_int16_count() -> None:
    scales_ = evolve(WIDE, x_zero=9000, y_zero=-7000, gain=1e-4)
    check_int16([one(scales=evolve(scales_, per_channel=several)) for several in (False, True)])


def test_clang_computes_the_same() -> None:
    drawn = [one(), one(weights_zero=7, depth=40), one(filters=9)]
    check_int8(drawn, compiler="clang", optimise="-O3")
    check_float([evolve(case, scales=None) for case in drawn], compiler="clang", optimise="-O3")


def test_sums_that_overflow_wrap() -> None:
    part = one(scales=evolve(PLAIN, gain=1e-9, x_zero=127), weights_zero=127).part()
    limits = np.array([-(2**31), 2**31 - 1] * 3, np.int32)
    vectors = int8_pictures(one().shape, 1)
    assert_same(joined(changed(part, "b", data=limits)), [[v] for v in vectors], sanitize=True)


@pytest.mark.parametrize("seed", [0, 2, 5])
def test_the_factor_is_computed_in_double_precision(seed: int) -> None:
    """The reference multiplies the scales before it rounds, whether one or one a filter."""
    near = ties(seed)
    filters = len(near.sums)
    part = one(filters=filters, activation="NONE").part()
    part = changed(changed(part, "x", scale=near.x), "y", scale=near.y)
    part = changed(part, "b", data=near.sums, scale=near.x * near.w)
    for scales_ in ([near.w], [near.w] * filters):
        weights = {"scales": scales_, "data": np.zeros((filters, 13))}
        assert_same(joined(changed(part, "w", **weights)), [[np.zeros((2, 13), np.int8)]])


def test_output_shapes_that_only_add_up() -> None:
    part = one(batch=(2, 2)).part()
    vectors = [[v] for v in int8_pictures((2, 2, 13), 1)]
    for shape in [(4, 6), (2, 2, 6), (1, 1, 4, 6)]:
        assert_same(joined(changed(part, "y", shape=shape)), vectors)


def test_any_input_rank() -> None:
    part = one(depth=12).part()
    for shape in [(24,), (2, 3, 4), (2, 2, 3, 2), (1, 2, 1, 4, 3)]:
        vectors = [[v] for v in int8_pictures(shape, 1)]
        assert_same(joined(changed(part, "x", shape=shape)), vectors)


def test_weights_of_more_than_two_dimensions() -> None:
    part = changed(one().part(), "w", shape=(1, 6, 13))
    assert_same(joined(part), [[v] for v in int8_pictures(one().shape, 1)])


def test_the_cost_counts_every_product() -> None:
    found = site(one().part())
    assert found.node.op.cost(found).macs == 2 * 6 * 13
    assert found.node.op.access(found).reads == (Whole(),) * 3


def test_one_vector_may_arrive_in_pieces() -> None:
    assert [call(one(batch=batch).part()).sums for batch in ((1,), (), (2,))] == [6, 6, 0]


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("x", {"dtype": "int32"}, "type int32"),
        ("x", {"scale": None}, "no scale"),
        ("y", {"dtype": "float32"}, "output of type float32"),
        ("w", {"dtype": "int16", "data": np.zeros((6, 13))}, "type int16"),
        ("w", {"scales": [0.1] * 5, "zero_points": [0]}, "5 scales for 6 output channels"),
        ("w", {"shape": (78,)}, "weights of shape [78]"),
        ("w", {"shape": (2, 3, 13)}, "weights of shape [2, 3, 13]"),
        ("w", {"shape": (6, 10), "data": np.zeros(60)}, "26 elements for weights of depth 10"),
        ("b", {"dtype": "float32"}, "type float32"),
        ("b", {"shape": (2,), "data": np.zeros(2)}, "2 elements for 6 output channels"),
        ("y", {"shape": (2, 5)}, "should have shape [2, 6]"),
        ("y", {"shape": (6, 2)}, "should have shape [2, 6]"),
    ],
)
def test_unsupported_tensors(name: str, fields: dict[str, Any], words: str) -> None:
    assert words in findings(joined(changed(one().part(), name, **fields)))


@pytest.mark.parametrize(("scale", "fits"), [(0.0054, True), (0.0056, False), (None, True)])
def test_a_step_of_the_bias_is_one_of_the_sums(scale: float | None, fits: bool) -> None:
    """Up to a fiftieth of a step of the output, as the reference allows."""
    model = assemble(
        tensors=[
            T("x", "int8", (1, 4), scale=0.05),
            T("w", "int8", (2, 4), data=range(8), scale=0.01),
            T("b", "int32", (2,), data=[90, -7], scale=scale),
            T("y", "int8", (1, 2), scale=0.25),
        ],
        nodes=[N("FULLY_CONNECTED", ["x", "w", "b"], ["y"])],
        inputs=["x"],
        outputs=["y"],
    )
    found = findings(model)
    assert ("a bias of scale" in found) != fits
    assert tflm_accepts(model) == fits


def test_unsupported_int16() -> None:
    assert "an output scale of" in findings(joined(one(scales=evolve(WIDE, gain=1e5)).part()))


def test_unsupported_options() -> None:
    shuffled = with_options(one().part(), weightsFormat=1)
    assert "shuffled weights" in findings(joined(shuffled))


@pytest.mark.parametrize(
    ("model", "node"),
    [
        ("kernel_models/aeq__single_fc_bias_relu6.tflite", 0),
        ("models/mww_v2__vad.tflite", 29),
        ("models/microflow_rs__sine.tflite", 1),
    ],
)
def test_layers_of_published_models(model: str, node: int) -> None:
    assert_node(model, node)
