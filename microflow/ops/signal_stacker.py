"""SignalStacker: channels at one time with those of the times before and after it.

A second output tells in every n-th inference that there is a new stack; between them the first
holds what has come so far.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.ops import _signal
from microflow.ops.options import entry
from microflow.targets import Core


@frozen
class SignalStackerOptions:
    """The operator's own options: the times before and after, and from a stack to the next."""

    num_channels: int = entry("num_channels", 0)
    stacker_left_context: int = entry("stacker_left_context", 0)
    stacker_right_context: int = entry("stacker_right_context", 0)
    stacker_step: int = entry("stacker_step", 0)

    @property
    def context(self) -> int:
        """The times before and after."""
        return self.stacker_left_context + self.stacker_right_context


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.attrs.num_channels * (site.attrs.context + 1),), ()


def _check(site: Site) -> Iterator[Finding]:
    yield from _signal.forms(site, (DType.INT16,), (DType.INT16, DType.BOOL))
    channels = site.input(0).elements
    yield from _signal.in_range(site, "num_channels", channels, channels)
    yield from _signal.in_range(site, "stacker_left_context", 0, 1 << 16)
    yield from _signal.in_range(site, "stacker_right_context", 0, 1 << 16)
    yield from _signal.in_range(site, "stacker_step", 1, site.attrs.context + 1)


def _state(site: Site) -> tuple[Tensor, ...]:
    """What is kept, whether it has begun, and the inferences that are left to the next stack."""
    kept = _signal.kept("kept", DType.INT16, (site.attrs.context, site.attrs.num_channels))
    return kept, _signal.flag(), _signal.counter(site.attrs.stacker_right_context + 1)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    """Before the first value there was the same."""
    x, (y, due), (kept, begun, left) = site.input(0), site.outputs, site.state
    times = {"in_bytes": x.bytes, "count": site.attrs.context}
    stack = {
        "signals": 1,
        "count": 1,
        "step_bytes": x.bytes,
        "kept_bytes": x.bytes * site.attrs.context,
        "out_bytes": y.bytes,
    }
    return (
        KernelCall("repeat_first", (x.id, begun.id), (kept.id,), times),
        KernelCall("frames", (x.id, kept.id), (y.id,), stack),
        KernelCall("every_nth", (left.id,), (due.id,), {"period": site.attrs.stacker_step}),
    )


OPERATOR = _signal.signal(
    "SignalStacker",
    "SIGNAL_STACKER",
    "Channels with those of the times before and after, and whether a stack is due. "
    "A custom operator of the signal library.",
    kernels=("every_nth", "frames", "repeat_first"),
    limits="Another number of channels than the input has; a step that is longer than a stack.",
    options=SignalStackerOptions,
    outputs=2,
    types="int16",
    infer=_infer,
    check=_check,
    lower=_lower,
    state=_state,
)
