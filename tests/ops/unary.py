"""Models of operators on one tensor, and their tables, compared with the reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from attrs import evolve
from hypothesis import strategies as st

from microflow.graph.call import Array as Constant
from microflow.verify.rounding import kernel_bound
from tests.assemble import N, T, assemble
from tests.ops.same import Array, Part, joined
from tests.ops.units import units_apart
from tests.ops.windows import call
from tests.oracle import tflm
from tests.run_model import compiled, run_model

Quantised: TypeAlias = tuple[float | None, int]  # scale and zero point
Options: TypeAlias = Mapping[str, Any]

BYTES = np.arange(-128, 128).astype(np.int8)
WORDS = np.arange(-32768, 32768).astype(np.int16)
ODD_FLOATS = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-45, -1e-45, 1e-38, 3e38, -3e38, 1.0, -1.0, 0.5]

scales = st.floats(-20, 4).map(lambda exponent: 2.0**exponent)
zeros = st.sampled_from([-128, -17, 0, 5, 127])
quantised = st.tuples(scales, zeros)


def part(
    op: str,
    dtype: str,
    x: Quantised = (None, 0),
    y: Quantised = (None, 0),
    options: Options | None = None,
    shape: Sequence[int] = (256,),
) -> Part:
    """Returns the operator from `dtype` to itself with the scales and zero points `x` and `y`."""
    return Part(
        [T("x", dtype, shape, *x), T("y", dtype, shape, *y)], [N(op, ["x"], ["y"], options)]
    )


def table(made: Part) -> Array:
    """Returns the table by which an int8 operator is computed."""
    found = call(made)
    entries = found.params["table"]
    assert found.kernel == "lookup_s8" and isinstance(entries, Constant)
    return np.frombuffer(entries.data, np.int8)


def assert_tables(parts: Sequence[Part]) -> None:
    """Fails unless the table of each int8 part has the reference's results for all values."""
    wanted = tflm(joined(*parts), [BYTES] * len(parts))
    for made, entries in zip(parts, wanted, strict=True):
        assert np.array_equal(table(made), entries), made


def floats(seed: int, size: int, spread: float = 5.0) -> Array:
    """Returns the odd floats and `size` others around zero."""
    drawn = np.random.default_rng(seed).normal(0, spread, size)
    return np.concatenate([ODD_FLOATS, drawn]).astype(np.float32)


def assert_near(op: str, x: Array, options: Options | None = None) -> None:
    """Fails unless the floats lie within the bound that the kernel's contract states."""
    model = joined(part(op, "float32", options=options, shape=x.shape))
    (kernel,) = compiled(model).kernels
    (made,), (wanted,) = run_model(model, [x]), tflm(model, [x])
    assert units_apart(made, wanted) <= kernel_bound(kernel)


def plus_constant(made: Part, data: Array) -> bytes:
    """Returns the model of an operator on a constant; its output is added to the input."""
    x, y = made.tensors
    tensors = [
        evolve(x, name="c", data=data),
        evolve(y, name="made"),
        evolve(y, name="x"),
        evolve(y, name="y"),
    ]
    (node,) = made.nodes
    nodes = [evolve(node, inputs=["c"], outputs=["made"]), N("ADD", ["made", "x"], ["y"])]
    return assemble(tensors, nodes, ["x"], ["y"])
