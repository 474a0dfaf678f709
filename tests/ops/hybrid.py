"""Layers of floats with int8 weights, compared with LiteRT's reference: TFLM refuses them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import evolve

from tests.assemble import T
from tests.ops.same import Part, assert_outputs, joined
from tests.ops.windows import Drawn, floats
from tests.oracle import litert


def hybrid(part: Part) -> Part:
    """Returns a layer of int8 with floats for all but its weights.

    None of those is -128: the reference's vector code takes its sign for that of 128.
    """
    return evolve(part, tensors=[_weights(t) if t.name == "w" else _float(t) for t in part.tensors])


def _weights(tensor: T) -> T:
    return evolve(tensor, data=np.maximum(tensor.data, -127), zero_points=[0])


def _float(tensor: T) -> T:
    data = None if tensor.data is None else floats(tensor.shape, 1)
    return evolve(tensor, dtype="float32", scale=None, zero_point=0, data=data)


def check(drawn: Sequence[Drawn], parts: Sequence[Part], **options: Any) -> None:
    """Compares the `parts` that were made of `drawn`, as one model: noise, one sign, zeros."""
    noise = [floats(case.shape, case.seed) for case in drawn]
    vectors = [noise, [np.abs(x) for x in noise], [np.zeros_like(x) for x in noise]]
    model = joined(*parts)
    assert_outputs(model, vectors, litert(model, vectors), **options)
