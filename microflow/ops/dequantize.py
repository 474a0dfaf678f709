"""DEQUANTIZE: the real values of a quantised tensor."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from microflow.graph.access import Access, pixelwise
from microflow.graph.call import KernelCall, Value
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks
from microflow.ops._constants import values
from microflow.ops._rescale import EIGHT_BITS, flip, s8_zero_point
from microflow.targets import Core


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.input(0).shape,)


def _check(site: Site) -> Iterator[Finding]:
    x = site.input(0)
    yield from _checks.output_types(site, DType.FLOAT32)
    if x.dtype is DType.FLOAT16:
        yield from _checks.constant(site, 0, "float16 values")
        return
    yield from _checks.types(site, 0, DType.INT8, DType.UINT8, DType.INT16)
    if x.quantization is None or x.scale <= 0:
        yield Finding("a tensor with no scale", "a tensor that the converter quantised", x)
    elif x.quantization.per_channel:
        yield Finding("a scale for each channel", "one scale for the whole tensor", x)


def _access(site: Site) -> Access:
    return pixelwise(site.output.shape)


def _fold(site: Site) -> tuple[bytes, ...] | None:
    x = site.input(0)
    if not x.is_constant:
        return None
    if x.dtype is DType.FLOAT16:
        return (values(x).astype("<f4").tobytes(),)
    steps = values(x).astype(np.int32) - x.zero_point
    return ((np.float32(x.scale) * steps.astype(np.float32)).astype("<f4").tobytes(),)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, y = site.input(0), site.output
    params: dict[str, Value] = {"count": x.elements, "scale": x.scale}
    if x.dtype in EIGHT_BITS:
        params |= {"zero_point": s8_zero_point(x), "in_flip": flip(x)}
        return (KernelCall("dequantize_s8_f32", (x.id,), (y.id,), params),)
    params |= {"zero_point": x.zero_point}
    return (KernelCall("dequantize_s16_f32", (x.id,), (y.id,), params),)


OPERATOR = Operator(
    name="DEQUANTIZE",
    code=6,
    doc="The real values of a quantised tensor; float16 where it is constant.",
    kernels=("dequantize_s16_f32", "dequantize_s8_f32"),
    limits="A scale for each channel; float16 that is no constant.",
    beyond="constant float16",
    types="int8, uint8, int16, float16 -> float32",
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
)
