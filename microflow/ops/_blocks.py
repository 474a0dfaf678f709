"""Pictures whose blocks of pixels are dealt out to batches, and back.

Pictures are [batch, rows, columns, channels], signals [batch, rows, channels]. Sizes of blocks and
margins may be known at run time alone; then the output's stated shape is believed.
"""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall, Value
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks, _movement
from microflow.ops._constants import values

_MOST_BATCHES = 32767  # kernels multiply sizes of blocks that are at most so large


def check(site: Site) -> Iterator[Finding]:
    """Yields findings on types and ranks, and on blocks and margins where they are constant."""
    x, block, margins = site.input(0), site.input(1), site.input(2)
    yield from _movement.movable(site)
    yield from _movement.filled(site.input(0))
    yield from _checks.rank(site, 0, 3, 4)
    for position in (1, 2):
        yield from _checks.types(site, position, DType.INT32, DType.INT64)
    spatial = len(x.shape) - 2
    if (block.elements, margins.elements) != (spatial, 2 * spatial):
        yield Finding(
            f"{block.elements} sizes of blocks and {margins.elements} margins for {spatial} "
            "spatial dimensions",
            "a size and two margins a dimension",
            block,
        )
    elif block.is_constant and (values(block) < 1).any():
        yield Finding("a block of no size", "blocks of 1 or more", block)
    elif margins.is_constant and (values(margins) < 0).any():
        yield Finding("negative margins", "margins of 0 or more", margins)
    elif not are_known(site):
        yield from _check_stated(site)


def are_known(site: Site) -> bool:
    """Tells whether blocks and margins are constants."""
    return site.input(1).is_constant and site.input(2).is_constant


def sizes(site: Site) -> tuple[list[int], list[tuple[int, int]]]:
    """Returns the constant sizes of blocks, and the margins before and behind each dimension."""
    pairs = values(site.input(2)).reshape(-1, 2)
    block = [int(size) for size in values(site.input(1)).ravel()]
    return block, [(int(before), int(after)) for before, after in pairs]


def access(site: Site) -> Access:
    """Returns an access that promises nothing about order."""
    return whole(3)


def lower(site: Site, kernel: str) -> tuple[KernelCall, ...]:
    """Returns the call of a kernel on pictures; a signal is a picture of one column."""
    x, block, margins, y = site.input(0), site.input(1), site.input(2), site.output
    (in_n, in_h, in_w, bytes_), (out_n, out_h, out_w, _) = (
        _picture(t.shape, t.dtype.size) for t in (x, y)
    )
    params: dict[str, Value] = {
        "in_n": in_n,
        "in_h": in_h,
        "in_w": in_w,
        "out_n": out_n,
        "out_h": out_h,
        "out_w": out_w,
        "pixel_bytes": bytes_,
        "block_bytes": block.dtype.size,
        "margin_bytes": margins.dtype.size,
        "spatial": len(x.shape) - 2,
    }
    return (KernelCall(kernel, (x.id, block.id, margins.id), (y.id,), params),)


def _picture(shape: Shape, unit: int) -> Shape:
    columns = 1 if len(shape) == 3 else shape[2]
    return (*shape[:2], columns, shape[-1] * unit)


def _check_stated(site: Site) -> Iterator[Finding]:
    x, y = site.input(0).shape, site.output.shape
    if len(x) != len(y) or x[-1] != y[-1] or max(x[0], y[0]) % min(x[0], y[0]):
        yield Finding(
            f"an output of shape {list(y)} from {list(x)}",
            "as many channels, and a whole number of blocks",
            site.output,
        )
    elif max(x[0], y[0]) > _MOST_BATCHES:
        yield Finding(
            f"{max(x[0], y[0])} batches with blocks known at run time",
            f"at most {_MOST_BATCHES} batches",
            site.input(1),
        )
