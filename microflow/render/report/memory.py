"""What lies in the arena in each step: what is live, how much, and what shares its bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from attrs import frozen

from microflow.render.report.facts import Buffer, Plan, Result, Step, Tensor

AREAS = ("scratch", "band")  # kinds of buffers that belong to one step and hold no tensor


@frozen
class Shared:
    """Bytes that two live buffers share: an operator writes where it has done reading."""

    first: Buffer
    second: Buffer
    first_step: int
    last_step: int
    offset: int
    bytes: int

    @property
    def both(self) -> tuple[Buffer, Buffer]:
        """The two."""
        return self.first, self.second

    def other(self, buffer: Buffer) -> Buffer:
        """Returns the one that is not `buffer`."""
        return self.second if buffer is self.first else self.first


@frozen
class Usage:
    """What a step does with the arena, as buffers."""

    reads: tuple[Buffer, ...]
    writes: tuple[Buffer, ...]
    areas: tuple[Buffer, ...]
    waiting: tuple[Buffer, ...]


def live(plan: Plan, step: int) -> tuple[Buffer, ...]:
    """Returns the buffers in use in `step`."""
    return tuple(b for b in plan.buffers if b.live(step))


def covered(buffers: Iterable[Buffer]) -> int:
    """Returns how many bytes `buffers` take together, those that are shared counted once."""
    total = end = 0
    for buffer in sorted(buffers, key=lambda b: b.offset):
        total += max(buffer.end - max(buffer.offset, end), 0)
        end = max(end, buffer.end)
    return total


def peak(plan: Plan) -> tuple[int, int]:
    """Returns the first step in which most bytes are in use, and how many."""
    amounts = [(covered(live(plan, step.step)), -step.step) for step in plan.steps]
    amount, step = max(amounts, default=(0, 0))
    return -step, amount


def shared(plan: Plan) -> Iterator[Shared]:
    """Yields where buffers that are live in the same steps share bytes."""
    for one, other in combinations(plan.buffers, 2):
        first = max(one.first_step, other.first_step)
        last = min(one.last_step, other.last_step)
        offset, end = max(one.offset, other.offset), min(one.end, other.end)
        if first <= last and offset < end:
            yield Shared(one, other, first, last, offset, end - offset)


def usage(result: Result, step: Step) -> Usage:
    """Returns which buffers `step` reads and writes, and which merely wait for a later one."""
    homes = storage(result)
    layers = [result.layer(index) for index in step.operators]
    read = {homes[t.tensor] for la in layers for t in la.inputs if t.tensor in homes}
    written = {homes[t.tensor] for la in layers for t in la.outputs if t.tensor in homes}
    here = live(result.plan, step.step)
    areas = tuple(b for b in here if b.kind in AREAS)
    tensors = [b for b in here if b.kind not in AREAS]
    return Usage(
        reads=tuple(b for b in tensors if b.tensor in read),
        writes=tuple(b for b in tensors if b.tensor in written),
        areas=areas,
        waiting=tuple(b for b in tensors if b.tensor not in read | written),
    )


def storage(result: Result) -> Mapping[int, int]:
    """Returns the tensor whose bytes each tensor shares: views are their input's."""
    homes: dict[int, int] = {}
    for layer in result.layers:
        for tensor in layer.inputs:
            homes.setdefault(tensor.tensor, tensor.tensor)
        for tensor in layer.outputs:
            source = layer.inputs[0].tensor if layer.view and layer.inputs else tensor.tensor
            homes[tensor.tensor] = homes.get(source, source)
    return homes


def tenants(result: Result, buffer: Buffer) -> tuple[Tensor, ...]:
    """Returns the tensors in `buffer`: its own first, then those that are views of it."""
    if buffer.tensor is None:
        return ()
    homes = storage(result)
    found = [t for i, t in result.tensors.items() if homes.get(i, i) == buffer.tensor]
    return tuple(sorted(found, key=lambda t: t.tensor != buffer.tensor))


def writers_and_readers(result: Result, buffer: Buffer) -> tuple[list[int], list[int]]:
    """Returns the operators that write tensors of `buffer`, and those that read them."""
    own = {t.tensor for t in tenants(result, buffer)}
    writers = [la.index for la in result.layers if any(t.tensor in own for t in la.outputs)]
    readers = [la.index for la in result.layers if any(t.tensor in own for t in la.inputs)]
    return writers, readers
