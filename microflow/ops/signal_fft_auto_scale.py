"""SignalFftAutoScale: a signal shifted to the left as far as its largest value allows."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _signal
from microflow.targets import Core


def _infer(site: Site) -> tuple[Shape, ...]:
    return site.input(0).shape, ()


def _check(site: Site) -> Iterator[Finding]:
    yield from _signal.forms(site, (DType.INT16,), (DType.INT16, DType.INT32))


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, (y, bits) = site.input(0), site.outputs
    params = {"count": x.elements}
    return (KernelCall("auto_scale_s16", (x.id,), (y.id, bits.id), params),)


OPERATOR = _signal.signal(
    "SignalFftAutoScale",
    "SIGNAL_FFT_AUTO_SCALE",
    "A signal shifted to the left as far as its largest value allows, and how far. "
    "A custom operator of the signal library.",
    kernels=("auto_scale_s16",),
    outputs=2,
    types="int16",
    infer=_infer,
    check=_check,
    lower=_lower,
)
