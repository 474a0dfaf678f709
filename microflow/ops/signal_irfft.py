"""SignalIrfft: real values from their spectrum, by a fast Fourier transform."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.call import KernelCall, array
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Shape
from microflow.numerics import fourier
from microflow.ops import _fft, _signal
from microflow.targets import Core


def _infer(site: Site) -> tuple[Shape, ...]:
    return ((*site.input(0).shape[:-1], site.attrs.fft_length),)


def _check(site: Site) -> Iterator[Finding]:
    findings = [*_fft.check(site)]
    yield from findings
    if not findings and site.input(0).shape[-1] != site.attrs.fft_length + 2:
        yield Finding(
            f"{site.input(0).shape[-1] // 2} frequencies of {site.attrs.fft_length} values",
            f"{site.attrs.fft_length // 2 + 1} complex ones",
            site.input(0),
        )


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    """Everything behind the first call happens in the output."""
    x, y, count = site.input(0), site.output, site.attrs.fft_length // 2
    rows = y.elements // y.shape[-1]
    merge = {
        "rows": rows,
        "count": count,
        "roots": array("roots", fourier.half_roots(count, True, y.dtype)),
        **_fft.order(count),
    }
    divisor = {"count": y.elements, "divisor": float(y.shape[-1])}
    divide = KernelCall("divide_f32", (), (y.id,), divisor)
    return (
        KernelCall(f"irfft_merge_{_fft.SUFFIXES[y.dtype]}", (x.id,), (y.id,), merge),
        *_fft.stages(y, rows, count, True),
        *((divide,) if y.dtype is DType.FLOAT32 else ()),
    )


OPERATOR = _signal.signal(
    "SignalIrfft",
    "SIGNAL_IRFFT",
    "Real values, of any even number, from their spectrum. "
    "A custom operator of the signal library.",
    kernels=(
        "divide_f32",
        "fft_f32",
        "fft_odd_f32",
        "fft_odd_s16",
        "fft_odd_s32",
        "fft_s16",
        "fft_s32",
        "irfft_merge_f32",
        "irfft_merge_s16",
        "irfft_merge_s32",
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
