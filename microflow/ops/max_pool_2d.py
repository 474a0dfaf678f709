"""MAX_POOL_2D: the greatest of the pixels under a window, channel by channel."""

from __future__ import annotations

from microflow.graph.ir import Operator
from microflow.ops import _pool

OPERATOR = Operator(
    name="MAX_POOL_2D",
    code=17,
    doc="Greatest of the pixels under a window: a fused clamp.",
    kernels=("max_pool_f32", "max_pool_s16", "max_pool_s8"),
    limits=(
        "Ranks other than 4; an output on another scale; windows over 32767 pixels, or with VALID"
        " padding larger than the picture."
    ),
    beyond="quantised uint8",
    options=_pool.Pool2DOptions,
    types="int8, uint8, int16, float32",
    infer=_pool.infer,
    check=_pool.check,
    access=_pool.access,
    lower=_pool.lowering("max_pool", raises=True),
)
