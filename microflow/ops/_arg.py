"""ARG_MAX and ARG_MIN: where along a dimension the greatest, or the least, element is."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks, _movement, _reduce
from microflow.ops._constants import values
from microflow.targets import Core

KERNELS = {DType.INT8: "arg_max_s8", DType.FLOAT32: "arg_max_f32"}


def operator(name: str, code: int, doc: str, sign: int) -> Operator:
    """Returns the record of the operator; `sign` is 1 for the greatest and -1 for the least.

    The type of the positions that the file states a second time is not read.
    """

    find = np.argmax if sign > 0 else np.argmin

    def lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
        x, axis = site.input(0), _axis(site)
        params = {
            "outer": prod(x.shape[:axis]),
            "depth": x.shape[axis],
            "inner": prod(x.shape[axis + 1 :]),
            "sign": sign,
            "wide": int(site.output.dtype is DType.INT64),
        }
        return (KernelCall(KERNELS[x.dtype], (x.id,), (site.output.id,), params),)

    return Operator(
        name=name,
        code=code,
        doc=doc,
        types="int8, uint8, float32 -> int32, int64",
        kernels=tuple(KERNELS.values()),
        limits="An axis that is no constant; tensors with no elements.",
        beyond="quantised uint8; positions of int64",
        arity=(2, 2),
        infer=_infer,
        check=_check,
        access=_access,
        fold=_reduce.folded(
            lambda x, site: find(x, axis=_axis(site)).astype(site.output.dtype.numpy)
        ),
        lower=lower,
    )


def _axis(site: Site) -> int:
    (axis,) = values(site.input(1)).ravel().tolist()
    rank = len(site.input(0).shape)
    return int(axis) + (rank if axis < 0 else 0)


def _infer(site: Site) -> tuple[Shape, ...]:
    """The dimension is dropped; where the file keeps it with one element, that is as good."""
    shape, axis = site.input(0).shape, _axis(site)
    kept = (*shape[:axis], 1, *shape[axis + 1 :])
    return (kept if site.output.shape == kept else shape[:axis] + shape[axis + 1 :],)


def _check(site: Site) -> Iterator[Finding]:
    x, axis = site.input(0), site.input(1)
    yield from _checks.types(site, 0, *KERNELS)
    yield from _checks.output_types(site, DType.INT32, DType.INT64)
    yield from _checks.types(site, 1, DType.INT32, DType.INT64)
    yield from _checks.constant(site, 1, "axis")
    yield from _checks.nonempty(site)
    if not axis.is_constant:
        return
    if axis.elements != 1:
        yield Finding(f"{axis.elements} axes", "one axis", axis)
    else:
        yield from _movement.axis_in_range(int(values(axis).ravel()[0]), len(x.shape), axis)


def _access(site: Site) -> Access:
    return whole(2)
