"""SignalFilterBankSquareRoot: square roots, shifted to the right by what a signal was scaled by."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _signal
from microflow.targets import Core


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.input(0).shape,)


def _check(site: Site) -> Iterator[Finding]:
    yield from _signal.forms(site, (DType.UINT64, DType.INT32), (DType.UINT32,))
    if site.input(1).elements != 1:
        yield Finding("more than one number of bits", "a scalar", site.input(1))


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, bits = site.input(0), site.input(1)
    params = {"count": x.elements}
    return (KernelCall("root_u64", (x.id, bits.id), (site.output.id,), params),)


OPERATOR = _signal.signal(
    "SignalFilterBankSquareRoot",
    "SIGNAL_FILTER_BANK_SQUARE_ROOT",
    "Square roots, uint64 to uint32, shifted to the right by an operand. "
    "A custom operator of the signal library.",
    kernels=("root_u64",),
    limits="More than one number of bits.",
    arity=(2, 2),
    types="uint64",
    infer=_infer,
    check=_check,
    lower=_lower,
)
