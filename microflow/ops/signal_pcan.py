"""SignalPCAN: channels amplified by a function of the noise in each, then compressed."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.access import Access, Elementwise, Whole
from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _signal
from microflow.ops._constants import values
from microflow.ops.options import entry
from microflow.targets import Core

_GAINS = 125  # three, and four for each power of two but the first two, less the last's fourth


@frozen
class SignalPCANOptions:
    """The operator's own options: by how much the product of channel and gain is shifted."""

    snr_shift: int = entry("snr_shift", 0)


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.input(0).shape,)


def _check(site: Site) -> Iterator[Finding]:
    given = (DType.UINT32, DType.UINT32, DType.INT16)
    yield from _signal.forms(site, given, (DType.UINT32,))
    yield from _signal.in_range(site, "snr_shift", 0, 63)
    if site.input(1).elements != site.input(0).elements:
        yield Finding("another number of noises than of channels", "one for each", site.input(1))
    if site.input(2).elements < _GAINS:
        yield Finding(f"a table of {site.input(2).elements} gains", f"{_GAINS}", site.input(2))


def _access(site: Site) -> Access:
    return Access((Elementwise(), Elementwise(), Whole()))


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, noise, gains = (site.input(i) for i in range(3))
    params: dict[str, Value] = {
        "count": x.elements,
        "shift": site.attrs.snr_shift,
    }
    if not gains.is_constant:
        inputs = (x.id, noise.id, gains.id)
        return (KernelCall("pcan_dynamic_u32", inputs, (site.output.id,), params),)
    params["gains"] = array("gains", values(gains))
    return (KernelCall("pcan_u32", (x.id, noise.id), (site.output.id,), params),)


OPERATOR = _signal.signal(
    "SignalPCAN",
    "SIGNAL_PCAN",
    "Channels amplified by a function of the noise in each, a table, then compressed. "
    "A custom operator of the signal library.",
    kernels=("pcan_dynamic_u32", "pcan_u32"),
    limits="Another number of noises than of channels.",
    options=SignalPCANOptions,
    arity=(3, 3),
    types="uint32",
    infer=_infer,
    check=_check,
    access=_access,
    lower=_lower,
)
