"""QUANTIZE: real values, or values under another scale, as integers with a scale."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from microflow.graph.access import Access, elementwise, pixelwise
from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.numerics import fixed_point, tflm
from microflow.numerics.real import nearest
from microflow.ops import _unary, _xnnpack
from microflow.ops._constants import values
from microflow.ops._rescale import EIGHT_BITS, rescaled, rescaled_wide, tabulated
from microflow.targets import Core

_MANY = 2.0**30  # steps, which saturate at any zero point
_FORMS = {  # input: outputs, as the reference has them
    DType.FLOAT32: (DType.INT8, DType.INT16),
    DType.INT8: (DType.INT8, DType.UINT8, DType.INT16, DType.INT32),
    DType.UINT8: (DType.INT8,),
    DType.INT16: (DType.INT8, DType.INT16, DType.INT32),
    DType.INT32: (DType.INT8, DType.INT16),
}


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.input(0).shape,)


def _check(site: Site) -> Iterator[Finding]:
    x, y = site.input(0), site.output
    if y.dtype not in _FORMS.get(x.dtype, ()):
        yield Finding(
            f"{x.dtype.label} to {y.dtype.label}",
            "float32 or int8 to int8, or another pair that the operator's page names",
            y,
        )
        return
    for tensor in (y,) if x.dtype is DType.FLOAT32 else (x, y):
        yield from _check_scale(tensor)


def _check_scale(tensor: Tensor) -> Iterator[Finding]:
    quantization = tensor.quantization
    if quantization is None or quantization.scale <= 0:
        yield Finding("a tensor with no scale", "a tensor that the converter quantised", tensor)
    elif quantization.per_channel:
        yield Finding("a scale for each channel", "one scale for the whole tensor", tensor)


def _access(site: Site) -> Access:
    same_size = site.input(0).dtype.size == site.output.dtype.size
    return elementwise(1) if same_size else pixelwise(site.output.shape)


def _fold(site: Site) -> tuple[bytes, ...] | None:
    x, y = site.input(0), site.output
    if not x.is_constant:
        return None
    low, high = tflm.INT_RANGE[y.dtype]
    if _by_table(site):
        return (_xnnpack.rescaled_table(x, y)[values(x).astype(int) + 128].tobytes(),)
    if x.dtype is DType.FLOAT32:
        made = _nearest(values(x), y)
    else:
        steps = values(x).astype(np.int64) - x.zero_point
        factor = tflm.quantised_multiplier(x.scale / y.scale)
        made = (fixed_point.requantise(steps, *factor) + y.zero_point).astype(np.int32)
    little = np.dtype(y.dtype.numpy).newbyteorder("<")
    return (made.clip(low, high).astype(little).tobytes(),)


def _by_table(site: Site) -> bool:
    """Tells whether XNNPACK computes a site, which then is a table of 256 entries."""
    x, y = site.input(0), site.output
    return _xnnpack.computes(site) and x.dtype is DType.INT8 and _xnnpack.takes_rescaled(x, y)


def _nearest(x: NDArray[np.float32], y: Tensor) -> NDArray[np.int64]:
    """The steps of `y` nearest to real values, ties away from zero; NaN counts as the least."""
    with np.errstate(all="ignore"):
        steps = x / np.float32(y.scale)
    whole = nearest(np.nan_to_num(steps, nan=-_MANY).clip(-_MANY, _MANY))
    return whole.astype(np.int64) + y.zero_point


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, y = site.input(0), site.output
    if x.dtype is DType.FLOAT32:
        return (_quantised(x, y),)
    if _by_table(site):
        return (_unary.looked_up(site, _xnnpack.rescaled_table(x, y)),)
    if x.dtype in EIGHT_BITS and y.dtype in EIGHT_BITS:
        return (rescaled(x, y),)
    return (rescaled_wide(x, y, *tflm.INT_RANGE[y.dtype]),)


def _designs(site: Site, core: Core) -> Iterator[tuple[KernelCall, ...]]:
    (usual,) = _lower(site, core)
    return tabulated(usual, core)


def _quantised(x: Tensor, y: Tensor) -> KernelCall:
    kernel = "quantize_f32_s8" if y.dtype is DType.INT8 else "quantize_f32_s16"
    params = {"count": x.elements, "scale": y.scale, "zero_point": y.zero_point}
    return KernelCall(kernel, (x.id,), (y.id,), params)


OPERATOR = Operator(
    name="QUANTIZE",
    code=114,
    doc="Quantises real values, or gives integers another scale or type.",
    kernels=(
        "clamp_s8",
        "lookup_s8",
        "quantize_f32_s16",
        "quantize_f32_s8",
        "requantize_s8_s8",
        "requantize_wide",
    ),
    limits=(
        "A scale for each channel; pairs of types other than float32 to int8, uint8 or int16, int8 "
        "to int8, uint8, int16 or int32, uint8 to int8 or uint8, int16 to int8, int16 or int32, "
        "int32 to int8 or int16."
    ),
    beyond="float32 to uint8; uint8 to uint8",
    types="float32, int8, uint8, int16, int32",
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    designs=_designs,
)
