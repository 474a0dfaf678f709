"""Pictures of another size: what the operators that resize share."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from microflow.graph.call import Value
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks
from microflow.ops._constants import values

_LARGEST = 32767  # rows or columns: kernels count them in int16_t, or multiply them by 1024


def infer(site: Site) -> tuple[Shape, ...]:
    """Returns the shape with the rows and columns that the second input asks for."""
    batches, _, _, channels = site.input(0).shape
    height, width = values(site.input(1)).ravel().tolist()
    return ((batches, height, width, channels),)


def check(site: Site) -> Iterator[Finding]:
    """Yields findings on the rank of a picture and its new size."""
    x, size = site.input(0), site.input(1)
    yield from _checks.same_type(site)
    yield from _checks.rank(site, 0, 4)
    yield from _checks.types(site, 1, DType.INT32)
    yield from _checks.constant(site, 1, "size")
    if size.elements != 2:
        yield Finding(f"a size of {size.elements} numbers", "rows and columns", size)
        return
    wanted = values(size).ravel().tolist()
    if min(wanted) < 1:
        yield Finding(f"{wanted[0]} rows of {wanted[1]} pixels", "a positive size", size)
    elif max(*wanted, *x.shape[1:3]) > _LARGEST:
        yield Finding(
            "a picture of more than 32767 rows or columns", f"at most {_LARGEST} of both", x
        )


def scale(given: int, made: int, align_corners: bool) -> np.float32:
    """Returns the pixels of the input to a pixel of the output, as the reference rounds them."""
    if align_corners and made > 1:
        return np.float32(given - 1) / np.float32(made - 1)
    return np.float32(given) / np.float32(made)


def sizes(site: Site) -> dict[str, Value]:
    """Returns the parameters that say how large the pictures are."""
    batches, in_h, in_w, channels = site.input(0).shape
    _, out_h, out_w, _ = site.output.shape
    return {
        "batches": batches,
        "in_h": in_h,
        "in_w": in_w,
        "out_h": out_h,
        "out_w": out_w,
        "channels": channels,
    }
