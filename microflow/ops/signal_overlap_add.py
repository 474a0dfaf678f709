"""SignalOverlapAdd: signals put together from frames that overlap, whose sums they are."""

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

_KERNELS = {DType.INT16: "overlap_add_s16", DType.FLOAT32: "overlap_add_f32"}


@frozen
class SignalOverlapAddOptions:
    """The operator's own options: the type of its operands, and the step between frames."""

    type: int = entry("T", 0)
    frame_step: int = entry("frame_step", 0)


def _infer(site: Site) -> tuple[Shape, ...]:
    *outer, frames, _ = site.input(0).shape
    return ((*outer, frames * site.attrs.frame_step),)


def _check(site: Site) -> Iterator[Finding]:
    x = site.input(0)
    yield from _signal.stated(site, *_KERNELS)
    if len(x.shape) < 2:
        yield Finding(f"a tensor of rank {len(x.shape)}", "frames of a signal", x)
        return
    yield from _signal.in_range(site, "frame_step", 1, x.shape[-1])


def _rest(site: Site) -> int:
    return int(site.input(0).shape[-1] - site.attrs.frame_step)


def _state(site: Site) -> tuple[Tensor, ...]:
    x = site.input(0)
    return (_signal.kept("rest", x.dtype, (prod(x.shape[:-2]), _rest(site))),)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x = site.input(0)
    params = {
        "signals": prod(x.shape[:-2]),
        "count": x.shape[-2],
        "frame": x.shape[-1],
        "step": site.attrs.frame_step,
    }
    operands = (x.id, site.state[0].id), (site.output.id,)
    return (KernelCall(_KERNELS[x.dtype], *operands, params),)


OPERATOR = _signal.signal(
    "SignalOverlapAdd",
    "SIGNAL_OVERLAP_ADD",
    "Signals put together from frames that overlap. A custom operator of the signal library.",
    kernels=("overlap_add_f32", "overlap_add_s16"),
    limits="Rank 1; a step that is longer than a frame.",
    options=SignalOverlapAddOptions,
    types="int16, float32",
    infer=_infer,
    check=_check,
    lower=_lower,
    state=_state,
)
