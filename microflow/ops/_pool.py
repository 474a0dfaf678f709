"""What the pools have in common: a window over every channel of an NHWC picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import evolve, field, frozen

from microflow.graph.access import Access
from microflow.graph.call import KernelCall, Value
from microflow.graph.enums import Activation, Padding
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Shape
from microflow.numerics import tflm
from microflow.ops import _checks
from microflow.ops._geometry import Extent, Geometry, geometry, output_size
from microflow.ops.options import option
from microflow.targets import Core

_UNSIGNED = 128  # added to int8, makes it what it was as uint8
_SUFFIXES = {DType.INT8: "s8", DType.INT16: "s16", DType.FLOAT32: "f32"}


@frozen
class Pool2DOptions:
    """Schema: Pool2DOptions. A pass made an `unsigned` one of a pool of uint8."""

    padding: Padding = option(0, Padding, Padding.SAME)
    stride_w: int = option(1, "i32")
    stride_h: int = option(2, "i32")
    filter_w: int = option(3, "i32")
    filter_h: int = option(4, "i32")
    activation: Activation = option(5, Activation, Activation.NONE)
    unsigned: bool = field(default=False, repr=False)


def _extents(site: Site) -> tuple[Extent, Extent]:
    o = site.attrs
    return Extent(o.filter_h, o.stride_h), Extent(o.filter_w, o.stride_w)


def _window(site: Site) -> Geometry:
    shapes = site.input(0).shape, site.output.shape
    return geometry(*shapes, *_extents(site), site.attrs.padding)


def infer(site: Site) -> tuple[Shape, ...]:
    """Returns the output's shape: as many images and channels, one pixel a window."""
    batches, height, width, channels = site.input(0).shape
    vertical, horizontal = _extents(site)
    out_h = output_size(height, vertical, site.attrs.padding)
    out_w = output_size(width, horizontal, site.attrs.padding)
    return ((batches, out_h, out_w, channels),)


def check(site: Site) -> Iterator[Finding]:
    """Yields the findings of a pool."""
    yield from _checks.types(site, 0, *_SUFFIXES)
    yield from _checks.same_type(site)
    yield from _checks.rank(site, 0, 4)
    yield from _checks.nonempty(site)
    yield from _check_window(site)
    if site.attrs.activation is not Activation.NONE:
        yield from _checks.quantised(site.output, dtypes=_checks.QUANTISED)
    yield from _checks.same_scale(site)


def _check_window(site: Site) -> Iterator[Finding]:
    problems = list(_checks.window(site, *_extents(site)))
    if problems or len(site.input(0).shape) != 4:
        yield from problems
    else:
        yield from _checks.covers(site, infer(site)[0])


def access(site: Site) -> Access:
    """Returns the access of a pool: the input through the window."""
    return Access((_window(site).window,), channelwise=True, reversible=True)


def lowering(
    kernel: str, raises: bool = False, in_pieces: bool = True
) -> Callable[[Site, Core], tuple[KernelCall, ...]]:
    """Returns the function that lowers a pool to `kernel`, whose name the type completes.

    `raises` tells whether the kernel can take the rows of windows that do not meet one by one, and
    `in_pieces` whether it can take those of a window over the whole picture so.
    """

    def params(site: Site) -> dict[str, Value]:
        if kernel != "average_pool" or site.input(0).dtype is not DType.INT8:
            return _params(site)
        return {**_params(site), "offset": _UNSIGNED if site.attrs.unsigned else 0}

    def lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
        x, y = site.input(0), site.output
        name, rows = f"{kernel}_{_SUFFIXES[x.dtype]}", site.attrs.filter_h
        sums = _sums(site) if in_pieces else 0
        call = KernelCall(name, (x.id,), (y.id,), params(site), rows, sums=sums)
        return (evolve(call, raises=raises and 1 < rows <= site.attrs.stride_h),)

    return lower


def _sums(site: Site) -> int:
    """One for each channel, where one window covers the only image."""
    x, y = site.input(0).shape, site.output.shape
    return y[3] if x[0] == y[1] == y[2] == 1 and _window(site).covers(x) else 0


def _params(site: Site) -> dict[str, Value]:
    batches, in_h, in_w, channels = site.input(0).shape
    _, out_h, out_w, _ = site.output.shape
    low, high = _clamp(site)
    return {
        "batches": batches,
        "in_h": in_h,
        "in_w": in_w,
        "channels": channels,
        "out_h": out_h,
        "out_w": out_w,
        **_window(site).params(),
        "order": 1,
        "out_min": low,
        "out_max": high,
    }


def _clamp(site: Site) -> tuple[float, float]:
    if site.output.dtype is not DType.FLOAT32:
        return tflm.activation_range(site.attrs.activation, site.output)
    return tflm.float_activation_range(site.attrs.activation)
