"""SignalDelay: a signal as it was so many values ago; zeros before its beginning."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from attrs import frozen

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.ops import _signal
from microflow.ops.options import entry
from microflow.targets import Core


@frozen
class SignalDelayOptions:
    """The operator's own options."""

    delay_length: int = entry("delay_length", 0)


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.input(0).shape,)


def _check(site: Site) -> Iterator[Finding]:
    yield from _signal.forms(site, (DType.INT16,), (DType.INT16,), rank=None)
    yield from _signal.in_range(site, "delay_length", 0, 1 << 24)
    if not site.input(0).shape:
        yield Finding("a scalar", "a signal", site.input(0))


def _state(site: Site) -> tuple[Tensor, ...]:
    signals = prod(site.input(0).shape[:-1])
    return (_signal.kept("kept", DType.INT16, (signals, site.attrs.delay_length)),)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, y, kept = site.input(0), site.output, site.state[0]
    params = {
        "signals": prod(x.shape[:-1]),
        "count": 1,
        "step_bytes": x.shape[-1] * x.dtype.size,
        "kept_bytes": site.attrs.delay_length * x.dtype.size,
        "out_bytes": x.shape[-1] * x.dtype.size,
    }
    return (KernelCall("frames", (x.id, kept.id), (y.id,), params),)


OPERATOR = _signal.signal(
    "SignalDelay",
    "SIGNAL_DELAY",
    "A signal as it was so many values ago. A custom operator of the signal library.",
    kernels=("frames",),
    limits="Scalars.",
    options=SignalDelayOptions,
    types="int16",
    infer=_infer,
    check=_check,
    lower=_lower,
    state=_state,
)
