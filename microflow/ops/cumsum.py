"""CUMSUM: the sums of the elements up to each, along one dimension."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np
from attrs import frozen

from microflow.graph.access import Access, Elementwise, Read, Rowwise, Whole
from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.numerics import tflm
from microflow.ops import _arithmetic, _checks, _movement
from microflow.ops._constants import values
from microflow.ops.options import option
from microflow.targets import Core

_LEFT_SHIFT = _arithmetic.SUM_BITS[DType.INT8]


@frozen
class CumsumOptions:
    """Schema: CumsumOptions."""

    exclusive: bool = option(0, "bool", False)
    reverse: bool = option(1, "bool", False)


def _axis(site: Site) -> int | None:
    """The dimension; None where it is known at run time only."""
    if not site.input(1).is_constant:
        return None
    axis, rank = int(values(site.input(1)).ravel()[0]), len(site.input(0).shape)
    return axis + rank if axis < 0 else axis


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.input(0).shape,)


def _check(site: Site) -> Iterator[Finding]:
    x, axis = site.input(0), site.input(1)
    yield from _checks.types(site, 0, DType.INT8, DType.FLOAT32)
    yield from _checks.same_type(site)
    yield from _checks.types(site, 1, DType.INT32)
    yield from _checks.quantised(x, site.output)
    if not x.shape:
        yield Finding("a scalar", "a tensor of one dimension or more", x)
    elif axis.elements != 1:
        yield Finding(f"{axis.elements} axes", "one axis", axis)
    elif axis.is_constant:
        yield from _movement.axis_in_range(int(values(axis).ravel()[0]), len(x.shape), axis)
    quantised = x.dtype is DType.INT8 and x.quantization and site.output.quantization
    if quantised and site.output.scale > 0:
        yield from _arithmetic.check_headroom(site, _out_factor(site), _LEFT_SHIFT)


def _out_factor(site: Site) -> float:
    return 2 * site.input(0).scale / ((1 << _LEFT_SHIFT) * site.output.scale)


def _access(site: Site) -> Access:
    """Along the last dimension each element is read and written in its turn."""
    axis, rank = _axis(site), len(site.input(0).shape)
    read: Read = Whole()
    if axis == rank - 1 and not site.attrs.reverse:
        read = Elementwise()
    elif axis is not None and rank == 4 and axis >= 2:
        read = Rowwise()
    return Access((read, Whole()))


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, y, axis = site.input(0), site.output, _axis(site)
    axes = range(len(x.shape)) if axis is None else (axis,)
    lines = [(prod(x.shape[:i]), x.shape[i], prod(x.shape[i + 1 :])) for i in axes]
    params: dict[str, Value] = {
        "axes": len(axes),
        "lines": array("lines", np.array(lines, np.int32)),
        "exclusive": int(site.attrs.exclusive),
        "reverse": int(site.attrs.reverse),
    }
    if x.dtype is DType.INT8:
        multiplier, shift = tflm.quantised_multiplier(_out_factor(site))
        params |= {"in_zero_point": x.zero_point, "out_zero_point": y.zero_point}
        params |= {"out_multiplier": multiplier, "out_shift": shift}
    operands = (x.id, site.input(1).id if len(axes) > 1 else x.id)
    return (KernelCall(f"cumsum_{_arithmetic.SUFFIXES[x.dtype]}", operands, (y.id,), params),)


def _fold(site: Site) -> tuple[bytes, ...] | None:
    x = site.input(0)
    axis, reverse = _axis(site), slice(None, None, -1 if site.attrs.reverse else 1)
    if not x.is_constant or x.dtype is DType.INT8 or axis is None:
        return None
    line = np.moveaxis(values(x), axis, -1)[..., reverse]
    with np.errstate(all="ignore"):
        sums = np.cumsum(line + np.float32(0), axis=-1, dtype=np.float32)
    if site.attrs.exclusive:
        sums = np.concatenate((np.zeros_like(sums[..., :1]), sums[..., :-1]), axis=-1)
    made = np.moveaxis(sums[..., reverse], -1, axis)
    return (made.astype("<f4").tobytes(),)


OPERATOR = Operator(
    name="CUMSUM",
    code=128,
    doc="Sums up to each element along a dimension, forwards or backwards.",
    kernels=("cumsum_f32", "cumsum_s8"),
    limits="Scalars; an int8 output scale far below the input's.",
    options=CumsumOptions,
    arity=(2, 2),
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
)
