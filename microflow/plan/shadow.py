"""The proof of a plan: plays every read and write of a run and finds clobbered bytes.

Each byte of the arena remembers which tensor wrote it last. A read finds its tensor's own mark on
every byte, or the plan is wrong. Operators are played row by row, as their `access` says: the rows
under a window are checked before and after each output row is written, because a kernel reads
and writes the pixels of a row in turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from attrs import frozen
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

    def at(self, tensor: Tensor, start: int, stop: int) -> NDArray[np.int32]:
        base = self.offsets[self.owner[tensor.id]]
        if base + stop > len(self.marks):
            raise UnsafePlan(f"{tensor} reaches past the end of the arena")
        return self.marks[base + start : base + stop]


@frozen
class _Event:
    """A byte range of a tensor, read or written."""

    tensor: Tensor
    start: int
    stop: int


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
        arena.at(tensor, 0, tensor.bytes)[:] = owner[tensor.id]
    for site, area in zip(graph.sites(), scratch, strict=True):
        if site.node.op.view:
            continue
        if area is not None:
            arena.marks[area[0] : area[0] + area[1]] = -1
        for step in _steps(site, owner):
            _check(arena, step.reads, site)
            arena.at(step.write.tensor, step.write.start, step.write.stop)[:] = owner[
                step.write.tensor.id
            ]
            _check(arena, _surviving(step.reads, site), site)
            reads += len(step.reads)
            writes += 1
    for tensor in (graph.tensors[t] for t in graph.outputs):
        _check(arena, (_Event(tensor, 0, tensor.bytes),), None)
    return Certificate(reads, writes)


def _check(arena: _Arena, reads: Sequence[_Event], site: Site | None) -> None:
    for event in reads:
        marks = arena.at(event.tensor, event.start, event.stop)
        if not (marks == arena.owner[event.tensor.id]).all():
            reader = "the application" if site is None else site.node.op.name
            raise UnsafePlan(f"{reader} reads bytes of {event.tensor} that were overwritten")


def _surviving(reads: tuple[_Event, ...], site: Site) -> tuple[_Event, ...]:
    """The reads that may come after the write: all but those of elementwise operands."""
    plain = dict(
        zip((t.id for t in site.inputs if t), site.node.op.access(site).reads, strict=False)
    )
    return tuple(r for r in reads if not isinstance(plain.get(r.tensor.id), Elementwise))


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
            start, stop = _share(output.bytes, parts, index)
            reads = tuple(
                e for t, r in operands if (e := _read(t, r, output, index, parts)) is not None
            )
            yield _Step(reads, _Event(output, start, stop))


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
        return _Event(tensor, *_share(tensor.bytes, parts, index))
    image, y = divmod(index, output.shape[1])
    row = tensor.bytes // (tensor.shape[0] * tensor.shape[1])
    rows = read.rows(y, tensor.shape[1])
    first = image * tensor.shape[1]
    return _Event(tensor, (first + rows.start) * row, (first + rows.stop) * row) if rows else None


def _share(size: int, parts: int, index: int) -> tuple[int, int]:
    return size * index // parts, size * (index + 1) // parts
