"""SignalFilterBankLog: natural logarithms of channels, in fixed point."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.call import KernelCall, array
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Shape
from microflow.numerics.real import log2_bends
from microflow.ops import _signal
from microflow.ops.options import entry
from microflow.targets import Core


@frozen
class SignalFilterBankLogOptions:
    """The operator's own options: a shift of the inputs, and the scale of the logarithms."""

    input_correction_bits: int = entry("input_correction_bits", 0)
    output_scale: int = entry("output_scale", 0)


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.input(0).shape,)


def _check(site: Site) -> Iterator[Finding]:
    yield from _signal.forms(site, (DType.UINT32,), (DType.INT16,))
    yield from _signal.in_range(site, "input_correction_bits", 0, 31)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x = site.input(0)
    params = {
        "count": x.elements,
        "bits": site.attrs.input_correction_bits,
        "scale": site.attrs.output_scale % (1 << 32),
        "bends": array("bends", log2_bends()),
    }
    return (KernelCall("log_u32", (x.id,), (site.output.id,), params),)


OPERATOR = _signal.signal(
    "SignalFilterBankLog",
    "SIGNAL_FILTER_BANK_LOG",
    "Natural logarithms, uint32 to int16. A custom operator of the signal library.",
    kernels=("log_u32",),
    limits="input_correction_bits above 31.",
    options=SignalFilterBankLogOptions,
    types="uint32",
    infer=_infer,
    check=_check,
    lower=_lower,
)
