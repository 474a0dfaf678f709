"""Small models with variables, and the comparison of what they give step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.assemble import N, S, T, assemble
from tests.oracle import tflm_steps
from tests.run_model import run_model_many

Array = NDArray[Any]
SHAPE = (1, 4)


def number(name: str, dtype: str = "int8", zero_point: int = 5, **more: Any) -> T:
    """Returns a tensor of four numbers on the scale of all the others."""
    if dtype == "int8":
        more |= {"scale": 0.5, "zero_point": zero_point}
    return T(name, dtype, more.pop("shape", SHAPE), **more)


def handle(name: str, variable: str = "v") -> N:
    """Returns the operator that makes the handle `name` of a variable."""
    return N("VAR_HANDLE", [], [name], {"sharedName": variable, "container": ""})


def first_values(
    data: Any, *, dtype: str = "int8", variable: str = "v", shape: Sequence[int] = SHAPE
) -> S:
    """Returns the subgraph that gives a variable its first value."""
    tensors = [T("handle", "resource", ()), number("first", dtype, data=data, shape=shape)]
    assign = N("ASSIGN_VARIABLE", ["handle", "first"], [])
    return S(tensors, [handle("handle", variable), assign])


CALL = N("CALL_ONCE", [], [], {"initSubgraphIndex": 1})
READ = N("READ_VARIABLE", ["h"], ["r"])
ASSIGN = N("ASSIGN_VARIABLE", ["h", "x"], [])
ADD = N("ADD", ["x", "r"], ["y"])


def remembering(
    nodes: Sequence[N],
    *,
    dtype: str = "int8",
    zero_point: int = 5,
    outputs: Sequence[str] = ("y",),
    subgraphs: Sequence[S] = (),
) -> bytes:
    """Returns a model of input x, of what is read of a variable, r, and of y, in this order."""
    tensors = [number(name, dtype, zero_point) for name in ("x", "r", "y", "z")]
    tensors.append(T("h", "resource", ()))
    return assemble(tensors, nodes, ["x"], outputs, subgraphs=subgraphs)


def steps(dtype: str = "int8", count: int = 4, shape: Sequence[int] = SHAPE) -> list[list[Array]]:
    """Returns an input for each of several steps, all different."""
    rng = np.random.default_rng(7)
    if dtype == "float32":
        return [[rng.normal(0, 4, shape).astype(np.float32)] for _ in range(count)]
    low, high = max(np.iinfo(dtype).min, -1000), min(np.iinfo(dtype).max, 1000)
    return [[rng.integers(low, high, shape, dtype, endpoint=True)] for _ in range(count)]


def assert_same_steps(model: bytes, given: Sequence[Sequence[Array]], **options: Any) -> None:
    """Fails unless `model`, run in order without reset, gives the reference's bytes."""
    expected = tflm_steps(model, given)
    for step, (ours, wanted) in enumerate(
        zip(run_model_many(model, given, **options), expected, strict=True)
    ):
        for output, want in zip(ours, wanted, strict=True):
            assert output.tobytes() == want.tobytes(), f"step {step}: {output} instead of {want}"
