"""ADD_N: the sum of several tensors of one shape."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from microflow.graph.access import Access, Elementwise, Whole
from microflow.graph.call import KernelCall, Value
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.numerics import tflm
from microflow.ops import _arithmetic, _checks
from microflow.ops._constants import values
from microflow.targets import Core

_LEFT_SHIFT = _arithmetic.SUM_BITS[DType.INT8]
_SUM_BYTES = 2


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.input(0).shape,)


def _check(site: Site) -> Iterator[Finding]:
    first = site.input(0)
    yield from _checks.types(site, 0, DType.INT8, DType.FLOAT32)
    yield from _checks.same_type(site)
    yield from _checks.quantised(*site.inputs, site.output)
    for position in range(len(site.inputs)):
        tensor = site.optional(position)
        yield from _checks.types(site, position, first.dtype)
        if tensor is None or tensor.shape != first.shape:
            yield Finding("an input of another shape", "inputs of one shape", tensor)
        elif first.dtype is DType.INT8 and tensor.quantization != first.quantization:
            yield Finding("inputs of several scales", "one scale and zero point for all", tensor)
    quantised = first.dtype is DType.INT8 and first.quantization and site.output.quantization
    if quantised and site.output.scale > 0:
        yield from _arithmetic.check_headroom(site, _out_factor(site), _LEFT_SHIFT)


def _out_factor(site: Site) -> float:
    return 2 * site.input(0).scale / ((1 << _LEFT_SHIFT) * site.output.scale)


def _access(site: Site) -> Access:
    """Of int8 the output is written in the last call; of floats, before the third tensor."""
    count = len(site.inputs)
    early = count if site.output.dtype is DType.INT8 else 2
    return Access((*[Elementwise()] * early, *[Whole()] * (count - early)))


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    return _sums_s8(site) if site.output.dtype is DType.INT8 else _sums_f32(site)


def _sums_s8(site: Site) -> tuple[KernelCall, ...]:
    y, last = site.output, len(site.inputs) - 1
    multiplier, shift = tflm.quantised_multiplier(_out_factor(site))
    params: dict[str, Value] = {
        "count": y.elements,
        "in_zero_point": site.input(0).zero_point,
        "out_zero_point": y.zero_point,
        "out_multiplier": multiplier,
        "out_shift": shift,
    }
    return tuple(
        KernelCall(
            "add_n_s8",
            (site.input(i).id,),
            (y.id,),
            {**params, "first": int(i == 0), "last": int(i == last)},
            scratch=_SUM_BYTES * y.elements,
        )
        for i in range(len(site.inputs))
    )


def _sums_f32(site: Site) -> tuple[KernelCall, ...]:
    """The first two tensors make the output, to which the others are added."""
    x, y = site.input(0), site.output
    params: dict[str, Value] = {"count": y.elements}
    return tuple(
        KernelCall("add_n_f32", (x.id if i == 1 else y.id, site.input(i).id), (y.id,), params)
        for i in range(1, len(site.inputs))
    )


def _fold(site: Site) -> tuple[bytes, ...] | None:
    inputs = [site.input(i) for i in range(len(site.inputs))]
    if site.output.dtype is DType.INT8 or not all(t.is_constant for t in inputs):
        return None
    with np.errstate(all="ignore"):
        total = sum(map(values, inputs), np.zeros(site.output.shape, "<f4"))
    return (total.tobytes(),)


OPERATOR = Operator(
    name="ADD_N",
    code=106,
    doc="Sum of any number of tensors of one shape; int8 tensors have one scale.",
    kernels=("add_n_f32", "add_n_s8"),
    limits=(
        "Inputs of several shapes, or of int8 on several scales; an output scale far below theirs."
    ),
    arity=(2, 1024),
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
)
