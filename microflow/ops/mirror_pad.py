"""MIRROR_PAD: surrounds a tensor with its own mirror image."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from math import prod

import numpy as np
from attrs import frozen

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks, _movement
from microflow.ops._constants import values
from microflow.ops.options import option
from microflow.targets import Core


class Mode(Enum):
    """Whether the element at the edge stays single (schema: MirrorPadMode)."""

    REFLECT = 0
    SYMMETRIC = 1


@frozen
class MirrorPadOptions:
    """Schema: MirrorPadOptions."""

    mode: Mode = option(0, Mode, Mode.REFLECT)


def _pairs(site: Site) -> list[tuple[int, int]]:
    return [(int(a), int(b)) for a, b in values(site.input(1)).reshape(-1, 2)]


def _infer(site: Site) -> tuple[Shape, ...]:
    """The stated shape where paddings are known at run time."""
    if not site.input(1).is_constant:
        return (site.output.shape,)
    sizes = zip(site.input(0).shape, _pairs(site), strict=True)
    return (tuple(before + size + after for size, (before, after) in sizes),)


def _check(site: Site) -> Iterator[Finding]:
    x, paddings = site.input(0), site.input(1)
    yield from _movement.movable(site)
    yield from _movement.filled(site.input(0))
    yield from _checks.types(site, 1, DType.INT32, DType.INT64)
    if paddings.elements != 2 * len(x.shape):
        yield Finding(
            f"{paddings.elements} sizes of padding for {len(x.shape)} dimensions",
            "two sizes a dimension",
            paddings,
        )
    elif len(site.output.shape) != len(x.shape):
        yield Finding("an output of another rank than the input", "one rank", site.output)
    elif paddings.is_constant:
        yield from _check_pairs(site)


def _check_pairs(site: Site) -> Iterator[Finding]:
    single = site.attrs.mode is Mode.REFLECT
    for size, pair in zip(site.input(0).shape, _pairs(site), strict=True):
        most = size - single
        if not 0 <= min(pair) <= max(pair) <= most:
            yield Finding(
                f"mirroring {max(pair) if min(pair) >= 0 else min(pair)} of {size} elements",
                f"padding of 0 to {most} elements",
                site.input(1),
            )


def _access(site: Site) -> Access:
    return whole(2)


def _fold(site: Site) -> tuple[bytes, ...] | None:
    if not (site.input(0).is_constant and site.input(1).is_constant):
        return None
    x = _movement.blocks(site.input(0))
    places = np.arange(x.size).reshape(x.shape)
    mirrored = np.pad(places, _pairs(site), mode=site.attrs.mode.name.lower())
    return (x.ravel()[mirrored].tobytes(),)


def _moving_dims(site: Site) -> int:
    """The number of dimensions up to the last that may be padded; at least 1 where there is one."""
    rank = len(site.input(0).shape)
    if not site.input(1).is_constant:
        return rank
    padded = (dims for dims, pair in enumerate(_pairs(site), 1) if pair != (0, 0))
    return max(padded, default=min(rank, 1))


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, paddings, y = site.input(0), site.input(1), site.output
    dims = _moving_dims(site)
    if dims == 0:
        return (KernelCall("copy", (x.id,), (y.id,), {"bytes": x.bytes}),)
    params: dict[str, Value] = {
        "single": int(site.attrs.mode is Mode.REFLECT),
        "index_bytes": paddings.dtype.size,
        "dims": dims,
        "rows": prod(y.shape[: dims - 1]),
        "unit": prod(x.shape[dims:]) * x.dtype.size,
        "size": array("size", np.array(x.shape[:dims], np.int32)),
        "total": array("total", np.array(y.shape[:dims], np.int32)),
    }
    return (KernelCall("mirror_pad", (x.id, paddings.id), (y.id,), params),)


def _copies(site: Site) -> bool:
    return site.input(1).is_constant and site.input(0).shape == site.output.shape


OPERATOR = Operator(
    name="MIRROR_PAD",
    code=100,
    doc="Surrounds a tensor with its mirror image, with or without the edge; padding that comes at "
    "run time and does not fit repeats the last element.",
    kernels=("mirror_pad",),
    limits="Constant padding that is larger than the tensor.",
    beyond="uint8, int16, int32, int64, bool",
    options=MirrorPadOptions,
    arity=(2, 2),
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    types="all",
    copies=_copies,
)
