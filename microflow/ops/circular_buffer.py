"""CIRCULAR_BUFFER, a custom operator: the last values of a signal, the newest at the end.

A second output tells in every n-th inference that the values are due. Without it, the reference
ends the inferences between before anything behind the operator has run.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve, frozen

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.ops import _checks
from microflow.ops.options import entry
from microflow.targets import Core

_EVERY_TIME = (5, 13, 25)  # slots of buffers that state no period and are due every time


@frozen
class CircularBufferOptions:
    """The operator's own options. A period of 0 follows from the number of slots."""

    cycles_max: int = entry("cycles_max", 0)


def _period(site: Site) -> int:
    if site.attrs.cycles_max > 0:
        return int(site.attrs.cycles_max)
    return 1 if site.output.shape[1] in _EVERY_TIME else 2


def _infer(site: Site) -> tuple[Shape, ...]:
    images, _, width, channels = site.input(0).shape
    slots = site.output.shape[1] if len(site.output.shape) == 4 else 1
    due = ((t.shape if t.elements == 1 else (1,)) for t in site.outputs[1:])
    return ((images, slots, width, channels), *due)


def _check(site: Site) -> Iterator[Finding]:
    yield from _checks.rank(site, 0, 4)
    yield from _checks.types(site, 0, DType.INT8)
    yield from _checks.same_type(site)
    yield from _checks.nonempty(site)
    if len(site.outputs) > 2:
        yield Finding(f"{len(site.outputs)} outputs", "1 or 2 outputs")
    if site.input(0).shape[1] != 1:
        yield Finding("more than one row at a time", "an input of shape [1, 1, width, channels]")
    if len(site.outputs) == 2 and site.outputs[1].dtype is not DType.BOOL:
        yield Finding(f"type {site.outputs[1].dtype.label}", "bool", site.outputs[1])
    if len(site.outputs) == 1 and len(site.output.shape) == 4 and _period(site) > 1:
        yield Finding(
            f"an inference that ends without a result but in every {_period(site)}th",
            "a second output that tells when the values are due, or cycles_max = 1",
            site.output,
        )


def _access(site: Site) -> Access:
    return whole(1)


def _state(site: Site) -> tuple[Tensor, ...]:
    """What is kept, at first bytes of zero; and the inferences that are left."""
    kept = evolve(site.output, is_variable=True, initial=bytes(site.output.bytes))
    period = _period(site).to_bytes(4, "little")
    left = Tensor(-1, "cycles", DType.INT32, (1,), is_variable=True, initial=period)
    return (kept, left)[: len(site.outputs)]


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    """Only the first image takes part, as in the reference."""
    x, y = site.input(0), site.output
    size = x.bytes // x.shape[0]
    params = {"in_bytes": size, "old_bytes": size * (y.shape[1] - 1), "out_bytes": y.bytes}
    shift = KernelCall("shift_in", (x.id, site.state[0].id), (y.id,), params)
    if len(site.outputs) == 1:
        return (shift,)
    left, due = site.state[1], site.outputs[1]
    return shift, KernelCall("every_nth", (left.id,), (due.id,), {"period": _period(site)})


OPERATOR = Operator(
    name="CIRCULAR_BUFFER",
    code=32,
    custom="CIRCULAR_BUFFER",
    doc="The last values of a signal, the newest at the end. A custom operator.",
    kernels=("every_nth", "shift_in"),
    limits=(
        "More than one row at a time; a period above 1 without a second output that tells when "
        "values are due: the reference ends the inferences between with an error, before anything "
        "behind the operator has run or remembered, and a call of the generated code has no result "
        "for that."
    ),
    options=CircularBufferOptions,
    outputs=None,
    infer=_infer,
    check=_check,
    access=_access,
    lower=_lower,
    state=_state,
    types="int8",
)
