"""Layers, sums and shares under the profiles of LiteRT, against LiteRT."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow import profiles
from microflow.dsl import schema
from microflow.importer.tflite import import_model
from microflow.numerics import litert
from microflow.ops.check import checked_sites
from microflow.ops.profiles import check
from microflow.profiles import TFLM
from tests.assemble import N, T
from tests.ops.same import Array, Part, assert_outputs, joined
from tests.oracle import profile_steps

LITERT = ("litert-ref", "xnnpack")
LAYERS = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
zero_points = st.sampled_from([-128, 127, 0]) | st.integers(-128, 127)
scales = st.sampled_from([0.5, 0.25, 0.003]) | st.floats(2**-10, 2, width=32)


@frozen
class Layer:
    """A layer, whose biases put sums near ties of the output's steps where they `tie`."""

    op: str
    seed: int
    x_scale: float
    y_scale: float
    zeros: tuple[int, int]
    per_channel: bool
    ties: bool
    activation: str
    window: tuple[int, int, int, int, str]  # taps down and across, stride, dilation, padding
    batches: int


layers = st.builds(
    Layer,
    op=st.sampled_from(LAYERS),
    seed=st.integers(0, 1 << 30),
    x_scale=scales,
    y_scale=scales,
    zeros=st.tuples(zero_points, zero_points),
    per_channel=st.booleans(),
    ties=st.booleans(),
    activation=st.sampled_from(["NONE", "NONE", "RELU", "RELU6", "RELU_N1_TO_1"]),
    window=st.tuples(
        st.integers(1, 3),
        st.integers(1, 3),
        st.integers(1, 2),
        st.integers(1, 2),
        st.sampled_from(["SAME", "VALID"]),
    ),
    batches=st.integers(1, 2),
)


