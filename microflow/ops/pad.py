"""PAD: surrounds a tensor with zeros, which int8 writes as the output's zero point."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np
from attrs import frozen

from microflow.graph.access import Access, Whole, Window, whole
from microflow.graph.call import KernelCall, array
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks, _movement
from microflow.ops._constants import values
from microflow.ops._geometry import Pads
from microflow.targets import Core


@frozen
class Margin:
    """One dimension: `size` between what is padded before and after it."""

    before: int
    size: int
    after: int

    @property
    def total(self) -> int:
        """The size in the output."""
        return self.before + self.size + self.after

    @property
    def is_padded(self) -> bool:
        """Tells whether the output is larger than the input."""
        return self.total != self.size

    def of(self, unit: int) -> Margin:
        """Returns the same counted in parts of which `unit` make one of this."""
        return Margin(self.before * unit, self.size * unit, self.after * unit)


def margins(site: Site) -> tuple[Margin, ...]:
    """Returns the padding of every dimension of the input."""
    pairs = values(site.input(1)).reshape(-1, 2)
    return tuple(
        Margin(int(before), size, int(after))
        for size, (before, after) in zip(site.input(0).shape, pairs, strict=True)
    )


def spatial_pads(site: Site) -> Pads | None:
    """Returns (top, bottom, left, right) in pixels where only rows and columns are padded.

    None for other dimensions, for other ranks than 4, and for padding that is not constant.
    """
    if len(site.input(0).shape) != 4 or not site.input(1).is_constant:
        return None
    batch, rows, columns, channels = margins(site)
    if batch.is_padded or channels.is_padded:
        return None
    return rows.before, rows.after, columns.before, columns.after


def infer(site: Site) -> tuple[Shape, ...]:
    """Returns the shape of the input with its padding."""
    return (tuple(m.total for m in margins(site)),)


def check(site: Site) -> Iterator[Finding]:
    """Yields findings on the types of a tensor and on its paddings, the second input."""
    x, paddings = site.input(0), site.input(1)
    yield from _movement.movable(site)
    yield from _checks.types(site, 1, DType.INT32, DType.INT64)
    yield from _checks.constant(site, 1, "padding")
    if paddings.elements != 2 * len(x.shape):
        yield Finding(
            f"{paddings.elements} sizes of padding for {len(x.shape)} dimensions",
            "two sizes a dimension",
            paddings,
        )
    elif paddings.is_constant and (values(paddings) < 0).any():
        yield Finding("negative padding", "padding of 0 or more, or a slice", paddings)


def access(site: Site) -> Access:
    """A pixel of the output reads the pixel at its place, unless whole images are padding."""
    shape = site.output.shape
    if len(shape) != 4 or 0 in shape or margins(site)[0].is_padded:
        return whole(len(site.inputs))
    _, rows, columns, _ = margins(site)
    return Access(
        (Window(padding=(rows.before, columns.before)), *[Whole()] * (len(site.inputs) - 1))
    )


def zero(site: Site) -> int:
    """The byte of a padding element: the output's zero point where elements are bytes."""
    has_zero_point = site.output.dtype in (DType.INT8, DType.UINT8)
    return site.output.zero_point & 0xFF if has_zero_point else 0


def _fold(site: Site) -> tuple[bytes, ...] | None:
    if not site.input(0).is_constant:
        return None
    return (folded(site, bytes([zero(site)]) * site.output.dtype.size),)


def folded(site: Site, element: bytes) -> bytes:
    """Returns a constant input surrounded by copies of `element`."""
    inside = tuple(slice(m.before, m.before + m.size) for m in margins(site))
    padded = np.full(site.output.shape, np.void(element))
    padded[inside] = _movement.blocks(site.input(0))
    return padded.tobytes()


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    return (call(site, zero(site)),)


def call(site: Site, value: int) -> KernelCall:
    """Returns the call that surrounds the input with bytes of this `value`."""
    outer, row = _rows(margins(site), site.input(0).dtype.size)
    tables = {
        "total": [m.total for m in outer],
        "start": [m.before for m in outer],
        "count": [m.size for m in outer],
    }
    params = {
        "rows": prod(tables["total"]),
        "before": row.before,
        "row_bytes": row.size,
        "after": row.after,
        "value": value,
        "dims": len(outer),
        **{n: array(n, np.array(v, np.int32)) if v else None for n, v in tables.items()},
    }
    return KernelCall("pad", (site.input(0).id,), (site.output.id,), params)


def _rows(dims: tuple[Margin, ...], unit: int) -> tuple[tuple[Margin, ...], Margin]:
    """Returns the dimensions outside a row, and the row in bytes of elements of `unit` bytes.

    A row is the innermost padded dimension with all within it; dimensions of one element that are
    not padded are left out.
    """
    padded = [i for i, m in enumerate(dims) if m.is_padded]
    inner = padded[-1] if padded else 0
    row = dims[inner] if dims else Margin(0, 1, 0)
    within = prod((m.size for m in dims[inner + 1 :]), start=unit)
    outer = tuple(m for m in dims[:inner] if m.is_padded or m.size != 1)
    return outer, row.of(within)


def copies(site: Site) -> bool:
    """Tells whether nothing is padded."""
    return not any(margin.is_padded for margin in margins(site))


OPERATOR = Operator(
    name="PAD",
    code=34,
    doc="Surrounds a tensor of any rank with zeros; folds into a convolution that follows.",
    kernels=("pad",),
    limits="Padding that is no constant, or negative.",
    beyond="uint8, int64, bool; ranks above 5",
    arity=(2, 2),
    infer=infer,
    check=check,
    access=access,
    fold=_fold,
    lower=_lower,
    types="all",
    copies=copies,
)
