"""RESIZE_NEAREST_NEIGHBOR: each pixel of a larger or smaller picture is the nearest one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from microflow.graph.access import Access, Elementwise, Whole, whole
from microflow.graph.call import KernelCall, array
from microflow.graph.ir import Finding, Operator, Site
from microflow.ops import _movement, _resize
from microflow.ops.options import option
from microflow.targets import Core


@frozen
class ResizeNearestNeighborOptions:
    """Schema: ResizeNearestNeighborOptions."""

    align_corners: bool = option(0, "bool", False)
    half_pixel_centers: bool = option(1, "bool", False)


def _check(site: Site) -> Iterator[Finding]:
    yield from _movement.movable(site)
    yield from _movement.filled(site.input(0))
    yield from _resize.check(site)


def _sources(site: Site, axis: int) -> NDArray[np.int16]:
    """The row (axis 1) or column (2) of the input that each one of the output shows."""
    options, given, made = site.attrs, site.input(0).shape[axis], site.output.shape[axis]
    centre = np.float32(0.5 if options.half_pixel_centers else 0)
    step = _resize.scale(given, made, options.align_corners)
    places = ((np.arange(made, dtype=np.float32) + centre) * step).astype(np.float64)
    if options.align_corners:
        places += 0.5  # rounded half away from zero: they are positive
    nearest: NDArray[np.int16] = np.floor(places).clip(0, given - 1).astype(np.int16)
    return nearest


def _is_copy(site: Site) -> bool:
    return site.output.shape == site.input(0).shape and all(
        np.array_equal(_sources(site, axis), range(site.output.shape[axis])) for axis in (1, 2)
    )


def _access(site: Site) -> Access:
    return Access((Elementwise(), Whole())) if _is_copy(site) else whole(2)


def _fold(site: Site) -> tuple[bytes, ...] | None:
    if not site.input(0).is_constant:
        return None
    rows = _movement.blocks(site.input(0))[:, _sources(site, 1)]
    return (rows[:, :, _sources(site, 2)].tobytes(),)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, operands = site.input(0), ((site.input(0).id,), (site.output.id,))
    if _is_copy(site):
        return (KernelCall("copy", *operands, {"bytes": x.bytes}),)
    params = _resize.sizes(site)
    del params["channels"]
    params |= {
        "pixel_bytes": x.shape[3] * x.dtype.size,
        "rows": array("rows", _sources(site, 1)),
        "columns": array("columns", _sources(site, 2)),
    }
    return (KernelCall("resize_nearest", *operands, params),)


OPERATOR = Operator(
    name="RESIZE_NEAREST_NEIGHBOR",
    code=97,
    doc="A larger or smaller picture of the nearest pixels; aligned corners, half-pixel centres.",
    kernels=("resize_nearest",),
    limits="Ranks other than 4; a size that is no constant; more than 32767 rows or columns.",
    beyond="uint8, int32, int64, bool",
    options=ResizeNearestNeighborOptions,
    arity=(2, 2),
    infer=_resize.infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    types="all",
    copies=_is_copy,
)
