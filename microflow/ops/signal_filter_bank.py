"""SignalFilterBank: the energy in each of several channels, which overlap like a mel scale's."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.call import KernelCall, array
from microflow.graph.ir import Cost, Finding, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _checks, _signal
from microflow.ops._constants import values
from microflow.ops.options import entry
from microflow.targets import Core

_TABLES = ("weights", "unweights", "first_inputs", "first_weights", "widths")
_INT16 = DType.INT16


@frozen
class SignalFilterBankOptions:
    """The operator's own options."""

    num_channels: int = entry("num_channels", 0)


def _infer(site: Site) -> tuple[Shape, ...]:
    return ((site.attrs.num_channels,),)


def _check(site: Site) -> Iterator[Finding]:
    findings = [
        *_signal.forms(site, (DType.UINT32, *[_INT16] * 5), (DType.UINT64,)),
        *(f for i, name in enumerate(_TABLES) for f in _checks.constant(site, 1 + i, name)),
        *_signal.in_range(site, "num_channels", 1, 32766),
    ]
    yield from findings or _check_channels(site)


def _check_channels(site: Site) -> Iterator[Finding]:
    """Every channel must lie inside the input and inside both tables of weights."""
    count = site.attrs.num_channels + 1
    first, at, widths = (values(site.input(i)).reshape(-1).astype(int) for i in (3, 4, 5))
    if min(len(first), len(at), len(widths)) < count:
        yield Finding(
            f"tables of {len(first)}, {len(at)} and {len(widths)} entries for {count - 1} channels",
            f"{count} entries: one more than channels",
            site.input(3),
        )
        return
    weights = min(site.input(1).elements, site.input(2).elements)
    for channel in range(count):
        low, most = min(first[channel], at[channel]), site.input(0).elements - widths[channel]
        if low < 0 or first[channel] > most or at[channel] > weights - widths[channel]:
            yield Finding(
                f"channel {channel} outside the input or the weights",
                "channels whose frequencies and weights there are",
                site.input(3),
            )


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    tables = {n: array(n, values(site.input(1 + i))) for i, n in enumerate(_TABLES)}
    params = {"channels": site.attrs.num_channels, **tables}
    return (KernelCall("filter_bank", (site.input(0).id,), (site.output.id,), params),)


def _cost(site: Site) -> Cost:
    return Cost(macs=2 * int(values(site.input(5)).clip(min=0).sum()))


OPERATOR = _signal.signal(
    "SignalFilterBank",
    "SIGNAL_FILTER_BANK",
    "The energy in each of several overlapping channels, with constant weights. "
    "A custom operator of the signal library.",
    kernels=("filter_bank",),
    limits="Tables that are no constants; channels outside the input.",
    options=SignalFilterBankOptions,
    arity=(6, 6),
    types="uint32",
    infer=_infer,
    check=_check,
    lower=_lower,
    cost=_cost,
)