def part_of(layer: Layer) -> tuple[Part, Array]:
    """Returns the model of a layer, and an input."""
    rng = np.random.default_rng(layer.seed)
    channels, filters = int(rng.integers(1, 5)), int(rng.integers(1, 9))
    down, across, stride, dilation, padding = layer.window
    dense = layer.op == "FULLY_CONNECTED"
    weights, axis = (filters, *(() if dense else (down, across)), channels), 0
    if layer.op == "DEPTHWISE_CONV_2D":
        filters = channels * int(rng.integers(1, 3))
        weights, axis = (1, down, across, filters), 3
    depth = int(np.prod(weights)) // filters
    ws = [float(np.float32(s)) for s in rng.uniform(1e-3, 0.1, filters if layer.per_channel else 1)]
    if layer.ties and layer.x_scale in (0.5, 0.25):
        ws = [2.0 ** -int(rng.integers(1, 9)) for _ in ws]
    factors = np.resize(ws, filters) * layer.x_scale / layer.y_scale
    bias = rng.integers(-120, 120, filters) + 0.5 * layer.ties
    shape = (layer.batches * 5, channels) if dense else (layer.batches, 6, 5, channels)
    size = ((6, 5), (down, across))
    out = [
        -(-n // stride) if padding == "SAME" else -(-(n - (k - 1) * dilation) // stride)
        for n, k in zip(*size, strict=True)
    ]
    options: dict[str, Any] = {"fusedActivationFunction": layer.activation}
    if not dense:
        options |= {"strideW": stride, "strideH": stride, "padding": padding}
        options |= {"dilationHFactor": dilation, "dilationWFactor": dilation}
    if layer.op == "DEPTHWISE_CONV_2D":
        options["depthMultiplier"] = filters // channels
    top = int(rng.choice([1, 127])) if depth > 1 else 127
    tensors = [
        T("x", "int8", shape, scale=layer.x_scale, zero_point=layer.zeros[0]),
        T("w", "int8", weights, data=rng.integers(-top, top + 1, weights), scales=ws, axis=axis),
        T(
            "b", "int32", (filters,), data=np.round(np.clip(bias / factors, -(2.0**28), 2.0**28)),
            scales=[s * layer.x_scale for s in ws], axis=0,
        ),
        T(
            "y", "int8", (*shape[:1], *([] if dense else out), filters),
            scale=layer.y_scale, zero_point=layer.zeros[1],
        ),
    ]  # fmt: skip
    x = rng.integers(-128, 128, shape).astype(np.int8)
    return Part(tensors, [N(layer.op, ["x", "w", "b"], ["y"], options)]), x


def refusals(part: Part, profile: str) -> list[str]:
    """Returns what the operator of a model cannot do under `profile`."""
    graph, found = import_model(joined(part), "model")
    assert graph is not None, found
    return [f.what for site, _, _ in checked_sites(graph) for f in check(site, profile)]


def assert_as_litert(parts: Sequence[tuple[Part, Array]], profile: str, **options: Any) -> None:
    """Fails unless all that `profile` takes of the models gives LiteRT's bytes."""
    taken = [(part, x) for part, x in parts if not refusals(part, profile)]
    if taken:
        model, inputs = joined(*(part for part, _ in taken)), [x for _, x in taken]
        expected = profile_steps(profile, model, [inputs])
        assert_outputs(model, [inputs], expected, profile=profile, **options)


@pytest.mark.parametrize("profile", LITERT)
@settings(deadline=None, max_examples=10)
@given(st.lists(layers, min_size=8, max_size=12))
def test_layers(profile: str, drawn: list[Layer]) -> None:
    assert_as_litert([part_of(layer) for layer in drawn], profile)


@pytest.mark.parametrize("profile", LITERT)
def test_layers_under_sanitizers(profile: str) -> None:
    layer = Layer("", 7, 0.25, 0.5, (-128, 3), True, True, "NONE", (3, 2, 1, 1, "SAME"), 2)
    drawn = [part_of(Layer(op, *_fields(layer))) for op in LAYERS]
    assert not any(refusals(part, profile) for part, _ in drawn)
    assert_as_litert(drawn, profile, sanitize=True)


def _fields(layer: Layer) -> list[Any]:
    return [getattr(layer, name) for name in Layer.__annotations__ if name != "op"]


def test_the_profiles_differ_at_a_tie() -> None:
    """0.5 is 0 where ties go to even numbers, and -0.5 is -1 where they go away from zero."""
    tensors = [
        T("x", "int8", (1, 1), scale=0.5, zero_point=0),
        T("w", "int8", (1, 1), data=[[1]], scale=0.5),
        T("b", "int32", (1,), data=[0], scale=0.25),
        T("y", "int8", (1, 1), scale=0.5, zero_point=0),
    ]
    part = Part(tensors, [N("FULLY_CONNECTED", ["x", "w", "b"], ["y"], {})])
    for value, expected in ((1, (1, 0)), (-1, (-1, 0)), (3, (2, 2)), (-3, (-2, -2))):
        given_ = np.array([[value]], np.int8)
        for profile, want in zip(LITERT, expected, strict=True):
            ((found,),) = profile_steps(profile, joined(part), [[given_]])
            assert found.item() == want
            assert_as_litert([(part, given_)], profile)


ratios = st.sampled_from([1.0, 0.5, 2.0**-10, 2.0**-11, 255.0, 256.0]) | st.floats(1e-4, 300)
EVERY = [a.astype(np.int8) for a in np.meshgrid(np.arange(-128, 128), np.arange(-128, 128))]


@pytest.mark.parametrize("profile", LITERT)
@settings(deadline=None, max_examples=5)
@given(st.lists(st.tuples(ratios, ratios, zero_points, zero_points), min_size=1, max_size=8))
def test_sums_of_all_pairs(profile: str, drawn: list[tuple[float, float, int, int]]) -> None:
    parts = []
    for index, (a, b, a_zero, y_zero) in enumerate(drawn):
        tensors = [
            T("a", "int8", (256, 256), scale=0.01 * a, zero_point=a_zero),
            T("b", "int8", (256, 256), scale=0.01 * b, zero_point=-a_zero - 1),
            T("y", "int8", (256, 256), scale=0.01, zero_point=y_zero),
        ]
        op = ("ADD", "SUB")[index % 2]
        options = {"fusedActivationFunction": ("NONE", "RELU")[index // 2 % 2]}
        node = N(op, ["a", "b"], ["y"], options)
        part = Part(tensors, [node], inputs=("a", "b"))
        taken = profile == "litert-ref" or (min(a, b) > 0.001 and max(a, b) < 255.5)
        assert taken <= (not refusals(part, profile))
        parts.append(part)
    parts = [part for part in parts if not refusals(part, profile)]
    if parts:
        model, inputs = joined(*parts), EVERY * len(parts)
        assert_outputs(model, [inputs], profile_steps(profile, model, [inputs]), profile=profile)


@pytest.mark.parametrize("profile", LITERT)
@settings(deadline=None, max_examples=5)
@given(
    st.integers(1, 40),
    st.floats(2**-10, 3, width=32),
    st.sampled_from([1.0, 0.5, 2.5]),
    st.integers(0, 99),
)
def test_shares(profile: str, depth: int, scale: float, beta: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = (100_000 // depth, depth)
    tensors = [
        T("x", "int8", shape, scale=scale, zero_point=5),
        T("y", "int8", shape, scale=1 / 256, zero_point=-128),
    ]
    x = np.clip(rng.normal(0, rng.choice([5, 60]), shape), -128, 127).astype(np.int8)
    assert_as_litert([(Part(tensors, [N("SOFTMAX", ["x"], ["y"], {"beta": beta})]), x)], profile)


@settings(deadline=None, max_examples=50)
@given(st.floats(1e-7, 4), st.integers(1, 1 << 31), st.integers(0, 1 << 30))
def test_one_multiplier_rounds_as_double_precision_does(
    real: float, largest: int, seed: int
) -> None:
    found = litert.single_multiplier(real, largest)
    if found is None:
        return
    multiplier, shift = found
    assert 0 <= multiplier < 1 << 31 and -31 <= shift <= 30
    rng = np.random.default_rng(seed)
    near = [round((n + 0.5) / real) + d for n in rng.integers(-256, 256, 50) for d in (-1, 0, 1)]
    for total in (*near, largest, -largest):
        if abs(total) <= largest:
            scaled = (total * multiplier + (1 << (30 - shift))) >> (31 - shift)
            expected = int(np.trunc(total * real + np.copysign(0.5, total * real)))
            assert scaled == expected or min(abs(scaled), abs(expected)) > 255


def test_sums_that_no_multiplier_rounds_are_refused() -> None:
    assert litert.single_multiplier(4.0, 1 << 30) is None
    assert litert.single_multiplier(4.0, 1 << 20) is not None
    tensors = [
        T("x", "int8", (1, 2), scale=0.5),
        T("w", "int8", (1, 2), data=[[1, 1]], scale=0.5),
        T("b", "int32", (1,), data=[1 << 30], scale=0.25),
        T("y", "int8", (1, 1), scale=0.0625),
    ]
    part = Part(tensors, [N("FULLY_CONNECTED", ["x", "w", "b"], ["y"], {})])
    (what,) = refusals(part, "litert-ref")
    assert "sums so large" in what and "litert-ref" in what
    assert not refusals(part, "xnnpack") and not refusals(part, TFLM)


def test_unsupported_forms() -> None:
    layer = Layer("CONV_2D", 1, 0.5, 0.5, (0, 0), True, False, "NONE", (1, 1, 1, 1, "SAME"), 1)
    part, _ = part_of(layer)
    (node,) = part.nodes
    plain = [T("x", "int8", (4,), scale=0.5), T("y", "int8", (4,), scale=0.5)]
    whole = [T("x", "int32", (4,)), T("y", "int32", (4,))]
    far = [T("x", "int8", (4,), scale=0.5), T("y", "int8", (4,), scale=0.001)]
    cases = [
        (Part(part.tensors, [N("CONV_2D", ["x", "w", -1], ["y"], node.options)]), "without a bias"),
        (Part(plain, [N("LOGISTIC", ["x"], ["y"])]), "an output scale of 0.5"),
        (Part(far, [N("ADD", ["x", "x"], ["y"])]), "far from an input's"),
        (Part(plain, [N("ELU", ["x"], ["y"])]), "int8 under profile xnnpack"),
        (Part(whole, [N("MUL", ["x", "x"], ["y"])]), "an operator on whole numbers"),
        (Part(plain, [N("LEAKY_RELU", ["x"], ["y"], {"alpha": 0.5})]), "int8 under profile"),
        (part_of(Layer(**{**_named(layer), "x_scale": 1e5}))[0], "does not take"),
        (part_of(Layer(**{**_named(layer), "activation": "RELU_N1_TO_1", "y_scale": 2.0}))[0],
         "between two steps"),
    ]  # fmt: skip
    for refused, words in cases:
        (what, *_) = refusals(refused, "xnnpack")
        assert words in what
        assert not refusals(refused, TFLM)


def _named(layer: Layer) -> dict[str, Any]:
    return {name: getattr(layer, name) for name in Layer.__annotations__}


def test_the_language_offers_the_profiles() -> None:
    key = schema.MODEL.key("profile")
    assert key is not None and key.default == TFLM
    assert tuple(profiles.PROFILES) == schema.PROFILES == key.type.choices
