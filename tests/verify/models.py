"""Small models whose layers tests tamper with, and what `mflowc check` makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from attrs import evolve

from microflow.analysis import Request, check
from microflow.compilation import Result
from microflow.files import Overlay
from microflow.graph.call import KernelCall, Value

from ..assemble import N, T, assemble

_CHANCE = np.random.default_rng(1)


def _weights(rows: int, columns: int) -> Any:
    return _CHANCE.integers(-127, 128, (rows, columns))


@cache
def two_inputs() -> bytes:
    """int8: dense layers of two inputs, added; a dense layer to 4 classes; softmax."""
    return assemble(
        tensors=[
            T("left", "int8", (1, 6), scale=0.05, zero_point=3),
            T("right", "int8", (1, 6), scale=0.04, zero_point=-7),
            T("wa", "int8", (8, 6), scale=0.02, data=_weights(8, 6)),
            T("wb", "int8", (8, 6), scale=0.02, data=_weights(8, 6)),
            T("wc", "int8", (4, 8), scale=0.02, data=_weights(4, 8)),
            T("a", "int8", (1, 8), scale=0.2, zero_point=1),
            T("b", "int8", (1, 8), scale=0.2, zero_point=2),
            T("sum", "int8", (1, 8), scale=0.4, zero_point=0),
            T("logits", "int8", (1, 4), scale=0.3, zero_point=5),
            T("scores", "int8", (1, 4), scale=1 / 256, zero_point=-128),
        ],
        nodes=[
            N("FULLY_CONNECTED", ["left", "wa", -1], ["a"]),
            N("FULLY_CONNECTED", ["right", "wb", -1], ["b"]),
            N("ADD", ["a", "b"], ["sum"]),
            N("FULLY_CONNECTED", ["sum", "wc", -1], ["logits"]),
            N("SOFTMAX", ["logits"], ["scores"], {"beta": 1.0}),
        ],
        inputs=["left", "right"],
        outputs=["scores", "sum"],
    )


@cache
def soft_inside() -> bytes:
    """float32: dense, softmax, dense, so that the softmax's rounding shows in the output."""
    return assemble(
        tensors=[
            T("x", "float32", (1, 6)),
            T("w", "float32", (5, 6), data=_weights(5, 6) / 400),
            T("v", "float32", (3, 5), data=_weights(3, 5) / 40),
            T("logits", "float32", (1, 5)),
            T("soft", "float32", (1, 5)),
            T("y", "float32", (1, 3)),
        ],
        nodes=[
            N("FULLY_CONNECTED", ["x", "w", -1], ["logits"]),
            N("SOFTMAX", ["logits"], ["soft"], {"beta": 1.0}),
            N("FULLY_CONNECTED", ["soft", "v", -1], ["y"]),
        ],
        inputs=["x"],
        outputs=["y"],
    )


def analysed(model: bytes) -> Result:
    """Returns `model`, compiled for the host."""
    analysis = check(Request("m.tflite", "host"), Overlay({"m.tflite": model}))
    assert not analysis.diagnostics, [d.message for d in analysis.diagnostics]
    return analysis.results[0]


def tampered(result: Result, step: int, changes: Mapping[str, Value]) -> Result:
    """Returns `result` with other parameters for the kernel of node `step`: a bug on purpose."""
    call = result.compiled.calls[step][0]
    assert changes.keys() <= call.params.keys()
    wrong = KernelCall(
        call.kernel,
        call.inputs,
        call.outputs,
        {**call.params, **changes},
        call.row_pointers,
        call.scratch,
    )
    calls = list(result.compiled.calls)
    calls[step] = (wrong,)
    return evolve(result, compiled=evolve(result.compiled, calls=tuple(calls)))
