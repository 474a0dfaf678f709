"""SignalFilterBank: the energy in each of several channels, which overlap like a mel scale's."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.call import KernelCall, array
from microflow.graph.ir import Cost, Finding, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import _signal
from microflow.ops._constants import values
from microflow.ops.options import entry
from microflow.targets import Core

_TABLES = ("weights", "unweights", "first_inputs", "first_weights", "widths")
_CHANNELS = (3, 4, 5)  # the inputs that tell where channels lie
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
        *_signal.in_range(site, "num_channels", 1, 32766),
    ]
    yield from findings or _check_tables(site)


def _check_tables(site: Site) -> Iterator[Finding]:
    count = site.attrs.num_channels + 1
    first, at, widths = (site.input(i).elements for i in _CHANNELS)
    if min(first, at, widths) < count:
        yield Finding(
            f"tables of {first}, {at} and {widths} entries for {count - 1} channels",
            f"{count} entries: one more than channels",
            site.input(3),
        )
    elif all(site.input(i).is_constant for i in _CHANNELS):
        yield from _check_channels(site)


def _check_channels(site: Site) -> Iterator[Finding]:
    """Every channel must lie inside the input and inside both tables of weights."""
    count = site.attrs.num_channels + 1
    first, at, widths = (values(site.input(i)).reshape(-1).astype(int) for i in _CHANNELS)
    weights = _weights(site)
    for channel in range(count):
        low, most = min(first[channel], at[channel]), site.input(0).elements - widths[channel]
        if low < 0 or first[channel] > most or at[channel] > weights - widths[channel]:
            yield Finding(
                f"channel {channel} outside the input or the weights",
                "channels whose frequencies and weights there are",
                site.input(3),
            )


def _weights(site: Site) -> int:
    return min(site.input(1).elements, site.input(2).elements)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    given = [site.input(i) for i in range(6)]
    if not all(t.is_constant for t in given[1:]):
        sizes = {"inputs": given[0].elements, "weights": _weights(site)}
        every = {"channels": site.attrs.num_channels, **sizes}
        inputs = tuple(t.id for t in given)
        return (KernelCall("filter_bank_dynamic", inputs, (site.output.id,), every),)
    tables = {n: array(n, values(site.input(1 + i))) for i, n in enumerate(_TABLES)}
    params = {"channels": site.attrs.num_channels, **tables}
    return (KernelCall("filter_bank", (site.input(0).id,), (site.output.id,), params),)


def _cost(site: Site) -> Cost:
    """Returns two for each frequency of each channel, or of the input where these are not known."""
    if not site.input(5).is_constant:
        return Cost(macs=2 * site.input(0).elements)
    return Cost(macs=2 * int(values(site.input(5)).clip(min=0).sum()))


OPERATOR = _signal.signal(
    "SignalFilterBank",
    "SIGNAL_FILTER_BANK",
    "The energy in each of several overlapping channels. A custom operator of the signal library.",
    kernels=("filter_bank", "filter_bank_dynamic"),
    limits="Channels outside the input or the weights; where they are computed at run time, such "
    "a channel has no energy, while the reference reads beyond the end.",
    options=SignalFilterBankOptions,
    arity=(6, 6),
    types="uint32",
    infer=_infer,
    check=_check,
    lower=_lower,
    cost=_cost,
)
