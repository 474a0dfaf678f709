"""UNPACK: every index of one axis, an output each."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import Shape
from microflow.ops import _pieces
from microflow.ops.options import option
from microflow.targets import Core


@frozen
class UnpackOptions:
    """Schema: UnpackOptions. The reference counts the outputs instead of looking at `num`."""

    num: int = option(0, "i32")
    axis: int = option(1, "i32")


def _cut(site: Site) -> _pieces.Cut:
    x = site.input(0)
    return _pieces.Cut(x, site.attrs.axis % len(x.shape), [1] * len(site.outputs))


def _infer(site: Site) -> tuple[Shape, ...]:
    cut, shape = _cut(site), site.input(0).shape
    return ((*shape[: cut.axis], *shape[cut.axis + 1 :]),) * len(site.outputs)


def _check(site: Site) -> Iterator[Finding]:
    x, axis, count = site.input(0), site.attrs.axis, len(site.outputs)
    yield from _pieces.check(site, 0, axis)
    if x.shape[axis] != count:
        yield Finding(
            f"a dimension of {x.shape[axis]} elements in {count} outputs",
            "an output for each element of the dimension",
            x,
        )


def _fold(site: Site) -> tuple[bytes, ...] | None:
    return _pieces.fold(_cut(site))


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    return _pieces.lower(site, _cut(site))


OPERATOR = Operator(
    name="UNPACK",
    code=88,
    doc="The slices along any dimension, one an output.",
    kernels=("copy_strided",),
    limits="Another number of outputs than the dimension has elements.",
    beyond="uint8, int64, bool",
    options=UnpackOptions,
    outputs=None,
    infer=_infer,
    check=_check,
    access=_pieces.access,
    fold=_fold,
    lower=_lower,
    types="all",
    copies=lambda site: len(site.outputs) == 1,
)
