"""uint8 models for tests: made of int8 ones, and compared with LiteRT's reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import evolve

from tests.assemble import T
from tests.ops.same import Array, Part, assert_outputs, joined, values
from tests.oracle import litert


def unsigned(part: Part) -> Part:
    """Returns `part` with uint8 tensors in place of int8 ones, of the same meaning."""
    return evolve(part, tensors=[_unsigned(t) for t in part.tensors])


def _unsigned(tensor: T) -> T:
    if tensor.dtype != "int8":
        return tensor
    zeros = tensor.zero_points
    data = None if tensor.data is None else np.asarray(tensor.data, np.int8).view(np.uint8) ^ 128
    return evolve(
        tensor,
        dtype="uint8",
        zero_point=tensor.zero_point + 128,
        zero_points=None if zeros is None else [zero + 128 for zero in zeros],
        data=data,
    )


def check(parts: Sequence[Part], seed: int, **options: Any) -> None:
    """Compares `parts`, as one model, with LiteRT on three sets of values."""
    model = joined(*parts)
    vectors = [[v for part in parts for v in _inputs(part, seed + i)] for i in range(3)]
    assert_outputs(model, vectors, litert(model, vectors), **options)


def _inputs(part: Part, seed: int) -> list[Array]:
    given = {t.name: t for t in part.tensors}
    drawn = [values(given[name].dtype, given[name].shape, seed) for name in part.inputs]
    return [np.nan_to_num(v, posinf=9, neginf=-9) if v.dtype == np.float32 else v for v in drawn]
