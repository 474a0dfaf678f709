"""SHAPE: the sizes of a tensor's dimensions, known at compile time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import evolve

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks, _movement
from microflow.targets import Core


def _infer(site: Site) -> tuple[Shape, ...]:
    return ((len(site.input(0).shape),),)


def _check(site: Site) -> Iterator[Finding]:
    return _checks.output_types(site, DType.INT32, DType.INT64)


def _access(site: Site) -> Access:
    return whole(1)


def _fold(site: Site) -> tuple[bytes, ...]:
    little = np.dtype(site.output.dtype.numpy).newbyteorder("<")
    return (np.array(site.input(0).shape, little).tobytes(),)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    """Serves where nothing folded the node."""
    sizes = evolve(site.output, data=_fold(site)[0])
    return (_movement.place(sizes, site.output, rows=1, offset=0, step=0),)


OPERATOR = Operator(
    name="SHAPE",
    code=77,
    doc="The sizes of a tensor's dimensions, as constants.",
    beyond="an output of int64",
    infer=_infer,
    check=_check,
    access=_access,
    fold=_fold,
    lower=_lower,
    types="all",
)
