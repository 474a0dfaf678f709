"""Layers, sums and shares under the profiles of LiteRT, against LiteRT."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from attrs import evolve, frozen
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
from tests.ops import (
    reductions,
    resizing,
    test_conv_2d,
    test_depthwise_conv_2d,
    test_transpose_conv,
)
from tests.ops.same import Array, Part, assert_outputs, joined, values
from tests.ops.windows import changed
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


@settings(deadline=None, max_examples=6)
@given(st.data(), st.sampled_from([test_conv_2d, test_depthwise_conv_2d]))
def test_int16_layers(data: st.DataObject, kind: Any) -> None:
    """LiteRT takes them around 0 only, and with a bias."""
    drawn = data.draw(st.lists(kind.cases(quantised=True, activations="int16"), min_size=4))
    parts = []
    for case in drawn[:8]:
        part = evolve(case, biased=True).part()
        for name in "xy":
            part = changed(part, name, zero_point=0)
        wide = next(t for t in part.tensors if t.name == "b").dtype == "int64"
        assert wide == (not refusals(part, "litert-ref"))
        x = next(t for t in part.tensors if t.name == "x")
        parts.append((part, values("int16", x.shape, 1)))
    assert_as_litert(parts, "litert-ref")


@settings(deadline=None, max_examples=6)
@given(st.lists(test_transpose_conv.cases(), min_size=6, max_size=10))
def test_transposed_convolutions(drawn: list[test_transpose_conv.Case]) -> None:
    """Of the sizes that LiteRT takes, those of a convolution turned round."""
    parts = []
    for case in drawn:
        if case.bias == "int16":
            continue
        down, across = (
            size * step if case.padding == "SAME" else (size - 1) * step + taps
            for size, step, taps in zip(case.x[1:3], case.stride, case.kernel, strict=True)
        )
        part = evolve(case, y=(down, across, case.y[2])).part()
        assert not refusals(part, "litert-ref")
        parts.append((part, case.input(3)))
    assert_as_litert(parts, "litert-ref")


int16_scales = st.sampled_from([2.0**-10, 2.0**-11]) | st.floats(2**-12, 2**-7, width=32)


@settings(deadline=None, max_examples=6)
@given(st.lists(st.tuples(int16_scales, int16_scales), min_size=2, max_size=5))
def test_int16_means_and_real_values(drawn: list[tuple[float, float]]) -> None:
    parts = []
    for index, (x_scale, y_scale) in enumerate(drawn):
        x = T("x", "int16", (40, 6, 7), scale=x_scale)
        axis = T("i", "int32", (1,), data=[1])
        mean = [x, axis, T("y", "int16", (40, 7), scale=y_scale)]
        given_ = values("int16", (40, 6, 7), index)
        parts.append((Part(mean, [N("MEAN", ["x", "i"], ["y"])]), given_))
        real = [x, T("y", "float32", (40, 6, 7))]
        parts.append((Part(real, [N("DEQUANTIZE", ["x"], ["y"])]), given_))
    assert not any(refusals(part, "litert-ref") for part, _ in parts)
    assert_as_litert(parts, "litert-ref")


def test_vectors_of_length_one() -> None:
    tensors = [T(name, "float32", (40, 7)) for name in "xy"]
    part = Part(tensors, [N("L2_NORMALIZATION", ["x"], ["y"])])
    x = np.random.default_rng(1).normal(0, 3, (40, 7)).astype(np.float32)
    assert not refusals(part, "litert-ref")
    assert_as_litert([(part, x)], "litert-ref")


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


factors = st.sampled_from([2.0**-9, 2.0**-8, 0.5, 1.0, 3.0, 127.9, 128.0, 129.0, 255.9, 256.0])


@pytest.mark.parametrize("profile", LITERT)
@settings(deadline=None, max_examples=5)
@given(
    st.lists(
        st.tuples(factors | st.floats(2**-10, 300), scales, zero_points, zero_points),
        min_size=1,
        max_size=6,
    )
)
def test_products_of_all_pairs(profile: str, drawn: list[tuple[float, float, int, int]]) -> None:
    parts = []
    for index, (factor, scale, a_zero, y_zero) in enumerate(drawn):
        tensors = [
            T("a", "int8", (256, 256), scale=scale, zero_point=a_zero),
            T("b", "int8", (256, 256), scale=0.25, zero_point=-a_zero - 1),
            T("y", "int8", (256, 256), scale=0.25 * scale / factor, zero_point=y_zero),
        ]
        options = {"fusedActivationFunction": ("NONE", "RELU")[index % 2]}
        part = Part(tensors, [N("MUL", ["a", "b"], ["y"], options)], inputs=("a", "b"))
        if factor < 255.8:
            assert not refusals(part, profile)
        parts.append(part)
    parts = [part for part in parts if not refusals(part, profile)]
    if parts:
        model, inputs = joined(*parts), EVERY * len(parts)
        assert_outputs(model, [inputs], profile_steps(profile, model, [inputs]), profile=profile)


LINE = np.arange(-128, 128).astype(np.int8).reshape(1, 256)


@pytest.mark.parametrize("profile", LITERT)
@settings(deadline=None, max_examples=6)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["QUANTIZE", "LEAKY_RELU", "RELU6"]),
            factors | st.floats(2**-10, 300),
            zero_points,
            zero_points,
            st.sampled_from([0.0, 0.01, 0.1, -0.25, 1.5, -3.0, 200.0]) | st.floats(-2, 2, width=32),
        ),
        min_size=6,
        max_size=12,
    )
)
def test_every_value(profile: str, drawn: list[tuple[str, float, int, int, float]]) -> None:
    parts = []
    for op, factor, x_zero, y_zero, alpha in drawn:
        tensors = [
            T("x", "int8", (1, 256), scale=0.03 * factor, zero_point=x_zero),
            T("y", "int8", (1, 256), scale=0.03, zero_point=y_zero),
        ]
        options = {"alpha": alpha} if op == "LEAKY_RELU" else None
        parts.append((Part(tensors, [N(op, ["x"], ["y"], options)]), LINE))
    assert not any(refusals(part, profile) for part, _ in parts)
    assert_as_litert(parts, profile)


@pytest.mark.parametrize("profile", LITERT)
@settings(deadline=None, max_examples=8)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["MEAN", "SUM"]),
            reductions.shaped(),
            reductions.quantised(),
            st.integers(0, 99),
        ),
        min_size=4,
        max_size=10,
    )
)
def test_totals(profile: str, drawn: list[Any]) -> None:
    """Of up to six dimensions: LiteRT's default does not run more."""
    parts = []
    for op, form, (x, y), seed in drawn:
        shape, axes, keep = form
        if axes and len(shape) <= 6:
            made = reductions.part(op, "int8", shape, axes, keep, x, y)
            parts.append((made, values("int8", shape, seed)))
    assert_as_litert(parts, profile, sanitize=len(parts) % 4 == 0)
    taken = [made for made, _ in parts if not refusals(made, profile)]
    assert profile != "xnnpack" or len(taken) == len(parts)


