"""CONCATENATION: tensors one behind the other along one dimension."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np
from attrs import frozen

from microflow.graph.access import Access, Rowwise, whole
from microflow.graph.call import KernelCall
from microflow.graph.enums import Activation
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.ops import _checks, _movement
from microflow.ops.options import option
from microflow.targets import Core


@frozen
class ConcatenationOptions:
    """Schema: ConcatenationOptions."""

    axis: int = option(0, "i32")
    activation: Activation = option(1, Activation, Activation.NONE)


def _axis(site: Site) -> int:
    axis, rank = int(site.attrs.axis), len(site.input(0).shape)
    return axis + rank if axis < 0 else axis


def _infer(site: Site) -> tuple[Shape, ...]:
    first, axis = site.input(0).shape, _axis(site)
    total = sum(site.input(i).shape[axis] for i in range(len(site.inputs)))
    return ((*first[:axis], total, *first[axis + 1 :]),)


def _check(site: Site) -> Iterator[Finding]:
    first = site.input(0)
    yield from _movement.movable(site)
    yield from _movement.axis_in_range(site.attrs.axis, len(first.shape), first)
    for position in range(len(site.inputs)):
        tensor = site.inputs[position]
        if tensor is None:
            yield Finding("an absent input", "inputs that are all present")
            continue
        yield from _checks.types(site, position, first.dtype)
        yield from _check_quantization(tensor, site.output)
        if _others(tensor.shape, site) != _others(first.shape, site):
            yield Finding(
                "an input of another shape", "inputs that differ along the axis alone", tensor
            )
    if site.attrs.activation is not Activation.NONE:
        yield Finding(
            f"fused activation {site.attrs.activation.name}",
            "an activation before or behind the operator",
            site.output,
        )


def _others(shape: Shape, site: Site) -> tuple[int, Shape, Shape]:
    axis = _axis(site)
    return len(shape), shape[:axis], shape[axis + 1 :]


def _check_quantization(tensor: Tensor, output: Tensor) -> Iterator[Finding]:
    """The reference copies, so it demands that int8 means the same on both sides."""
    if tensor.dtype is not DType.INT8 or output.dtype is not DType.INT8:
        return
    if _scale(tensor) != _scale(output):
        yield Finding(
            "an int8 input with another scale or zero point than the output's",
            "inputs quantised as the output is, or a QUANTIZE before them",
            tensor,
        )


def _scale(tensor: Tensor) -> tuple[float, int] | None:
    q = tensor.quantization
    return None if q is None else (q.scale, q.zero_point)


def _access(site: Site) -> Access:
    """The inputs are copied one after the other; in a row of pictures, each row by itself."""
    within_rows = len(site.output.shape) == 4 and _axis(site) >= 2
    if not within_rows or any(t is None or t.is_constant for t in site.inputs):
        return whole(len(site.inputs))
    return Access((Rowwise(),) * len(site.inputs))


def _fold(site: Site) -> tuple[bytes, ...] | None:
    parts = _movement.all_blocks(site)
    return None if parts is None else (np.concatenate(parts, _axis(site)).tobytes(),)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    y, axis = site.output, _axis(site)
    rows = prod(y.shape[:axis])
    within = _movement.bytes_within(y.shape, axis, y)
    calls, offset = [], 0
    for tensor in (site.input(i) for i in range(len(site.inputs))):
        if tensor.elements:
            calls.append(_movement.place(tensor, y, rows, offset, y.shape[axis] * within))
        offset += tensor.shape[axis] * within
    return tuple(calls)


OPERATOR = Operator(
    name="CONCATENATION",
    code=2,
    doc="Joins tensors along any dimension; int8 inputs have the output's scale.",
    kernels=("copy_constant", "copy_strided"),
    limits="int8 inputs on another scale than the output; a fused activation.",
    beyond="uint8",
    options=ConcatenationOptions,
    arity=(1, 1024),
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    types="all",
)
