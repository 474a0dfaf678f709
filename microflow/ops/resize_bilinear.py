"""RESIZE_BILINEAR: each pixel of a larger or smaller picture is a mean of the four around it."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall, Value
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType
from microflow.ops import _checks, _movement, _resize, _xnnpack
from microflow.ops.options import option
from microflow.targets import Core

_SUFFIXES = {DType.FLOAT32: "f32", DType.INT8: "s8", DType.UINT8: "u8"}
_ONE = 1 << 10  # of int8's fixed-point places


@frozen
class ResizeBilinearOptions:
    """Schema: ResizeBilinearOptions; its first two slots are no longer used."""

    align_corners: bool = option(2, "bool", False)
    half_pixel_centers: bool = option(3, "bool", False)


def _check(site: Site) -> Iterator[Finding]:
    yield from _checks.types(site, 0, *_SUFFIXES)
    yield from _movement.filled(site.input(0))
    yield from _resize.check(site)
    if site.attrs.align_corners and site.attrs.half_pixel_centers:
        yield Finding("aligned corners with half-pixel centres", "one of both options", site.output)


def _access(site: Site) -> Access:
    return whole(2)


def _step(site: Site, axis: int) -> Value:
    """The pixels of the input to one of the output: fixed-point for int8, else a float."""
    given, made = site.input(0).shape[axis], site.output.shape[axis]
    aligned = site.attrs.align_corners
    if site.output.dtype is not DType.INT8:
        return float(_resize.scale(given, made, aligned))
    if aligned and made > 1:
        given, made = given - 1, made - 1
    return (_ONE * given + made // 2) // made


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    if _xnnpack.computes(site):
        return (_xnnpack.resized(site),)
    kernel = f"resize_bilinear_{_SUFFIXES[site.output.dtype]}"
    params = {
        **_resize.sizes(site),
        "step_h": _step(site, 1),
        "step_w": _step(site, 2),
        "half_pixel": int(site.attrs.half_pixel_centers),
    }
    return (KernelCall(kernel, (site.input(0).id,), (site.output.id,), params),)


OPERATOR = Operator(
    name="RESIZE_BILINEAR",
    code=23,
    doc="A larger or smaller picture, interpolated; aligned corners or half-pixel centres.",
    kernels=("resize_bilinear_f32", "resize_bilinear_s8", "resize_bilinear_u8", "resize_table_s8"),
    limits=(
        "Ranks other than 4; a size that is no constant; more than 32767 rows or columns; aligned"
        " corners together with half-pixel centres."
    ),
    beyond="uint8, as LiteRT computes it",
    options=ResizeBilinearOptions,
    types="int8, uint8, float32",
    arity=(2, 2),
    infer=_resize.infer,
    check=_check,
    access=_access,
    lower=_lower,
)
