"""Compares what the compiler makes of a model with the reference, and draws tensors' values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from microflow.importer.tflite import import_model
from microflow.ops.check import check_operators
from tests.assemble import N, T, assemble
from tests.oracle import tflm
from tests.run_model import run_model_many

Array = NDArray[Any]


@frozen(eq=False)
class Part:
    """A small model. Several make one, so that a test compiles once for all of them."""

    tensors: Sequence[T]
    nodes: Sequence[N]
    inputs: Sequence[str] = ("x",)
    outputs: Sequence[str] = ("y",)


def joined(*parts: Part) -> bytes:
    """Returns the model of all `parts` side by side: their inputs in order, and their outputs."""
    tensors: list[T] = []
    nodes: list[N] = []
    inputs: list[str] = []
    outputs: list[str] = []
    for index, part in enumerate(parts):

        def named(refs: Sequence[Any], index: int = index) -> list[Any]:
            return [f"{ref}{index}" if isinstance(ref, str) else ref for ref in refs]

        tensors += [evolve(t, name=f"{t.name}{index}") for t in part.tensors]
        nodes += [evolve(n, inputs=named(n.inputs), outputs=named(n.outputs)) for n in part.nodes]
        inputs += named(part.inputs)
        outputs += named(part.outputs)
    return assemble(tensors, nodes, inputs, outputs)


def assert_same(model: bytes, inputs: Sequence[Sequence[Array]], **options: Any) -> None:
    """Fails unless every set of `inputs` gives the reference's bytes."""
    assert_outputs(model, inputs, [tflm(model, given) for given in inputs], **options)


def assert_outputs(
    model: bytes,
    inputs: Sequence[Sequence[Array]],
    expected: Sequence[Sequence[Array]],
    **options: Any,
) -> None:
    """Fails unless every set of `inputs` gives the bytes of the `expected` outputs.

    `options` are those of `run_model_many`.
    """
    for outputs, wanted in zip(run_model_many(model, inputs, **options), expected, strict=True):
        for output, want in zip(outputs, wanted, strict=True):
            assert output.shape == want.shape
            assert output.tobytes() == want.tobytes(), f"{output} instead of {want}"


def findings(model: bytes) -> str:
    """Returns what the operators' checks say of `model`, one message a line."""
    graph, diagnostics = import_model(model, "model")
    assert graph is not None, diagnostics
    return "\n".join(f"{d.message}; {d.help}" for d in check_operators(graph))


def values(dtype: str, shape: Sequence[int], seed: int) -> Array:
    """Returns values from the whole range of `dtype`; of floats, the odd ones too."""
    rng = np.random.default_rng(seed)
    if dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    if dtype == "float32":
        odd = np.array([np.nan, np.inf, -np.inf, -0.0, 1e-45], np.float32)
        plain = rng.normal(0, 8, shape).astype(np.float32)
        return np.where(rng.random(shape) < 0.2, rng.choice(odd, shape), plain).astype(np.float32)
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, shape, dtype, endpoint=True)
