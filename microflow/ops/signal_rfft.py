"""SignalRfft: the spectrum of real values, by a fast Fourier transform."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.call import KernelCall, array
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import Shape
from microflow.numerics import fourier
from microflow.ops import _fft, _signal
from microflow.targets import Core


def _infer(site: Site) -> tuple[Shape, ...]:
    return ((*site.input(0).shape[:-1], site.attrs.fft_length + 2),)


def _check(site: Site) -> Iterator[Finding]:
    findings = [*_fft.check(site)]
    yield from findings
    if not findings and site.input(0).shape[-1] > site.attrs.fft_length:
        yield Finding(
            f"a transform of {site.attrs.fft_length} of {site.input(0).shape[-1]} values",
            "an fft_length that takes all values",
            site.input(0),
        )


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    """Everything behind the first call happens in the output."""
    y, count = site.output, site.attrs.fft_length // 2
    rows = y.elements // y.shape[-1]
    split = {
        "rows": rows,
        "count": count,
        "roots": array("roots", fourier.half_roots(count, False, y.dtype)),
    }
    return (
        _fft.load(site, rows),
        *_fft.stages(y, rows, count, False),
        KernelCall(f"rfft_split_{_fft.SUFFIXES[y.dtype]}", (), (y.id,), split),
    )


OPERATOR = _signal.signal(
    "SignalRfft",
    "SIGNAL_RFFT",
    "The spectrum of real values, of any even number. A custom operator of the signal library.",
    kernels=(
        "fft_f32",
        "fft_load",
        "fft_odd_f32",
        "fft_odd_s16",
        "fft_odd_s32",
        "fft_s16",
        "fft_s32",
        "rfft_split_f32",
        "rfft_split_s16",
        "rfft_split_s32",
    ),
    limits=(
        "Lengths that are odd, 2, or have prime factors above 5: the reference ends its process at "
        "them. Lengths above 131072."
    ),
    options=_fft.FftOptions,
    types="int16, int32, float32",
    infer=_infer,
    check=_check,
    lower=_lower,
    cost=_fft.cost,
)
