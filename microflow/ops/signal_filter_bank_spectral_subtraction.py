"""SignalFilterBankSpectralSubtraction: channels less the noise that is estimated in each."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.call import KernelCall, Value
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.ops import _signal
from microflow.ops.options import entry
from microflow.targets import Core

_UINT32 = DType.UINT32


@frozen
class SignalFilterBankSpectralSubtractionOptions:
    """The operator's own options; those named ``alternate`` are for channels of odd numbers."""

    smoothing: int = entry("smoothing", 0)
    one_minus_smoothing: int = entry("one_minus_smoothing", 0)
    alternate_smoothing: int = entry("alternate_smoothing", 0)
    alternate_one_minus_smoothing: int = entry("alternate_one_minus_smoothing", 0)
    min_signal_remaining: int = entry("min_signal_remaining", 0)
    smoothing_bits: int = entry("smoothing_bits", 0)
    spectral_subtraction_bits: int = entry("spectral_subtraction_bits", 0)
    num_channels: int = entry("num_channels", 0)
    clamping: bool = entry("clamping", False)


def _infer(site: Site) -> tuple[Shape, ...]:
    return ((site.attrs.num_channels,),) * 2


def _check(site: Site) -> Iterator[Finding]:
    yield from _signal.forms(site, (_UINT32,), (_UINT32, _UINT32))
    yield from _signal.in_range(site, "num_channels", 1, site.input(0).elements)
    yield from _signal.in_range(site, "smoothing_bits", 0, 31)
    yield from _signal.in_range(site, "spectral_subtraction_bits", 0, 31)


def _state(site: Site) -> tuple[Tensor, ...]:
    return (_signal.kept("noise", _UINT32, (site.attrs.num_channels,)),)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, (y, noise), attrs = site.input(0), site.outputs, site.attrs
    params: dict[str, Value] = {
        "count": attrs.num_channels,
        "even_smoothing": _u32(attrs.smoothing),
        "odd_smoothing": _u32(attrs.alternate_smoothing),
        "even_keeping": _u32(attrs.one_minus_smoothing),
        "odd_keeping": _u32(attrs.alternate_one_minus_smoothing),
        "remaining": _u32(attrs.min_signal_remaining),
        "bits": attrs.spectral_subtraction_bits,
        "noise_bits": attrs.smoothing_bits,
        "clamping": int(attrs.clamping),
    }
    operands = (x.id, site.state[0].id), (y.id, noise.id)
    return (KernelCall("subtract_noise", *operands, params),)


def _u32(value: int) -> int:
    """As the reference has it in 32 bits."""
    return value % (1 << 32)


OPERATOR = _signal.signal(
    "SignalFilterBankSpectralSubtraction",
    "SIGNAL_FILTER_BANK_SPECTRAL_SUBTRACTION",
    "Channels less the noise in each, which is estimated from one inference to the next. "
    "A custom operator of the signal library.",
    kernels=("subtract_noise",),
    limits="More channels than the input has; bits above 31.",
    options=SignalFilterBankSpectralSubtractionOptions,
    outputs=2,
    types="uint32",
    infer=_infer,
    check=_check,
    lower=_lower,
    state=_state,
)
