"""UNIDIRECTIONAL_SEQUENCE_LSTM with peepholes, layer normalisation and a projection, of int8."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assemble import N, S, T, assemble
from tests.ops.same import Array, assert_outputs, findings
from tests.oracle import litert

GATES = ("input", "forget", "candidate", "output")


@frozen
class Layer:
    """What a test draws; zero points are those of input, hidden values and output."""

    peepholes: bool = False
    norms: bool = False
    projected: bool = True
    batches: int = 2
    length: int = 3
    in_c: int = 4
    cells: int = 3
    out_c: int = 2
    time_major: bool = False
    zero_points: tuple[int, int, int] = (5, -20, -9)
    weight_scale: float = 0.01
    cell_power: int = -11
    clip: float = 0.0
    projection_clip: float = 0.0
    projection_bias: bool = True
    seed: int = 0

    @property
    def outputs(self) -> int:
        return self.out_c if self.projected else self.cells

    @property
    def order(self) -> tuple[int, int]:
        pair = (self.batches, self.length)
        return (pair[1], pair[0]) if self.time_major else pair


@frozen(eq=False)
class Made:
    """The tensors of a layer by name, and its operator."""

    tensors: dict[str, T]
    node: N


def model(layer: Layer, **changes: Any) -> bytes:
    """Returns a model of one layer; `changes` are tensors by name, or inputs left away, as None."""
    made = model_of(layer, **changes)
    return assemble(list(made.tensors.values()), [made.node], ["x"], ["y"])


def model_of(layer: Layer, **changes: Any) -> Made:
    """Returns what such a model is made of."""
    rng = np.random.default_rng(layer.seed)
    tensors: dict[str, T] = {}
    x_zero, hidden_zero, y_zero = layer.zero_points

    def constant(name: str, dtype: str, shape: Any, limit: int, scale: float) -> str:
        data = rng.integers(-limit, limit + 1, shape)
        tensors[name] = T(name, dtype, shape, scale, data=data)
        return name

    def several(name: str, dtype: str, shape: Any, limit: int, scale: float) -> list[str]:
        sized = [(gate, scale * (1 + i / 3)) for i, gate in enumerate(GATES)]
        return [constant(f"{name} {gate}", dtype, shape, limit, size) for gate, size in sized]

    cells, outputs = layer.cells, layer.outputs
    given: list[Any] = ["x"]
    given += several("in", "int8", (cells, layer.in_c), 127, layer.weight_scale)
    given += several("own", "int8", (cells, outputs), 127, layer.weight_scale)
    peepholes = several("peephole", "int16", (cells,), 32767, 2.0**-14)
    given += [peepholes[i] for i in (0, 1, 3)] if layer.peepholes else [-1] * 3
    given += several("bias", "int32", (cells,), 400000 if layer.norms else 4000, 1e-5)
    given += ["projection", "projection bias"] if layer.projected else [-1, -1]
    given += ["own", "cell"]
    norms = several("norm", "int16", (cells,), 32767, 3e-5)
    given += norms if layer.norms else [-1] * 4
    constant("projection", "int8", (outputs, cells), 127, layer.weight_scale)
    constant("projection bias", "int32", (outputs,), 2000, 1e-5)
    form = (layer.batches, outputs)
    tensors["x"] = T("x", "int8", (*layer.order, layer.in_c), 0.03, x_zero)
    tensors["own"] = T("own", "int8", form, 1 / 128, y_zero, variable=True)
    state = (layer.batches, cells)
    tensors["cell"] = T("cell", "int16", state, 2.0**layer.cell_power, variable=True)
    tensors["y"] = T("y", "int8", (*layer.order, outputs), 1 / 128, y_zero)
    between = [T(f"sum {i}", "int16", (0,), 2.0**-12 * (1 + i / 5)) for i in range(4)]
    between.append(T("hidden", "int8", (0,), 0.0077, hidden_zero))
    between = [changes.get(t.name, t) for t in between]
    tensors |= {t.name: t for t in between}
    tensors |= {name: changed for name, changed in changes.items() if isinstance(changed, T)}
    given = [-1 if changes.get(name, name) is None else name for name in given]
    if not layer.projection_bias:
        given = [-1 if name == "projection bias" else name for name in given]
    options = {
        "fusedActivationFunction": "tanh",
        "cellClip": layer.clip,
        "projClip": layer.projection_clip,
        "timeMajor": layer.time_major,
    }
    names = [t.name for t in between][: changes.get("intermediates", 5)]
    node = N("UNIDIRECTIONAL_SEQUENCE_LSTM", given, ["y"], options, intermediates=names)
    return Made(tensors, node)


def inputs(layer: Layer, count: int = 3) -> list[list[Array]]:
    rng = np.random.default_rng(layer.seed)
    shape = (*layer.order, layer.in_c)
    return [[rng.integers(-128, 128, shape).astype(np.int8)] for _ in range(count)]


def check(layer: Layer, **options: Any) -> None:
    built, steps = model(layer), inputs(layer)
    assert_outputs(built, steps, litert(built, steps), **options)


ZEROS = st.sampled_from([-128, 0, 11, 127])
LAYERS = st.builds(
    Layer,
    peepholes=st.booleans(),
    norms=st.booleans(),
    batches=st.integers(1, 2),
    length=st.integers(1, 3),
    in_c=st.integers(1, 5),
    cells=st.integers(1, 9),
    out_c=st.integers(1, 4),
    time_major=st.booleans(),
    zero_points=st.tuples(ZEROS, ZEROS, ZEROS),
    weight_scale=st.sampled_from([1e-4, 0.01, 0.05]),
    cell_power=st.integers(-15, -9),
    clip=st.sampled_from([0.0, 0.5, 1e9]),
    projection_clip=st.sampled_from([0.0, 0.3, 1e9]),
    projection_bias=st.booleans(),
    seed=st.integers(0, 99),
)


@settings(max_examples=12, deadline=None)
@given(layer=LAYERS)
def test_projected(layer: Layer) -> None:
    check(evolve(layer, out_c=layer.cells) if layer.peepholes else layer)


@settings(max_examples=8, deadline=None)
@given(layer=LAYERS)
def test_not_projected(layer: Layer) -> None:
    check(evolve(layer, projected=False, peepholes=layer.peepholes or not layer.norms))


@pytest.mark.parametrize("norms", [False, True])
@pytest.mark.parametrize("projected", [False, True])
def test_many_cells_sanitized(norms: bool, projected: bool) -> None:
    """So many that functions and multipliers show their last bits."""
    layer = Layer(not projected, norms, projected, 9, 3, 8, 60, 20, clip=0.75, seed=3)
    check(layer, sanitize=True)


@pytest.mark.parametrize("power", range(-15, -8))
def test_every_scale_of_cells(power: int) -> None:
    check(Layer(True, False, False, 9, 2, 8, 60, weight_scale=0.05, cell_power=power, seed=-power))


def test_unsupported_forms() -> None:
    every = Layer(peepholes=True, norms=True, projected=True, out_c=3)
    assert not findings(model(every))
    assert "peepholes of some gates" in findings(model(every, **{"peephole input": None}))
    assert "normalisation of some gates" in findings(model(every, **{"norm output": None}))
    assert "bias without weights" in findings(model(every, projection=None))
    assert "4 intermediate tensors" in findings(model(every, intermediates=4))
    assert "LiteRT mixes up the cells" in findings(model(evolve(every, out_c=2)))
    assert "a projection's clip of -1" in findings(model(evolve(every, projection_clip=-1.0)))
    assert "a cell's scale of 0.0078125" in findings(model(evolve(every, cell_power=-7)))
    unscaled = T("hidden", "int8", (0,))
    wrong = T("projection", "int8", (3, 2), 0.1, data=np.zeros((3, 2)))
    typed = T("norm input", "int8", (3,), 0.1, data=[1, 2, 3])
    assert "a tensor with no scale" in findings(model(every, hidden=unscaled))
    assert "shape [3, 2]" in findings(model(every, projection=wrong))
    assert "type int8" in findings(model(every, **{"norm input": typed}))


def test_in_a_subgraph() -> None:
    """Where tensors get other indices, intermediate ones among them."""
    layer = Layer(norms=True)
    main, (step, *_) = model_of(layer), inputs(layer)
    ports = [main.tensors[name] for name in ("x", "y")]
    inner = S(list(main.tensors.values()), [main.node], ["x"], ["y"])
    built = assemble(
        ports, [N("CALL", ["x"], ["y"], {"subgraph": 1})], ["x"], ["y"], subgraphs=[inner]
    )
    assert_outputs(built, [step], litert(model(layer), [step]))
