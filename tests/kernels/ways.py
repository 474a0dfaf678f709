"""The ways in which plans call a kernel: whole, over its input, by rows, in pieces.

A way is the memory that a run finds, and the calls that it makes of it; `tests.kernels.programs`
runs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from itertools import cycle, islice

import numpy as np
from attrs import field, frozen

from microflow.graph.access import Window
from microflow.graph.call import KernelCall
from microflow.graph.ir import Site


class Function(IntEnum):
    """A function of a kernel, at its place in the table of runtime_c/tests/variants.h."""

    WHOLE = 0
    ROWS = 1
    BEGIN = 2
    ADD = 3
    END = 4
    RAISE = 5


@frozen
class Address:
    """A place in a block of memory."""

    block: int
    offset: int = 0


PARAMS = Address(-1)  # the parameters of the call


@frozen
class Block:
    """A block of memory. What `parts` (offset and bytes each) leave open is filled.

    `writable` may be changed by the run, all else may not. The block begins `skew` bytes behind a
    multiple of 16.
    """

    size: int
    parts: tuple[tuple[int, bytes], ...] = field(default=(), repr=False)
    writable: range = range(0)
    skew: int = 0


@frozen
class Pointers:
    """A block of pointers, some of them null."""

    targets: tuple[Address | None, ...]


@frozen
class Step:
    """A call of one of the kernel's functions."""

    function: Function
    pointers: tuple[Address, ...]
    numbers: tuple[int, ...] = ()


@frozen
class Way:
    """A run of `call`: memory, calls, and where the bytes of its outputs are then."""

    call: KernelCall
    blocks: tuple[Block | Pointers, ...]
    steps: tuple[Step, ...]
    outputs: tuple[tuple[Address, int], ...]


@frozen
class Job:
    """A kernel call with the bytes of its inputs, and the sizes of its outputs in bytes.

    A call that works by rows also needs `window`, and how many rows its input and its output have
    in how many images.
    """

    call: KernelCall
    inputs: tuple[bytes, ...] = field(repr=False)
    outputs: tuple[int, ...]
    window: Window = Window()
    images: int = 1
    in_h: int = 1
    out_h: int = 1


def job(site: Site, call: KernelCall, *data: bytes) -> Job:
    """Returns a call that operator `site` can be lowered to, on `data` for its inputs."""
    sizes = tuple(site.output.bytes for _ in call.outputs)
    read = site.node.op.access(site).reads[0]
    if not isinstance(read, Window):
        return Job(call, data, sizes)
    images, in_h = site.input(0).shape[:2]
    return Job(call, data, sizes, read, images, in_h, site.output.shape[1])


def whole(job: Job, skews: Sequence[int] = (0,)) -> Way:
    """The call as it is, its operands apart; the next of `skews` is where each begins."""
    at = islice(cycle(skews), len(job.inputs) + len(job.outputs))
    blocks = [_constant(data, next(at)) for data in job.inputs]
    blocks += [_written(size, next(at)) for size in job.outputs]
    operands = tuple(Address(i) for i in range(len(blocks)))
    outputs = zip(operands[len(job.inputs) :], job.outputs, strict=True)
    return _whole(job, blocks, operands, tuple(outputs))


def over(job: Job, distance: int, operand: int = 0) -> Way:
    """The same with an output that begins `distance` bytes behind where input `operand` begins."""
    (size,) = job.outputs
    data = job.inputs[operand]
    into = max(-distance, 0)
    out = into + distance
    arena = Block(max(into + len(data), out + size), ((into, data),), range(out, out + size))
    blocks = [_constant(d) for i, d in enumerate(job.inputs) if i != operand]
    places = [Address(i) for i in range(len(blocks))]
    places.insert(operand, Address(len(blocks), into))
    made = Address(len(blocks), out)
    return _whole(job, [*blocks, arena], (*places, made), ((made, size),))


