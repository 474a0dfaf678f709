"""What MEAN and SUM have in common: elements added up, then multiplied by one factor."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType
from microflow.ops import _checks, _reduce

KERNELS = {DType.INT8: "mean_s8", DType.INT16: "mean_s16", DType.FLOAT32: "mean_f32"}


def check(site: Site) -> Iterator[Finding]:
    """Yields the findings of both operators."""
    yield from _reduce.check(site, *KERNELS)
    yield from _checks.quantised(site.input(0), site.output, dtypes=_checks.QUANTISED)


def quantised_call(site: Site, multiplier: int, shift: int) -> KernelCall:
    """Returns the call that multiplies sums of integers by multiplier * 2^(shift - 31)."""
    x, y = site.input(0), site.output
    params = {
        "bias": _wrapped(-x.zero_point * _reduce.elements(site)),
        "multiplier": multiplier,
        "shift": shift,
        "out_zero_point": y.zero_point,
    }
    return _reduce.call(site, KERNELS[x.dtype], params)


def _wrapped(value: int) -> int:
    """`value` as 32 bits hold it."""
    return (value + (1 << 31)) % (1 << 32) - (1 << 31)
