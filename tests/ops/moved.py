"""Draws what the tests of operators that move elements share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import evolve

from tests.assemble import T
from tests.ops.same import Array, Part, assert_outputs, joined, values

Shape = tuple[int, ...]

QUANTISED = ("int8", "int16", "uint8")


def tensor(name: str, dtype: str, shape: Sequence[int], data: Any = None, zero_point: int = 0) -> T:
    """Returns a tensor that has a scale where its type calls for one."""
    scale = 0.5 if dtype in QUANTISED else None
    return T(name, dtype, shape, scale, zero_point, data=data)


def numbers(name: str, data: Any, dtype: str = "int32") -> T:
    """Returns a constant of indices or sizes, in the shape that `data` has."""
    return T(name, dtype, np.shape(data), data=data)


def assert_folds(parts: Sequence[Part], wanted: Sequence[Array]) -> None:
    """Fails unless `parts`, which have no inputs, make the constants `wanted`."""
    still = Part([T("x", "int16", (1,))], [], ["x"], ["x"])
    given = values("int16", (1,), 0)
    assert_outputs(joined(still, *parts), [[given]], [[given, *wanted]])


def constant(made: Part, **data: Any) -> Part:
    """Returns `made` with constants instead of some of its inputs."""
    tensors = [evolve(t, data=data.get(t.name, t.data)) for t in made.tensors]
    return evolve(made, tensors=tensors, inputs=[n for n in made.inputs if n not in data])
