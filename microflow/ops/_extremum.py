"""What MAXIMUM and MINIMUM share. They look at stored values alone, whatever scales say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.ops import _arithmetic, _broadcast, _checks
from microflow.targets import Core


def operator(name: str, code: int, greatest: bool) -> Operator:
    """Returns the record of the operator that takes the greatest, or the least, of two elements."""

    def lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
        return (_arithmetic.call(site, "extremum", {"greatest": int(greatest)}),)

    def fold(site: Site) -> tuple[bytes, ...] | None:
        return _broadcast.folded(site, extremum)

    def extremum(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
        return np.where(a > b if greatest else a < b, a, b)

    which = "Greater" if greatest else "Lesser"
    return Operator(
        name=name,
        code=code,
        doc=f"{which} of two tensors' elements, broadcast against each other.",
        arity=(2, 2),
        types="int8, uint8, int16, int32, int64, float32",
        kernels=("extremum_f32", "extremum_s16", "extremum_s32", "extremum_s64", "extremum_s8"),
        limits="Operands of two types.",
        beyond="quantised uint8",
        infer=_broadcast.infer,
        check=_check,
        access=_broadcast.access,
        fold=fold,
        lower=lower,
    )


def _check(site: Site) -> Iterator[Finding]:
    yield from _checks.types(site, 0, *_arithmetic.SUFFIXES)
    yield from _broadcast.check_types(site)
    yield from _broadcast.check_shapes(site)
