"""Operators that reduce dimensions: each output is made of the elements along them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import frozen
from numpy.typing import NDArray

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall, Value
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks
from microflow.ops._constants import values
from microflow.ops.options import option

LIMITS = "Axes that are no constants; dimensions of no elements"


@frozen
class ReducerOptions:
    """Schema: ReducerOptions."""

    keep_dims: bool = option(0, "bool", False)


def axes(site: Site) -> frozenset[int]:
    """Returns the dimensions that are reduced; none of a scalar."""
    rank = len(site.input(0).shape)
    given = (int(axis) for axis in values(site.input(1)).ravel())
    return frozenset(axis + rank if axis < 0 else axis for axis in given) if rank else frozenset()


def infer(site: Site) -> tuple[Shape, ...]:
    """Returns the output's shape.

    Dimensions of one element, kept or not, make no difference to the result.
    """
    shape, reduced = site.input(0).shape, axes(site)
    kept = tuple(1 if i in reduced else size for i, size in enumerate(shape))
    dropped = tuple(size for i, size in enumerate(shape) if i not in reduced)
    if _solid(site.output.shape) == _solid(kept):
        return (site.output.shape,)
    return (kept if site.attrs.keep_dims else dropped,)


def _solid(shape: Shape) -> Shape:
    """The dimensions of more than one element, or none."""
    return tuple(size for size in shape if size != 1)


def check(site: Site, *dtypes: DType) -> Iterator[Finding]:
    """Yields the findings of a reduction of tensors of `dtypes`."""
    yield from _checks.types(site, 0, *dtypes)
    yield from _checks.same_type(site)
    yield from _checks.types(site, 1, DType.INT32, DType.INT64)
    yield from _checks.constant(site, 1, "axes")
    if site.input(1).is_constant:
        yield from _check_dimensions(site)


def _check_dimensions(site: Site) -> Iterator[Finding]:
    x, rank = site.input(0), len(site.input(0).shape)
    outside = sorted(axis for axis in axes(site) if not 0 <= axis < rank)
    if outside:
        yield Finding(f"an axis outside {rank} dimensions", "axes of the input", site.input(1))
        return
    if any(x.shape[axis] == 0 for axis in axes(site)):
        yield Finding("a reduction of no elements", "dimensions of 1 or more", x)


def is_scattered(site: Site) -> bool:
    """Tells whether dimensions that are kept and reduced alternate too often for the kernels.

    A pass brings them together.
    """
    return _grouped(site) is None


def access(site: Site) -> Access:
    """Returns the access of a reduction: the input in any order."""
    return whole(2)


def elements(site: Site) -> int:
    """Returns how many elements each output is made of."""
    groups = _grouped(site)
    assert groups is not None
    return groups[1] * groups[3]


def call(site: Site, kernel: str, params: Mapping[str, Value]) -> KernelCall:
    """Returns the call of a kernel that reduces: `params` and the input's shape."""
    groups = _grouped(site)
    assert groups is not None
    shape = dict(zip(("kept0", "over0", "kept1", "over1", "kept2"), groups, strict=True))
    kept = groups[2] if groups[0] == groups[3] == 1 else 0  # behind all that is reduced
    operands = (site.input(0).id,), (site.output.id,)
    return KernelCall(kernel, *operands, {**shape, **params}, sums=kept, piece=max(kept, 1))


def folded(
    compute: Callable[[NDArray[Any], Site], NDArray[Any]],
) -> Callable[[Site], tuple[bytes, ...] | None]:
    """Returns the function that folds constants other than floats, by `compute`.

    Of floats, numpy treats the odd values in its own way.
    """

    def fold(site: Site) -> tuple[bytes, ...] | None:
        x = site.input(0)
        if not (x.is_constant and site.input(1).is_constant) or x.dtype is DType.FLOAT32:
            return None
        made = compute(values(x), site)
        return (made.astype(made.dtype.newbyteorder("<")).tobytes(),)

    return fold


def _grouped(site: Site) -> tuple[int, ...] | None:
    """The sizes of the input seen as [kept][over][kept][over][kept], neighbours merged.

    None where the dimensions alternate more often.
    """
    reduced, sizes, group = axes(site), [1] * (len(site.input(0).shape) + 5), 0
    for axis, size in enumerate(site.input(0).shape):
        if size != 1:
            group += (group % 2 == 1) != (axis in reduced)
            sizes[group] *= size
    return None if group > 4 else tuple(sizes[:5])
