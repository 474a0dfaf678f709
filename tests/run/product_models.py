"""The models of the build tests: an int8 classifier, and a float model of mixed types."""

from __future__ import annotations

from functools import cache

import numpy as np

from microflow.verify.difference import Array

from ..assemble import N, T, assemble

IMAGE = (1, 7, 6, 2)


@cache
def models() -> dict[str, bytes]:
    """Returns an int8 classifier and a float model with inputs and outputs of several types."""
    chance = np.random.default_rng(3)

    def ints(*shape: int) -> Array:
        return chance.integers(-127, 128, shape)

    def reals(*shape: int) -> Array:
        return chance.normal(size=shape)

    kws = assemble(
        tensors=[
            T("image", "int8", IMAGE, scale=0.1, zero_point=-5),
            T("w", "int8", (3, 3, 3, 2), data=ints(3, 3, 3, 2), scales=[0.01, 0.02, 0.015]),
            T("b", "int32", (3,), data=ints(3), scales=[0.001, 0.002, 0.0015]),
            T("map", "int8", (1, 4, 3, 3), scale=0.09, zero_point=-128),
            T("pooled", "int8", (1, 2, 2, 3), scale=0.09, zero_point=-128),
            T("shape", "int32", (2,), data=[1, 12]),
            T("flat", "int8", (1, 12), scale=0.09, zero_point=-128),
            T("v", "int8", (4, 12), data=ints(4, 12), scale=0.004),
            T("logits", "int8", (1, 4), scale=0.05, zero_point=9),
            T("scores", "int8", (1, 4), scale=1 / 256, zero_point=-128),
        ],
        nodes=[
            N(
                "CONV_2D",
                ["image", "w", "b"],
                ["map"],
                {"strideH": 2, "strideW": 2, "fusedActivationFunction": "RELU"},
            ),
            N(
                "MAX_POOL_2D",
                ["map"],
                ["pooled"],
                {"filterHeight": 2, "filterWidth": 2, "strideH": 2, "strideW": 2},
            ),
            N("RESHAPE", ["pooled", "shape"], ["flat"]),
            N("FULLY_CONNECTED", ["flat", "v", -1], ["logits"]),
            N("SOFTMAX", ["logits"], ["scores"], {"beta": 1.0}),
        ],
        inputs=["image"],
        outputs=["scores"],
    )
    mix = assemble(
        tensors=[
            T("left", "float32", (1, 3, 3, 2)),
            T("right", "float32", (1, 2)),
            T("w", "float32", (2, 2, 2, 2), data=reals(2, 2, 2, 2)),
            T("b", "float32", (2,), data=reals(2)),
            T("map", "float32", (1, 2, 2, 2)),
            T("axes", "int32", (2,), data=[1, 2]),
            T("mean", "float32", (1, 2)),
            T("sum", "float32", (1, 2)),
            T("ratio", "float32", (1, 2)),
            T("both", "float32", (1, 4)),
            T("code", "int8", (1, 4), scale=0.02, zero_point=-10),
        ],
        nodes=[
            N(
                "CONV_2D",
                ["left", "w", "b"],
                ["map"],
                {"strideH": 1, "strideW": 1, "padding": "VALID"},
            ),
            N("MEAN", ["map", "axes"], ["mean"], {"keepDims": False}),
            N("ADD", ["mean", "right"], ["sum"]),
            N("LOGISTIC", ["sum"], ["ratio"]),
            N("CONCATENATION", ["ratio", "sum"], ["both"], {"axis": 1}),
            N("QUANTIZE", ["both"], ["code"]),
        ],
        inputs=["left", "right"],
        outputs=["ratio", "code"],
    )
    return {"kws": kws, "mix": mix}
