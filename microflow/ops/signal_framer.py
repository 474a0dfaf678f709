"""SignalFramer: frames of a signal, which may overlap.

A second output tells whether all of them are due: at first, unless the signal is taken to begin
with zeros, there are too few values. A frame that is not due holds zeros before them.
"""

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
class SignalFramerOptions:
    """The operator's own options: a frame's size and the step to the next, in values."""

    frame_size: int = entry("frame_size", 0)
    frame_step: int = entry("frame_step", 0)
    prefill: bool = entry("prefill", False)


def _frames(site: Site) -> int:
    return int(site.input(0).shape[-1] // site.attrs.frame_step)


def _kept(site: Site) -> int:
    """The values that are kept from a frame to the next.

    Without zeros in front, frames begin where a step does, even where not all of it is in them.
    """
    size, step = site.attrs.frame_size, site.attrs.frame_step
    return int(size - step if site.attrs.prefill else -(-size // step) * step - step)


def _infer(site: Site) -> tuple[Shape, ...]:
    outer = site.input(0).shape[:-1]
    return (*outer, _frames(site), site.attrs.frame_size), ()


def _check(site: Site) -> Iterator[Finding]:
    types = (DType.INT16,), (DType.INT16, DType.BOOL)
    findings = [*_signal.forms(site, *types, rank=None)]
    if not site.input(0).shape:
        findings.append(Finding("a scalar", "a signal", site.input(0)))
    yield from findings or _check_steps(site)


def _check_steps(site: Site) -> Iterator[Finding]:
    length = site.input(0).shape[-1]
    least = site.attrs.frame_step if site.attrs.prefill else 1
    yield from _signal.in_range(site, "frame_size", least, 1 << 24)
    yield from _signal.in_range(site, "frame_step", 1, length)
    if site.attrs.frame_step > 0 and length % site.attrs.frame_step:
        yield Finding(
            f"{length} values in steps of {site.attrs.frame_step}",
            "a multiple of the step",
            site.input(0),
        )


def _state(site: Site) -> tuple[Tensor, ...]:
    """What is kept, and the inferences that are left before all frames of one are due."""
    signals = prod(site.input(0).shape[:-1])
    early = 0 if site.attrs.prefill else _kept(site) // site.attrs.frame_step
    first_due = 1 + -(-early // _frames(site))
    return _signal.kept("kept", DType.INT16, (signals, _kept(site))), _signal.counter(first_due)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, (y, due), (kept, left) = site.input(0), site.outputs, site.state
    params = {
        "signals": prod(x.shape[:-1]),
        "count": _frames(site),
        "step_bytes": site.attrs.frame_step * x.dtype.size,
        "kept_bytes": _kept(site) * x.dtype.size,
        "out_bytes": site.attrs.frame_size * x.dtype.size,
    }
    frames = KernelCall("frames", (x.id, kept.id), (y.id,), params)
    return frames, KernelCall("every_nth", (left.id,), (due.id,), {"period": 1})


OPERATOR = _signal.signal(
    "SignalFramer",
    "SIGNAL_FRAMER",
    "Frames of a signal, which may overlap, and whether they are due. "
    "A custom operator of the signal library.",
    kernels=("every_nth", "frames"),
    limits="A number of values that the step does not divide.",
    options=SignalFramerOptions,
    outputs=2,
    types="int16",
    infer=_infer,
    check=_check,
    lower=_lower,
    state=_state,
)
