"""What the operators share that find the greatest or the least element of some dimensions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType
from microflow.ops import _checks, _reduce, _unary
from microflow.targets import Core

GREATEST, LEAST = 1, -1
KERNELS = {
    DType.INT8: "reduce_max_s8",
    DType.BOOL: "reduce_max_s8",
    DType.FLOAT32: "reduce_max_f32",
}


def operator(
    name: str, code: int, doc: str, sign: int, dtypes: tuple[DType, ...], beyond: str = ""
) -> Operator:
    """Returns the record of an operator that finds the greatest or the least of `dtypes`."""

    find = np.max if sign == GREATEST else np.min

    def check(site: Site) -> Iterator[Finding]:
        yield from _reduce.check(site, *dtypes)
        yield from _checks.same_scale(site)

    def lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
        return (_reduce.call(site, KERNELS[site.input(0).dtype], {"sign": sign}),)

    return Operator(
        name=name,
        code=code,
        doc=doc,
        types=_unary.labels(dtypes, unsigned=DType.INT8 in dtypes),
        kernels=tuple(KERNELS[dtype] for dtype in dtypes),
        limits=f"{_reduce.LIMITS}; an output on another scale than the input.",
        beyond=beyond,
        options=_reduce.ReducerOptions,
        arity=(2, 2),
        infer=_reduce.infer,
        check=check,
        access=_reduce.access,
        fold=_reduce.folded(lambda x, site: find(x, axis=tuple(_reduce.axes(site)))),
        lower=lower,
    )
