"""PADV2: surrounds a tensor with a value, which may be known at run time alone."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType
from microflow.ops import _checks, _repeat, _walk, pad
from microflow.targets import Core


def _check(site: Site) -> Iterator[Finding]:
    yield from pad.check(site)
    value, x = site.optional(2), site.input(0)
    if value is None:
        return
    yield from _checks.types(site, 2, x.dtype)
    if value.elements != 1:
        yield Finding(f"{value.elements} values of padding", "one value", value)
    if x.dtype is DType.INT8:
        yield from _checks.same_scale(site, 2)


def _byte(site: Site) -> int | None:
    """The byte of which all padding consists; None where there is no such byte."""
    value = site.optional(2)
    if value is None:
        return pad.zero(site)
    return value.data[0] if value.data and len(set(value.data)) == 1 else None


def _access(site: Site) -> Access:
    return whole(len(site.inputs)) if _byte(site) is None else pad.access(site)


def _fold(site: Site) -> tuple[bytes, ...] | None:
    value = site.optional(2)
    if value is None:
        return pad.OPERATOR.fold(site)
    if value.data is None or not site.input(0).is_constant:
        return None
    return (pad.folded(site, value.data),)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    """Where no byte fills the padding, the value fills all, and the tensor is put inside."""
    byte = _byte(site)
    if byte is not None:
        return (pad.call(site, byte),)
    y, value = site.output, site.input(2)
    fill = _repeat.broadcast((), y.shape, y.dtype.size)
    return (_walk.call(value, y, fill), _walk.place(site.input(0), y, _inside(site)))


def _inside(site: Site) -> _walk.Walk:
    """Where the input's elements come to lie in the output."""
    margins = pad.margins(site)
    levels = _walk.levels(site.output.shape, site.output.dtype.size)
    found = list(zip(levels, margins, strict=True))
    return _walk.Walk(
        tuple(evolve(level, count=margin.size) for level, margin in found),
        sum(margin.before * level.step for level, margin in found),
    )


OPERATOR = Operator(
    name="PADV2",
    code=60,
    doc="Surrounds a tensor of any rank with a value, which a tensor may hold at run time.",
    kernels=("copy_strided", "pad", "strided_place"),
    limits=(
        "Padding that is no constant, or negative; int8: a value on another scale than the input."
    ),
    beyond="uint8, int64, bool; ranks above 5",
    arity=(2, 3),
    infer=pad.infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    types="all",
    copies=pad.copies,
)
