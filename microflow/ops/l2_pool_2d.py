"""L2_POOL_2D: the root of the mean square of the pixels under a window, channel by channel."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType
from microflow.ops import _checks, _pool


def _check(site: Site) -> Iterator[Finding]:
    yield from _checks.types(site, 0, DType.FLOAT32)
    yield from _pool.check(site)


OPERATOR = Operator(
    name="L2_POOL_2D",
    code=12,
    doc="Root mean square of the pixels under a window: padding does not count, a fused clamp.",
    kernels=("l2_pool_f32",),
    limits=(
        "Ranks other than 4; windows over 32767 pixels, or with VALID padding larger than the "
        "picture."
    ),
    types="float32",
    options=_pool.Pool2DOptions,
    infer=_pool.infer,
    check=_check,
    access=_pool.access,
    lower=_pool.lowering("l2_pool", in_pieces=False),
)
