"""MEAN: the mean over any dimensions."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve, frozen

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import DType, Finding, Operator, Shape, Site
from microflow.numerics import tflm
from microflow.ops import _checks
from microflow.ops._constants import values
from microflow.ops.options import option
from microflow.targets import Core


@frozen
class ReducerOptions:
    """Schema: ReducerOptions."""

    keep_dims: bool = option(0, "bool", False)


def _axes(site: Site) -> frozenset[int]:
    """The dimensions that the mean is taken over; none of a scalar."""
    rank = len(site.input(0).shape)
    given = (int(axis) for axis in values(site.input(1)).ravel())
    return frozenset(axis + rank if axis < 0 else axis for axis in given) if rank else frozenset()


def _infer(site: Site) -> tuple[Shape, ...]:
    """Whether dimensions of one element are kept makes no difference to the result."""
    shape, axes = site.input(0).shape, _axes(site)
    kept = tuple(1 if i in axes else size for i, size in enumerate(shape))
    dropped = tuple(size for i, size in enumerate(shape) if i not in axes)
    if site.output.shape in (kept, dropped):
        return (site.output.shape,)
    return (kept if site.attrs.keep_dims else dropped,)


def _check(site: Site) -> Iterator[Finding]:
    x, axes = site.input(0), site.input(1)
    yield from _checks.types(site, 0, *_checks.FLOAT_OR_INT8)
    yield from _checks.same_type(site)
    yield from _checks.types(site, 1, DType.INT32, DType.INT64)
    yield from _checks.constant(site, 1, "axes")
    yield from _checks.quantised(x, site.output)
    if axes.is_constant:
        yield from _check_dimensions(site)


def _check_dimensions(site: Site) -> Iterator[Finding]:
    x, rank = site.input(0), len(site.input(0).shape)
    outside = sorted(axis for axis in _axes(site) if not 0 <= axis < rank)
    if outside:
        yield Finding(f"an axis outside {rank} dimensions", "axes of the input", site.input(1))
        return
    if any(x.shape[axis] == 0 for axis in _axes(site)):
        yield Finding("the mean of no elements", "dimensions of 1 or more", x)
    elif _grouped(site) is None:
        yield Finding(
            "a mean over three groups of dimensions with others between them",
            "two such means, one behind the other",
            x,
        )


def _grouped(site: Site) -> tuple[int, ...] | None:
    """The sizes of the input seen as [kept][over][kept][over][kept], neighbours merged.

    None where the dimensions alternate more often.
    """
    axes, sizes, group = _axes(site), [1] * 7, 0
    for axis, size in enumerate(site.input(0).shape):
        if size != 1:
            group += (group % 2 == 1) != (axis in axes)
            sizes[group] *= size
    return None if group > 4 else tuple(sizes[:5])


def _access(site: Site) -> Access:
    return whole(2)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, y = site.input(0), site.output
    groups = _grouped(site)
    assert groups is not None
    params = dict(zip(("kept0", "over0", "kept1", "over1", "kept2"), groups, strict=True))
    kept = groups[2] if groups[0] == groups[3] == 1 else 0  # behind all that is averaged
    plain = KernelCall("mean_f32", (x.id,), (y.id,), params, sums=kept, piece=max(kept, 1))
    if x.dtype is DType.FLOAT32:
        return (plain,)
    elements = groups[1] * groups[3]
    multiplier, shift = mean_multiplier(x.scale / y.scale, elements)
    params |= {
        "bias": -x.zero_point * elements,
        "multiplier": multiplier,
        "shift": shift,
        "out_zero_point": y.zero_point,
    }
    return (evolve(plain, kernel="mean_s8", params=params),)


def mean_multiplier(real: float, elements: int) -> tuple[int, int]:
    """Returns (multiplier in Q0.31, shift) of `real` / `elements`, as the reference computes it.

    It divides the multiplier of `real`, enlarged by a power of two, and drops the remainder.
    """
    multiplier, shift = tflm.quantised_multiplier(real)
    enlarged = min(elements.bit_length() - 1, 32, 31 + shift)
    return (multiplier << enlarged) // elements, shift - enlarged


OPERATOR = Operator(
    name="MEAN",
    code=40,
    doc="The mean over any dimensions, as one or two groups of neighbours.",
    options=ReducerOptions,
    arity=(2, 2),
    infer=_infer,
    check=_check,
    access=_access,
    lower=_lower,
)