def bands(job: Job, sizes: Sequence[int], skews: Sequence[int] = (0,)) -> Way:
    """The output in bands of so many rows each; a band does not go beyond its image.

    Every input row is a block of its own, and the next of `skews` is where it begins.
    """
    (picture,), (size,) = job.inputs, job.outputs
    count, taps = job.images * job.in_h, job.call.row_pointers
    assert sum(sizes) == job.images * job.out_h
    row, out_row = len(picture) // count, size // (job.images * job.out_h)
    at = cycle(skews)
    blocks: list[Block | Pointers] = [_written(size, next(at)), _written(job.call.scratch)]
    blocks += [_constant(picture[i * row : (i + 1) * row], next(at)) for i in range(count)]
    scratch = _scratch(job.call, 1)
    steps, first = [], 0
    for n in sizes:
        under = (_under(job, y, tap) for y in range(first, first + n) for tap in range(taps))
        targets = tuple(None if i is None else Address(2 + i) for i in under)
        out = Address(0, first * out_row)
        pointers = (Address(len(blocks)), out, *scratch, PARAMS)
        steps.append(Step(Function.ROWS, pointers, (n,)))
        blocks.append(Pointers(targets))
        first += n
    return Way(job.call, tuple(blocks), tuple(steps), ((Address(0), size),))


def pieces(job: Job, counts: Sequence[int], skews: Sequence[int] = (0,), element: int = 1) -> Way:
    """The input in pieces of so many elements each; `element` is one's size in bytes."""
    (data,), (size,) = job.inputs, job.outputs
    ends = [0, *np.cumsum(counts).tolist()]
    assert ends[-1] * element == len(data)
    at = cycle(skews)
    out, sums = Address(0), Address(1)
    blocks = [_written(size, next(at)), _written(4 * job.call.sums)]
    steps = [Step(Function.BEGIN, (sums, PARAMS))]
    for first, count in zip(ends, counts, strict=False):
        pointers = (Address(len(blocks)), sums, PARAMS)
        steps.append(Step(Function.ADD, pointers, (first, count)))
        piece = data[first * element : (first + count) * element]
        blocks.append(_constant(piece, next(at)))
    steps.append(Step(Function.END, (sums, out, PARAMS)))
    return Way(job.call, tuple(blocks), tuple(steps), ((out, size),))


def raised(job: Job, skews: Sequence[int] = (0,)) -> Way:
    """The output row by row, the rows under each window taken one by one."""
    (picture,), (size,) = job.inputs, job.outputs
    count = job.images * job.in_h
    row, out_row = len(picture) // count, size // (job.images * job.out_h)
    at = cycle(skews)
    blocks: list[Block | Pointers] = [_written(size, next(at))]
    blocks += [_constant(picture[i * row : (i + 1) * row], next(at)) for i in range(count)]
    steps = []
    for y in range(job.images * job.out_h):
        under = [_under(job, y, tap) for tap in range(job.call.row_pointers)]
        first, *others = [i for i in under if i is not None]
        out = Address(0, y * out_row)
        steps.append(Step(Function.ROWS, (Address(len(blocks)), out, PARAMS), (1,)))
        blocks.append(Pointers(tuple(Address(1 + i) if i == first else None for i in under)))
        steps += [Step(Function.RAISE, (Address(1 + i), out, PARAMS)) for i in others]
    return Way(job.call, tuple(blocks), tuple(steps), ((Address(0), size),))


def _whole(
    job: Job,
    blocks: Sequence[Block],
    operands: tuple[Address, ...],
    outputs: tuple[tuple[Address, int], ...],
) -> Way:
    """The call on `operands`, with the memory that the kernel asks for beside them."""
    call, beside = job.call, list[Block | Pointers](blocks)
    pointers = list(operands)
    if call.row_pointers:
        pointers.append(Address(len(beside)))
        room = 8 * call.row_pointers  # of the widest pointers
        beside.append(_written(room))
    pointers += _scratch(call, len(beside))
    if call.scratch:
        beside.append(_written(call.scratch))
    step = Step(Function.WHOLE, (*pointers, PARAMS))
    return Way(call, tuple(beside), (step,), outputs)


def _constant(data: bytes, skew: int = 0) -> Block:
    return Block(len(data), ((0, data),), skew=skew)


def _written(size: int, skew: int = 0) -> Block:
    return Block(size, writable=range(size), skew=skew)


def _scratch(call: KernelCall, block: int) -> tuple[Address, ...]:
    return (Address(block),) if call.scratch else ()


def _under(job: Job, y: int, tap: int) -> int | None:
    """The input row under a tap of output row y, counted through all images; None if outside."""
    window, (image, y) = job.window, divmod(y, job.out_h)
    row = y * window.stride[0] - window.padding[0] + tap * window.dilation[0]
    return image * job.in_h + row if 0 <= row < job.in_h else None
