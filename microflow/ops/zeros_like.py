"""ZEROS_LIKE: a tensor of zeros, known at compile time. Quantised ones are zeros, too."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import Shape
from microflow.ops import _movement
from microflow.targets import Core


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.input(0).shape,)


def _check(site: Site) -> Iterator[Finding]:
    return _movement.movable(site)


def _access(site: Site) -> Access:
    return whole(1)


def _fold(site: Site) -> tuple[bytes, ...]:
    return (bytes(site.output.bytes),)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    """Serves where nothing folded the node."""
    zeros = evolve(site.output, data=_fold(site)[0])
    return (_movement.place(zeros, site.output, rows=1, offset=0, step=0),)


OPERATOR = Operator(
    name="ZEROS_LIKE",
    code=93,
    doc="Zeros in the shape of a tensor, as constants.",
    beyond="uint8, int16, bool",
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    types="all",
)
