"""SignalWindow: signals weighted by a window, in fixed point."""

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

_INT16 = DType.INT16


@frozen
class SignalWindowOptions:
    """The operator's own options: `shift` is the number of the weights' fractional bits."""

    shift: int = entry("shift", 0)


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.input(0).shape,)


def _check(site: Site) -> Iterator[Finding]:
    yield from _signal.forms(site, (_INT16, _INT16), (_INT16,), rank=None)
    yield from _signal.in_range(site, "shift", 0, 31)
    signals, weights = site.input(0), site.input(1)
    if len(weights.shape) != 1 or signals.elements % max(weights.elements, 1):
        yield Finding(
            f"weights of shape {list(weights.shape)} for {signals.elements} values",
            "one dimension of weights, whose number the number of values is a multiple of",
            weights,
        )


def _access(site: Site) -> Access:
    return Access((Elementwise(), Whole()))


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, weights = site.input(0), site.input(1)
    params: dict[str, Value] = {
        "windows": x.elements // weights.elements,
        "count": weights.elements,
        "shift": site.attrs.shift,
    }
    if not weights.is_constant:
        return (KernelCall("window_dynamic_s16", (x.id, weights.id), (site.output.id,), params),)
    params["weights"] = array("weights", values(weights))
    return (KernelCall("window_s16", (x.id,), (site.output.id,), params),)


OPERATOR = _signal.signal(
    "SignalWindow",
    "SIGNAL_WINDOW",
    "Signals weighted by a window. A custom operator of the signal library.",
    kernels=("window_dynamic_s16", "window_s16"),
    limits="Weights whose number does not divide that of the values.",
    options=SignalWindowOptions,
    arity=(2, 2),
    types="int16",
    infer=_infer,
    check=_check,
    access=_access,
    lower=_lower,
)
