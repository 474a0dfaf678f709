"""Which buffers a division into steps needs, how large they are, and from which step to which."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from microflow.plan.steps import Step
from microflow.plan.tasks import ALIGNMENT, Work

SCRATCH_ALIGNMENT = 8


@frozen
class Buffer:
    """Memory that is live from step `first` to step `last`, both included.

    Inputs are live from step -1, outputs until the number of steps. `size` is in bytes. A tensor's
    buffer has the tensor's index; a step's memory, and a stream's state, a negative one.
    """

    id: int
    name: str
    size: int
    alignment: int
    first: int
    last: int


def scratch_id(step: int) -> int:
    """Returns the buffer index of the scratch memory of step `step`."""
    return -2 - step


STREAM = -1  # the buffer index of what a stream remembers between rows


def lifetimes(work: Work, steps: Sequence[Step]) -> tuple[Buffer, ...]:
    """Returns the buffers of `work` divided into `steps`; inner buffers of bands have none."""
    step_of = {t: i for i, s in enumerate(steps) for t in range(s.first, s.last + 1)}
    step_of |= {-1: -1, len(work.tasks): len(steps)}
    inner = {b for s in steps if s.band is not None for b in s.band.shape.inner}
    tensors = [
        _tensor(work, b, step_of[work.maker[b]], step_of[work.last[b]])
        for b in work.size
        if b not in inner
    ]
    scratch = [
        Buffer(scratch_id(i), _name(work, s), s.scratch, _alignment(work, s), _begin(i, s), i)
        for i, s in enumerate(steps)
        if s.scratch
    ]
    return (*tensors, *scratch, *_stream(steps))


def _tensor(work: Work, buffer: int, first: int, last: int) -> Buffer:
    tensor = work.graph.tensors[buffer]
    alignment = max(ALIGNMENT, tensor.dtype.size)
    return Buffer(tensor.id, tensor.name, tensor.bytes, alignment, first, last)


def _alignment(work: Work, step: Step) -> int:
    """Kernels' own memory holds anything; rows, sums and counters are words at most."""
    tasks = work.tasks[step.first : step.last + 1]
    return SCRATCH_ALIGNMENT if any(t.scratch for t in tasks) else ALIGNMENT


def _begin(number: int, step: Step) -> int:
    """The first row of a stream arrives before anything runs."""
    streams = step.band is not None and step.band.shape.streamed is not None
    return -1 if streams else number


def _name(work: Work, step: Step) -> str:
    if step.band is None:
        return f"scratch of {work.tasks[step.first].site.node.op.name}"
    first, last = (work.tasks[t].site.node for t in (step.first, step.last))
    return f"rows of {first.op.name} {first.index} to {last.op.name} {last.index}"


def _stream(steps: Sequence[Step]) -> list[Buffer]:
    """The state of a stream must survive from row to row, and beside the outputs."""
    return [
        Buffer(STREAM, "state of the stream", s.band.state_bytes, ALIGNMENT, -1, len(steps))
        for s in steps
        if s.band is not None and s.band.shape.streamed is not None
    ]
