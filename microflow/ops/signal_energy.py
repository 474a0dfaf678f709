"""SignalEnergy: the squared magnitudes of a part of a spectrum."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _signal
from microflow.ops.options import entry
from microflow.targets import Core


@frozen
class SignalEnergyOptions:
    """The operator's own options: the part of the spectrum, up to but without `end_index`."""

    start_index: int = entry("start_index", 0)
    end_index: int = entry("end_index", 0)


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.output.shape,)


def _check(site: Site) -> Iterator[Finding]:
    yield from _signal.forms(site, (DType.INT16,), (DType.UINT32,))
    most = min(site.input(0).elements // 2, site.output.elements)
    yield from _signal.in_range(site, "end_index", 0, most)
    yield from _signal.in_range(site, "start_index", 0, site.attrs.end_index)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    """Outputs outside the part, which the reference leaves as they are, become 0."""
    x, y = site.input(0), site.output
    part = {"first": site.attrs.start_index, "end": site.attrs.end_index}
    return (KernelCall("energy_s16", (x.id,), (y.id,), {"count": y.elements, **part}),)


OPERATOR = _signal.signal(
    "SignalEnergy",
    "SIGNAL_ENERGY",
    "The squared magnitudes of a part of a spectrum; 0 outside it. "
    "A custom operator of the signal library.",
    kernels=("energy_s16",),
    limits="A part of the spectrum that is not there.",
    options=SignalEnergyOptions,
    types="int16",
    infer=_infer,
    check=_check,
    lower=_lower,
)