@pytest.mark.parametrize("op", ["MEAN", "SUM"])
def test_totals_near_ties(op: str) -> None:
    """Hundreds of sums of few elements, on scales whose quotients are halves and thirds."""
    parts = []
    for index, (x_zero, y_zero, factor) in enumerate(
        [(-77, 5, 0.5), (127, -77, 0.3), (5, 0, 2.0), (-128, 127, 1.0)]
    ):
        x, y = (0.07 * factor, x_zero), (0.07, y_zero)
        for shape, axes in (((400, 8), [1]), ((7, 300), [0]), ((20, 3, 10, 2), [1, 3])):
            made = reductions.part(op, "int8", shape, axes, x=x, y=y)
            parts.append((made, values("int8", shape, index)))
    assert_as_litert(parts, "xnnpack")


@pytest.mark.parametrize("profile", LITERT)
@settings(deadline=None, max_examples=6)
@given(st.lists(resizing.cases(False, "int8"), min_size=2, max_size=6), st.integers(0, 99))
def test_pictures_of_another_size(profile: str, drawn: list[resizing.Case], seed: int) -> None:
    parts = [changed(resizing.part("RESIZE_BILINEAR", case), "y", zero_point=3) for case in drawn]
    assert not any(refusals(part, profile) for part in parts)
    pictures = [values("int8", case.shape, seed) for case in drawn]
    pairs = list(zip(parts, pictures, strict=True))
    assert_as_litert(pairs, profile, sanitize=seed % 4 == 0)


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
    axis = T("a", "int32", (), data=0)
    plain = [T("x", "int8", (4,), scale=0.5), T("y", "int8", (4,), scale=0.5), axis]
    whole = [T("x", "int32", (4,)), T("y", "int32", (4,))]
    far = [T("x", "int8", (4,), scale=0.5), T("y", "int8", (4,), scale=0.001)]
    far.append(T("z", "int8", (4,), scale=0.75))
    cases = [
        (Part(part.tensors, [N("CONV_2D", ["x", "w", -1], ["y"], node.options)]), "without a bias"),
        (Part(plain, [N("LOGISTIC", ["x"], ["y"])]), "an output scale of 0.5"),
        (Part(far, [N("ADD", ["x", "x"], ["y"])]), "far from an input's"),
        (Part(plain, [N("ELU", ["x"], ["y"])]), "int8 under profile xnnpack"),
        (Part(whole, [N("MUL", ["x", "x"], ["y"])]), "an operator on whole numbers"),
        (Part(plain, [N("CUMSUM", ["x", "a"], ["y"])]), "int8 under profile"),
        (Part(far, [N("MUL", ["x", "z"], ["y"])], ["x", "z"]), "no factor below 256"),
        (changed(resizing.part("RESIZE_BILINEAR", resizing.Case()), "y", zero_point=4),
         "a picture on another scale"),
        (part_of(Layer(**{**_named(layer), "x_scale": 1e5}))[0], "does not take"),
        (part_of(Layer(**{**_named(layer), "activation": "RELU_N1_TO_1", "y_scale": 2.0}))[0],
         "between two steps"),
        (part_of(Layer(**{**_named(layer), "activation": "TANH"}))[0], "fused activation TANH"),
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
