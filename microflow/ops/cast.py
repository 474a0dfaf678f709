"""CAST: numbers in another type. Scales do not matter: it is the stored numbers that are taken.

An integer that the output's type does not hold wraps. A float that it does not hold becomes the
nearest number that it holds, and no number becomes 0. What is not 0 is true.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microflow.graph.access import Access, elementwise
from microflow.graph.call import KernelCall, Value
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks
from microflow.ops._constants import values
from microflow.targets import Core

_INTEGERS = (DType.INT8, DType.UINT8, DType.INT16, DType.UINT16, DType.INT32, DType.UINT32)
_TYPES = (*_INTEGERS, DType.BOOL, DType.FLOAT32)
_SIGNED = (DType.INT8, DType.INT16, DType.INT32)


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.input(0).shape,)


def _check(site: Site) -> Iterator[Finding]:
    yield from _checks.types(site, 0, *_TYPES)
    yield from _checks.output_types(site, *_TYPES)


def _access(site: Site) -> Access:
    return elementwise(1)


def _fold(site: Site) -> tuple[bytes, ...] | None:
    if not site.input(0).is_constant:
        return None
    made = _cast(values(site.input(0)), site.output.dtype)
    return (made.astype(made.dtype.newbyteorder("<")).tobytes(),)


def _cast(given: NDArray[Any], dtype: DType) -> NDArray[Any]:
    if given.dtype.kind != "f" or dtype in (DType.BOOL, DType.FLOAT32):
        return given.astype(dtype.numpy)
    low, high = _limits(dtype)
    return np.nan_to_num(given.astype(np.float64)).clip(low, high).astype(dtype.numpy)


def _limits(dtype: DType) -> tuple[int, int]:
    info = np.iinfo(dtype.numpy)
    return int(info.min), int(info.max)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, y = site.input(0), site.output
    operands = (x.id,), (y.id,)
    if x.dtype is y.dtype:
        return (KernelCall("copy", *operands, {"bytes": x.bytes}),)
    params: dict[str, Value] = {"count": x.elements}
    if x.dtype is DType.FLOAT32:
        return (KernelCall("cast_from_f32", *operands, params | _from_float(y.dtype)),)
    params |= {"in_bytes": x.dtype.size, "in_signed": int(x.dtype in _SIGNED)}
    if y.dtype is DType.FLOAT32:
        return (KernelCall("cast_to_f32", *operands, params),)
    params |= {"out_bytes": y.dtype.size, "to_bool": int(y.dtype is DType.BOOL)}
    return (KernelCall("cast", *operands, params),)


def _from_float(dtype: DType) -> dict[str, Value]:
    """Unsigned limits of 32 bits are written as the int32 of the same bits."""
    boolean = dtype is DType.BOOL
    low, high = (0, 1) if boolean else _limits(dtype)
    return {
        "out_bytes": dtype.size,
        "to_bool": int(boolean),
        "least": float(low),
        "beyond": float(high + 1),
        "low": low,
        "high": high - 2**32 * (high >= 2**31),
    }


OPERATOR = Operator(
    name="CAST",
    code=53,
    doc="Stored numbers in another type: integers wrap, floats saturate.",
    kernels=("cast", "cast_from_f32", "cast_to_f32"),
    beyond="from and to uint8, to uint16",
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    copies=lambda site: site.input(0).dtype is site.output.dtype,
    types="int8, uint8, int16, uint16, int32, uint32, bool, float32",
)
