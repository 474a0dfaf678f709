"""EMBEDDING_LOOKUP: rows of a table. Of int8 rows, floats can be made."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks, _gather, _movement
from microflow.ops._constants import values
from microflow.targets import Core


def _infer(site: Site) -> tuple[Shape, ...]:
    return ((*site.input(0).shape, *site.input(1).shape[1:]),)


def _check(site: Site) -> Iterator[Finding]:
    indices, table = site.input(0), site.input(1)
    yield from _gather.check(site, 1, 0)
    yield from _checks.rank(site, 0, 1)
    if not table.shape:
        yield Finding("a table that is a single number", "a table of rows", table)
    elif _is_hybrid(site):
        yield from _checks.quantised(table)
        if table.zero_point:
            yield Finding(f"zero point {table.zero_point} of int8 rows", "zero point 0", table)
    else:
        yield from _checks.same_type(site, 1)
    yield from _gather.check_indices(indices, table.shape[:1])


def _is_hybrid(site: Site) -> bool:
    return site.input(1).dtype is DType.INT8 and site.output.dtype is DType.FLOAT32


def _fold(site: Site) -> tuple[bytes, ...] | None:
    indices, table = site.input(0), site.input(1)
    if not (table.is_constant and indices.is_constant):
        return None
    if not _is_hybrid(site):
        return (_movement.blocks(table)[values(indices)].tobytes(),)
    rows = values(table)[values(indices)].astype(np.float32)
    return ((rows * np.float32(table.scale)).astype("<f4").tobytes(),)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    indices, table = site.input(0), site.input(1)
    if not _is_hybrid(site):
        return (_gather.call(table, indices, site.output, 0, table.shape[:1]),)
    params = {
        "count": indices.elements,
        "rows": table.shape[0],
        "channels": prod(table.shape[1:]),
        "index_bytes": indices.dtype.size,
        "scale": table.scale,
    }
    return (KernelCall("embedding_s8_f32", (indices.id, table.id), (site.output.id,), params),)


OPERATOR = Operator(
    name="EMBEDDING_LOOKUP",
    code=7,
    doc="Rows of a table, int8 rows also as floats; an index out of range takes the nearest row.",
    kernels=("embedding_s8_f32", "gather"),
    limits=(
        "Indices of another rank than 1; constant indices outside the table; int8 rows as floats "
        "with a zero point other than 0."
    ),
    beyond="uint8, int16, int32, int64, bool; indices of int64",
    arity=(2, 2),
    infer=_infer,
    check=_check,
    access=_gather.access,
    fold=_fold,
    lower=_lower,
    types="all, int8 to float32",
)
