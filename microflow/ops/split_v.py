"""SPLIT_V: pieces of given sizes along one axis, an output each."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks, _pieces
from microflow.ops._constants import values
from microflow.ops.options import option
from microflow.targets import Core


@frozen
class SplitVOptions:
    """Schema: SplitVOptions. The reference counts the outputs instead."""

    num_splits: int = option(0, "i32")


def _given_axis(site: Site) -> int | None:
    axis = site.input(2)
    return int(values(axis).ravel()[0]) if axis.is_constant and axis.elements else None


def _sizes(site: Site, axis: int) -> list[int]:
    """The pieces' sizes: the file's, with -1 computed; those of the outputs at run time."""
    total, given = site.input(0).shape[axis], site.input(1)
    if not given.is_constant:
        return [tensor.shape[axis] for tensor in site.outputs]
    sizes = [int(size) for size in values(given).ravel()]
    rest = total - sum(size for size in sizes if size != -1)
    return [rest if size == -1 else size for size in sizes]


def _cut(site: Site) -> _pieces.Cut:
    axis = _given_axis(site)
    assert axis is not None
    return _pieces.Cut(site.input(0), axis % len(site.input(0).shape), _sizes(site, axis))


def _infer(site: Site) -> tuple[Shape, ...]:
    cut, shape = _cut(site), site.input(0).shape
    return tuple((*shape[: cut.axis], size, *shape[cut.axis + 1 :]) for size in cut.sizes)


def _check(site: Site) -> Iterator[Finding]:
    yield from _checks.types(site, 1, DType.INT32, DType.INT64)
    yield from _checks.types(site, 2, DType.INT32, DType.INT64)
    yield from _checks.constant(site, 2, "axis")
    axis, sizes = _given_axis(site), site.input(1)
    if axis is None:
        yield Finding("no axis", "one axis", site.input(2))
        return
    yield from _pieces.check(site, 0, axis)
    if sizes.elements != len(site.outputs):
        yield Finding(
            f"{sizes.elements} sizes of {len(site.outputs)} outputs", "a size an output", sizes
        )
    yield from _check_sizes(site, axis)


def _check_sizes(site: Site, axis: int) -> Iterator[Finding]:
    x = site.input(0)
    if any(len(tensor.shape) != len(x.shape) for tensor in site.outputs):
        yield Finding("outputs of another rank than the input", "one rank for all", x)
        return
    sizes, total = _sizes(site, axis), x.shape[axis]
    if min(sizes) < 0 or sum(sizes) != total:
        yield Finding(
            f"a dimension of {total} elements in pieces of {sizes}",
            "pieces that make up the dimension, at most one of them with size -1",
            site.input(1),
        )


def _fold(site: Site) -> tuple[bytes, ...] | None:
    return _pieces.fold(_cut(site))


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    return _pieces.lower(site, _cut(site))


OPERATOR = Operator(
    name="SPLIT_V",
    code=102,
    doc="Pieces of any sizes along any dimension.",
    kernels=("copy", "copy_strided"),
    limits="An axis that is no constant; sizes that do not make up the dimension.",
    beyond="uint8, int64, bool",
    options=SplitVOptions,
    arity=(3, 3),
    outputs=None,
    infer=_infer,
    check=_check,
    access=_pieces.access,
    fold=_fold,
    lower=_lower,
    types="all",
)
