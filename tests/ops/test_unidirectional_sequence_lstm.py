"""UNIDIRECTIONAL_SEQUENCE_LSTM: int8, int16 and float32, over several steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, T, assemble
from tests.ops.same import findings
from tests.ops.state_models import assert_same_steps, steps

GATES = ("input", "forget", "candidate", "output")


@frozen
class Layer:
    """What a test draws: sizes, order, zero points (input, output), powers of two, the clip."""

    batches: int = 2
    length: int = 3
    in_c: int = 4
    cells: int = 3
    time_major: bool = False
    zero_points: tuple[int, int] = (5, -9)
    weight_scale: float = 0.01
    cell_power: int = -11
    clip: float = 0.0
    activation: str = "tanh"
    seed: int = 0

    @property
    def shape(self) -> tuple[int, int, int]:
        first, second = self.batches, self.length
        return (second, first, self.in_c) if self.time_major else (first, second, self.in_c)


def tensors(layer: Layer, dtype: str) -> dict[str, T]:
    """Returns the tensors of one layer by name."""
    rng = np.random.default_rng(layer.seed)
    real = dtype == "float32"
    x_zero, y_zero = layer.zero_points if dtype == "int8" else (0, 0)
    sums = {"int8": "int32", "int16": "int64"}.get(dtype, dtype)
    scale = 0.03 if dtype == "int8" else 1 / 8192

    def form(name: str, kind: str, shape: Any, scale: float, zero: int = 0, **more: Any) -> T:
        plain = T(name, kind, shape, **more)
        return plain if real else evolve(plain, scale=scale, zero_point=zero)

    def constant(name: str, kind: str, shape: Any, limit: int, scale: float) -> T:
        data = rng.normal(0, 1, shape) if real else rng.integers(-limit, limit + 1, shape)
        return form(name, kind, shape, scale, data=data)

    made = [form("x", dtype, layer.shape, scale, x_zero)]
    weights = "float32" if real else "int8"
    for i, gate in enumerate(GATES):
        size = layer.weight_scale * (1 + i / 3)
        made.append(constant(f"in {gate}", weights, (layer.cells, layer.in_c), 127, size))
        made.append(constant(f"own {gate}", weights, (layer.cells, layer.cells), 127, size))
        made.append(constant(f"bias {gate}", sums, (layer.cells,), 4000, size * scale))
    state = (layer.batches, layer.cells)
    own_scale = 1 / 128 if dtype == "int8" else 1 / 32768
    made.append(form("own", dtype, state, own_scale, y_zero, variable=True))
    cells = "float32" if real else "int16"
    made.append(form("cell", cells, state, 2.0**layer.cell_power, variable=True))
    made.append(form("y", dtype, (*layer.shape[:2], layer.cells), own_scale, y_zero))
    return {t.name: t for t in made}


def model(
    layer: Layer, dtype: str, outputs: tuple[str, ...] = ("y",), **changes: T | None
) -> bytes:
    """Returns a model of one layer; `changes` are inputs by number, as `at_9`."""
    made = tensors(layer, dtype)
    given: list[Any] = ["x", *(f"in {g}" for g in GATES), *(f"own {g}" for g in GATES)]
    given += [-1, -1, -1, *(f"bias {g}" for g in GATES), -1, -1, "own", "cell", -1, -1, -1, -1]
    for place, tensor in changes.items():
        given[int(place[3:])] = -1 if tensor is None else tensor.name
        made |= {} if tensor is None else {tensor.name: tensor}
    options = {
        "fusedActivationFunction": layer.activation,
        "cellClip": layer.clip,
        "timeMajor": layer.time_major,
    }
    node = N("UNIDIRECTIONAL_SEQUENCE_LSTM", given, ["y"], options)
    return assemble(list(made.values()), [node], ["x"], outputs)


def inputs(layer: Layer, dtype: str) -> list[list[Any]]:
    if dtype == "int8":
        rng = np.random.default_rng(layer.seed)
        return [[rng.integers(-128, 128, layer.shape).astype(np.int8)] for _ in range(3)]
    scale = 30 if dtype == "int16" else 1
    return [[(scale * x).astype(dtype)] for (x,) in steps(dtype, 3, layer.shape)]


LAYERS = st.builds(
    Layer,
    batches=st.integers(1, 2),
    length=st.integers(1, 3),
    in_c=st.integers(1, 5),
    cells=st.integers(1, 4),
    time_major=st.booleans(),
    zero_points=st.tuples(*[st.sampled_from([-128, 0, 11, 127])] * 2),
    weight_scale=st.sampled_from([1e-4, 0.01, 0.3]),
    cell_power=st.sampled_from([-15, -13, -12, -11, -9, -6]),
    clip=st.sampled_from([0.0, 0.5, 1e9]),
    seed=st.integers(0, 99),
)


@pytest.mark.parametrize("dtype", ["int8", "int16", "float32"])
@settings(max_examples=8, deadline=None)
@given(layer=LAYERS)
def test_lstm(dtype: str, layer: Layer) -> None:
    assert_same_steps(model(layer, dtype), inputs(layer, dtype))


ZEROS = st.sampled_from([-128, -3, 0, 64, 127])


@pytest.mark.parametrize("dtype", ["int8", "int16"])
@settings(max_examples=8, deadline=None)
@given(layer=LAYERS, zeros=st.tuples(*[ZEROS] * 8), own=ZEROS, cell=ZEROS)
def test_zero_points(dtype: str, layer: Layer, zeros: tuple[int, ...], own: int, cell: int) -> None:
    """The reference takes those of weights into account; that of cells it does not look at."""
    made = tensors(layer, dtype)
    names = [*(f"in {g}" for g in GATES), *(f"own {g}" for g in GATES)]
    changes: dict[str, Any] = {
        f"at_{1 + i}": evolve(made[name], zero_point=zero)
        for i, (name, zero) in enumerate(zip(names, zeros, strict=True))
    }
    changes["at_0"] = evolve(made["x"], zero_point=own // 2)
    changes["at_18"] = evolve(made["own"], zero_point=own)
    changes["at_19"] = evolve(made["cell"], zero_point=cell)
    assert_same_steps(model(layer, dtype, **changes), inputs(layer, dtype), sanitize=own == 127)


@pytest.mark.parametrize("dtype", ["int8", "int16", "float32"])
@pytest.mark.parametrize("clip", [-1.0, float("nan"), float("inf")])
def test_clips_that_are_none(dtype: str, clip: float) -> None:
    layer = Layer(clip=clip)
    assert_same_steps(model(layer, dtype), inputs(layer, dtype))


@pytest.mark.parametrize("seed", [1, 2])
def test_cells_near_ties(seed: int) -> None:
    """Multipliers of scales that are multiplied in single precision miss some of these cells."""
    layer = Layer(
        batches=100,
        length=1,
        in_c=8,
        cells=300,
        zero_points=(3, 0),
        weight_scale=0.004 + seed * 0.00137,
        cell_power=-15,
        seed=seed,
    )
    assert_same_steps(model(layer, "int8", ("y", "cell")), inputs(layer, "int8")[:1])


@pytest.mark.parametrize("dtype", ["int8", "int16", "float32"])
def test_sanitized(dtype: str) -> None:
    layer = Layer(time_major=True, clip=0.75)
    assert_same_steps(model(layer, dtype), inputs(layer, dtype), sanitize=True)


def test_unsupported_forms() -> None:
    layer = Layer()
    more = T("more", "int8", (3,), scale=0.1, data=[1, 2, 3])
    for dtype in ("int16", "float32"):
        assert "peepholes" in findings(model(layer, dtype, at_9=more))
        assert "a projection" in findings(model(layer, dtype, at_16=more))
        assert "layer normalisation" in findings(model(layer, dtype, at_20=more))
    assert "an absent input 12" in findings(model(layer, "int8", at_12=None))
    own = evolve(tensors(layer, "int8")["own"], variable=False, data=[0] * 6)
    assert "a state that is no variable" in findings(model(layer, "int8", at_18=own))
    weights = tensors(layer, "int8")["in input"]
    several = evolve(weights, scale=None, scales=[0.01, 0.02, 0.03])
    assert "a scale for each cell" in findings(model(layer, "int8", at_1=several))
    assert "fused activation RELU" in findings(model(evolve(layer, activation="relu"), "int8"))
    small = evolve(weights, shape=(3, 3), data=np.zeros((3, 3)))
    assert "shape [3, 3]" in findings(model(layer, "int8", at_1=small))
