"""SVDF: float32, and int8 that keeps int8 or int16, over several steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, S, T, assemble, model_object, pack
from tests.ops.same import findings
from tests.ops.state_models import assert_same_steps, steps
from tests.run_model import run_model_many


@frozen
class Layer:
    """What a test draws: sizes, zero points, and how large the kept values and outputs become."""

    batches: int = 1
    in_c: int = 3
    units: int = 2
    rank: int = 2
    memory: int = 3
    zero_points: tuple[int, int, int] = (5, -9, 3)
    kept_scale: float = 0.25
    out_scale: float = 0.5
    activation: str = "none"
    bias: bool = True
    variable: bool = True
    seed: int = 0


def weights(dtype: str, shape: tuple[int, int], seed: int) -> Any:
    rng = np.random.default_rng(seed)
    if dtype == "float32":
        return rng.normal(0, 1, shape).astype(np.float32)
    limit = np.iinfo(dtype).max
    return rng.integers(-limit, limit, shape, dtype, endpoint=True)


def parts(layer: Layer, kept: str, tag: str = "") -> tuple[dict[str, T], N]:
    """Returns the tensors, by role, and the node of a layer that keeps values of type `kept`."""
    filters = layer.units * layer.rank
    plain = "float32" if kept == "float32" else "int8"
    zeros = layer.zero_points
    time_scale = 0.002 if kept == "int16" else 0.05
    forms = {
        "x": T("x", plain, (layer.batches, layer.in_c), 0.1, zeros[0]),
        "f": T("f" + tag, plain, (filters, layer.in_c), 0.02),
        "t": T("t" + tag, kept, (filters, layer.memory), time_scale),
        "s": T(
            "s" + tag, kept, (layer.batches, filters * layer.memory), layer.kept_scale, zeros[1]
        ),
        "y": T("y" + tag, plain, (layer.batches, layer.units), layer.out_scale, zeros[2]),
    }
    if kept == "int16":
        forms["s"] = evolve(forms["s"], zero_point=0)
    if plain == "float32":
        forms = {name: evolve(t, scale=None, zero_point=0) for name, t in forms.items()}
    forms["f"] = evolve(forms["f"], data=weights(plain, (filters, layer.in_c), layer.seed))
    forms["t"] = evolve(forms["t"], data=weights(kept, (filters, layer.memory), layer.seed + 1))
    forms["s"] = evolve(forms["s"], variable=layer.variable)
    sums = np.random.default_rng(layer.seed + 2).integers(-300, 300, layer.units)
    scale = None if plain == "float32" else float(np.float32(layer.kept_scale * time_scale))
    bias_type = "float32" if scale is None else "int32"
    forms["b"] = T("b" + tag, bias_type, (layer.units,), scale, data=sums)
    options = {"rank": layer.rank, "fusedActivationFunction": layer.activation}
    given = ["x", "f" + tag, "t" + tag, "b" + tag if layer.bias else -1, "s" + tag]
    return forms, N("SVDF", given, ["y" + tag], options)


def model(layer: Layer, kept: str) -> bytes:
    """Returns a model of one layer that keeps values of type `kept`."""
    forms, node = parts(layer, kept)
    inputs = ["x"] if layer.variable else ["x", "s"]
    return assemble([*forms.values()], [node], inputs, ["y"])


LAYERS = st.builds(
    Layer,
    batches=st.integers(1, 2),
    in_c=st.integers(1, 6),
    units=st.integers(1, 3),
    rank=st.integers(1, 3),
    memory=st.integers(1, 4),
    zero_points=st.tuples(*[st.sampled_from([-128, 0, 11, 127])] * 3),
    kept_scale=st.sampled_from([1e-4, 0.02, 0.25, 7.0]),
    out_scale=st.sampled_from([1e-3, 0.1, 2.0]),
    seed=st.integers(0, 99),
)


@pytest.mark.parametrize("kept", ["int8", "int16"])
@settings(max_examples=10, deadline=None)
@given(layer=LAYERS)
def test_integers(kept: str, layer: Layer) -> None:
    given_steps = steps("int8", 4, (layer.batches, layer.in_c))
    assert_same_steps(model(layer, kept), [[x.astype(np.int8)] for (x,) in given_steps])


@pytest.mark.parametrize(
    "activation", ["none", "relu", "relu_n1_to_1", "relu6", "tanh", "sign_bit"]
)
def test_floats(activation: str) -> None:
    layer = Layer(batches=2, units=3, activation=activation)
    given_steps = steps("float32", 5, (2, 3))
    given_steps[2][0][0, 1] = np.nan
    given_steps[3][0][1, 0] = -np.inf
    assert_same_steps(model(layer, "float32"), given_steps)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sign_bit"])
def test_integers_have_no_activation(activation: str) -> None:
    """The reference does not look at it."""
    layer = Layer(activation=activation)
    given_steps = steps("int8", 4, (1, 3))
    assert_same_steps(model(layer, "int16"), [[x.astype(np.int8)] for (x,) in given_steps])


@pytest.mark.parametrize("kept", ["int8", "int16", "float32"])
def test_sanitized(kept: str) -> None:
    dtype = "float32" if kept == "float32" else "int8"
    assert_same_steps(model(Layer(), kept), steps(dtype, 4, (1, 3)), sanitize=True)


TABLES = {"f": 1, "t": 2, "b": 3}


def computed(model: bytes, names: str) -> tuple[bytes, list[Any]]:
    """Returns `model` with these constants as further inputs, and their values."""
    loaded = schema.ModelT.InitFromPackedBuf(model, 0)
    graph = loaded.subgraphs[0]
    node, data = graph.operators[0], []
    for name in names:
        index = node.inputs[TABLES[name]]
        tensor = graph.tensors[index]
        dtype = {0: np.float32, 2: np.int32, 7: np.int16, 9: np.int8}[tensor.type]
        raw = bytes(bytearray(loaded.buffers[tensor.buffer].data))
        data.append(np.frombuffer(raw, dtype).reshape(tensor.shape))
        tensor.buffer = 0
        graph.inputs = [*graph.inputs, index]
    return pack(loaded), data


@pytest.mark.parametrize("kept", ["int8", "int16", "float32"])
@pytest.mark.parametrize("names", ["ftb", "f", "tb"])
@settings(max_examples=3, deadline=None)
@given(layer=LAYERS)
def test_weights_computed_at_run_time(kept: str, names: str, layer: Layer) -> None:
    dtype = "float32" if kept == "float32" else "int8"
    moving, data = computed(model(layer, kept), names)
    shown = steps(dtype, 4, (layer.batches, layer.in_c))
    given_steps = [[x.astype(dtype), *data] for (x,) in shown]
    given_steps[2:] = [[x, *(t[::-1].copy() for t in more)] for x, *more in given_steps[2:]]
    assert_same_steps(moving, given_steps, sanitize=True)


@pytest.mark.parametrize("activation", ["relu", "relu6", "tanh", "sign_bit"])
def test_floats_with_weights_computed_at_run_time(activation: str) -> None:
    moving, data = computed(model(Layer(activation=activation), "float32"), "t")
    assert_same_steps(moving, [[x, *data] for (x,) in steps("float32", 4, (1, 3))])


def test_no_bias_is_a_bias_of_zero() -> None:
    """The reference does not run without."""
    without = run_model_many(model(Layer(bias=False), "int8"), steps("int8", 3, (1, 3)))
    zeros = model(Layer(seed=0), "int8").replace(
        np.random.default_rng(2).integers(-300, 300, 2).astype(np.int32).tobytes(), bytes(8)
    )
    assert [y.tolist() for (y,) in without] == [
        y.tolist() for (y,) in run_model_many(zeros, steps("int8", 3, (1, 3)))
    ]


def test_unsupported_forms() -> None:
    assert "a state that is no variable" in findings(model(Layer(variable=False), "int8"))
    odd = model_object(
        S(
            [
                T("x", "float32", (1, 2)),
                T("f", "float32", (3, 2), data=weights("float32", (3, 2), 0)),
                T("t", "float32", (3, 4), data=weights("float32", (3, 4), 0)),
                T("s", "float32", (1, 12), variable=True),
                T("y", "float32", (1, 1)),
            ],
            [N("SVDF", ["x", "f", "t", -1, "s"], ["y"], {"rank": 2})],
            ["x"],
            ["y"],
        )
    )
    assert "3 filters of rank 2" in findings(pack(odd))
    tensors = odd.subgraphs[0].tensors
    odd.subgraphs[0].operators[0].builtinOptions.rank = 3
    tensors[3].shape = np.array([1, 11], np.int32)
    assert "a state of shape [1, 11]" in findings(pack(odd))
    tensors[0].shape = np.array([1, 3], np.int32)
    assert "weights of shape [3, 2]" in findings(pack(odd))
