"""The proof of a plan: plays every read and write of a run and finds clobbered bytes.

Each byte of the arena remembers which tensor wrote it last. A read finds its tensor's own mark on
every byte, or the plan is wrong. Operators are played row by row, as their `access` says: the rows
under a window are checked before and after each output row is written, because a kernel reads
and writes the pixels of a row in turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from microflow.graph.access import Elementwise, Read, Whole, Window
from microflow.graph.ir import Graph, Site, Tensor

CHUNK = 64  # bytes of an elementwise operator played at once


class UnsafePlan(AssertionError):  # noqa: N818  (a bug of ours, not an error of the user's)
    """A plan lets a live byte be overwritten."""


@frozen
class Certificate:
    """What the shadow execution checked: numbers of reads and writes, of rows or whole tensors."""

    reads: int
    writes: int


@frozen
class _Arena:
    """The marks, and where each tensor lies (bytes)."""

    marks: NDArray[np.int32]
    owner: Mapping[int, int]
    offsets: Mapping[int, int]

    def span(self, event: _Event) -> tuple[int, int]:
        base = self.offsets[self.owner[event.tensor.id]]
        if base + event.stop > len(self.marks):
            raise UnsafePlan(f"{event.tensor} reaches past the end of the arena")
        return base + event.start, base + event.stop

    def at(self, event: _Event) -> NDArray[np.int32]:
        start, stop = self.span(event)
        return self.marks[start:stop]

    def write(self, event: _Event) -> None:
        self.at(event)[:] = self.owner[event.tensor.id]


@frozen
class _Event:
    """A byte range of a tensor, read or written; `in_step` where element by element."""

    tensor: Tensor
    start: int
    stop: int
    in_step: bool = False


@frozen
class _Step:
    """What is read while a part of the output is written."""

    reads: tuple[_Event, ...]
    write: _Event


def play(
    graph: Graph,
    owner: Mapping[int, int],
    offsets: Mapping[int, int],
    arena_bytes: int,
    scratch: Sequence[tuple[int, int] | None],
) -> Certificate:
    """Returns the certificate of a plan; raises `UnsafePlan` where a read finds foreign bytes.

    `scratch` gives (offset, bytes) of each node's scratch memory, or None.
    """
    arena = _Arena(np.full(arena_bytes, -1, np.int32), owner, offsets)
    reads = writes = 0
    for tensor in (graph.tensors[t] for t in graph.inputs):
        arena.write(_Event(tensor, 0, tensor.bytes))
    for site, area in zip(graph.sites(), scratch, strict=True):
        if site.node.op.view:
            continue
        _scribble(arena, area)
        for step in _steps(site, owner):
            _check(arena, step.reads, site)
            _check_order(arena, step, site)
            arena.write(step.write)
            _scribble(arena, area)
            _check(arena, _surviving(step), site)
            reads += len(step.reads)
            writes += 1
    for tensor in (graph.tensors[t] for t in graph.outputs):
        _check(arena, (_Event(tensor, 0, tensor.bytes),), None)
    return Certificate(reads, writes)


def _check(arena: _Arena, reads: Sequence[_Event], site: Site | None) -> None:
    for event in reads:
        if not (arena.at(event) == arena.owner[event.tensor.id]).all():
            reader = "the application" if site is None else site.node.op.name
            raise UnsafePlan(f"{reader} reads bytes of {event.tensor} that were overwritten")


def _scribble(arena: _Arena, area: tuple[int, int] | None) -> None:
    """Marks scratch memory, which its node may write at any time."""
    if area is None:
        return
    start, size = area
    if start + size > len(arena.marks):
        raise UnsafePlan("scratch memory reaches past the end of the arena")
    arena.marks[start : start + size] = -1


def _check_order(arena: _Arena, step: _Step, site: Site) -> None:
    """An element may be written where the same or an earlier one was read, not a later one."""
    start, stop = arena.span(step.write)
    for read in (r for r in step.reads if r.in_step):
        first, last = arena.span(read)
        shared = np.arange(max(start, first), min(stop, last))
        written = (shared - start) // step.write.tensor.dtype.size
        if (written < (shared - first) // read.tensor.dtype.size).any():
            raise UnsafePlan(
                f"{site.node.op.name} reads bytes of {read.tensor} that were overwritten"
            )


def _surviving(step: _Step) -> tuple[_Event, ...]:
    """The reads that may come after the write: all but those of elementwise operands."""
    return tuple(read for read in step.reads if not read.in_step)


def _steps(site: Site, owner: Mapping[int, int]) -> Iterator[_Step]:
    access = site.node.op.access(site).reads
    operands = [
        (tensor, read)
        for tensor, read in zip(site.inputs, access, strict=True)
        if tensor is not None and tensor.id in owner
    ]
    for output in site.outputs:
        parts = _parts(output, [read for _, read in operands])
        for index in range(parts):
            reads = tuple(
                e for t, r in operands if (e := _read(t, r, output, index, parts)) is not None
            )
            yield _Step(reads, _share(output, parts, index))


def _parts(output: Tensor, reads: Sequence[Read]) -> int:
    """Into how many equal parts the writing of an output is divided."""
    if any(isinstance(r, Window) for r in reads):
        return output.shape[0] * output.shape[1]
    if reads and all(isinstance(r, Elementwise) for r in reads):
        return max(output.elements * output.dtype.size // CHUNK, 1)
    return 1


def _read(tensor: Tensor, read: Read, output: Tensor, index: int, parts: int) -> _Event | None:
    """The bytes of an operand that part `index` of `parts` of the output reads."""
    if isinstance(read, Whole):
        return _Event(tensor, 0, tensor.bytes)
    if isinstance(read, Elementwise):
        return evolve(_share(tensor, parts, index), in_step=True)
    image, y = divmod(index, output.shape[1])
    row = tensor.bytes // (tensor.shape[0] * tensor.shape[1])
    rows = read.rows(y, tensor.shape[1])
    first = image * tensor.shape[1]
    return _Event(tensor, (first + rows.start) * row, (first + rows.stop) * row) if rows else None


def _share(tensor: Tensor, parts: int, index: int) -> _Event:
    """Part `index` of `parts` of a tensor, in whole elements."""
    size = tensor.dtype.size
    first, last = tensor.elements * index // parts, tensor.elements * (index + 1) // parts
    return _Event(tensor, first * size, last * size)
