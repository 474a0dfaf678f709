"""What invented operators compute, and the memory that they compute it in.

Each element is a checksum of all that its operator may read at that moment, so a single byte that
was overwritten too early shows in the outputs.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from zlib import crc32

from attrs import define, frozen

from microflow.graph.access import Elementwise, Rowwise, Whole, Window
from microflow.graph.call import KernelCall
from microflow.graph.ir import Graph, Site
from microflow.graph.tensor import Tensor

Where = Callable[[Tensor, int], int]  # the address of a row of an operand


class Crash(Exception):  # noqa: N818  (what becomes of the machine)
    """Something outside of the memory was used."""


@define
class Memory:
    """Bytes that are read and written by address."""

    data: bytearray

    def load(self, at: int, size: int) -> bytes:
        """Returns the bytes at an address."""
        self._check(at, size)
        return bytes(self.data[at : at + size])

    def store(self, at: int, data: bytes) -> None:
        """Overwrites the bytes at an address."""
        self._check(at, len(data))
        self.data[at : at + len(data)] = data

    def _check(self, at: int, size: int) -> None:
        if size and not 0 <= at <= len(self.data) - size:
            raise Crash(f"{size} bytes at {at} of {len(self.data)}")


def expand(seed: int, salt: int, size: int) -> bytes:
    """Returns `size` bytes that depend on all of a checksum."""
    data = seed.to_bytes(4, "little")
    parts = (crc32(data, salt + (i << 24)).to_bytes(4, "little") for i in range(-(-size // 4)))
    return b"".join(parts)[:size]


def row_elements(tensor: Tensor) -> int:
    """Returns the elements of a row: pixels lie along the last but one dimension."""
    return prod(tensor.shape[-2:])


def row_bytes(tensor: Tensor) -> int:
    """Returns the bytes of a row."""
    return row_elements(tensor) * tensor.dtype.size


def value(checksum: int, output: Tensor, index: int) -> bytes:
    """Returns the bytes of an element whose operator has read what the checksum is of."""
    return expand(checksum, (output.id << 12) + index, output.dtype.size)


def seen(memory: Memory, site: Site, output: Tensor, index: int, where: Where) -> int:
    """Returns the checksum of what element `index` of an output depends on."""
    access, checksum = site.node.attrs, 0
    for tensor, read in zip(site.inputs, access.reads, strict=True):
        assert tensor is not None
        if isinstance(read, Rowwise):
            at = where(tensor, index // row_elements(output))
            checksum = crc32(memory.load(at, row_bytes(tensor)), checksum)
        elif isinstance(read, Whole):
            checksum = crc32(memory.load(where(tensor, 0), tensor.bytes), checksum)
        elif isinstance(read, Elementwise):
            row, rest = divmod(index, row_elements(tensor))
            size = tensor.dtype.size
            checksum = crc32(memory.load(where(tensor, row) + rest * size, size), checksum)
        else:
            checksum = _seen_window(memory, site, output, index, where, checksum)
    return checksum


def _seen_window(
    memory: Memory, site: Site, output: Tensor, index: int, where: Where, checksum: int
) -> int:
    pixel, channel = divmod(index, output.shape[3])
    line, x = divmod(pixel, output.shape[2])
    for row in rows_under(site, line):
        at = where(site.input(0), row)
        checksum = seen_in_row(memory, site, at, x, channel, checksum)
    return checksum


def seen_in_row(memory: Memory, site: Site, at: int, x: int, channel: int, checksum: int) -> int:
    """Returns the checksum with the pixels of a row at `at` under the window of column `x`."""
    (tensor,), access = site.inputs, site.node.attrs
    (window,) = access.reads
    assert tensor is not None
    _, _, width, channels = tensor.shape
    size = tensor.dtype.size
    low, count = (channel, 1) if access.channelwise else (0, channels)
    for tap in range(window.kernel[1]):
        column = x * window.stride[1] - window.padding[1] + tap * window.dilation[1]
        if 0 <= column < width:
            data = memory.load(at + (column * channels + low) * size, count * size)
            checksum = crc32(data, checksum)
    return checksum


@frozen
class Job:
    """A node that computes something, with what it is lowered to."""

    site: Site
    call: KernelCall

    def make(
        self, memory: Memory, output: Tensor, index: int, to: int, where: Where, scratch: int
    ) -> None:
        """Makes an element at address `to`; scratch memory is used before and behind."""
        memory.store(scratch, expand(index, 77, self.call.scratch))
        memory.store(to, self.result(memory, output, index, where))
        memory.store(scratch, expand(index, 78, self.call.scratch))

    def result(self, memory: Memory, output: Tensor, index: int, where: Where) -> bytes:
        """Returns the bytes of an element."""
        if not self.call.raises:
            return value(seen(memory, self.site, output, index, where), output, index)
        made = bytes(output.dtype.size)
        for row in rows_under(self.site, index // row_elements(output)):
            made = self.raised(memory, made, index, where(self.site.input(0), row))
        return made

    def raised(self, memory: Memory, made: bytes, index: int, at: int) -> bytes:
        """Returns what becomes of an element with the row at `at` under its window.

        As of a maximum, any order of the rows gives the same.
        """
        output = self.site.output
        x, channel = divmod(index % row_elements(output), output.shape[3])
        more = value(seen_in_row(memory, self.site, at, x, channel, 0), output, index)
        total = int.from_bytes(made, "little") + int.from_bytes(more, "little")
        return (total % (1 << 8 * len(made))).to_bytes(len(made), "little")


def rows_under(site: Site, line: int) -> list[int]:
    """Returns the rows of the only operand under the window of row `line` of the output.

    Rows of further images count on from those of the first.
    """
    (window,) = site.node.attrs.reads
    height = site.input(0).shape[1]
    image, y = divmod(line, site.output.shape[1])
    first = y * window.stride[0] - window.padding[0]
    taps = [first + tap * window.dilation[0] for tap in range(window.kernel[0])]
    return [image * height + row for row in taps if 0 <= row < height]


def last_row(read: Window | Elementwise | Whole, y: int, tensor: Tensor) -> int:
    """Returns the last row of a picture that must be there for row `y`; below 0: none."""
    if not isinstance(read, Window):
        return y
    tap = (read.kernel[0] - 1) * read.dilation[0]
    return min(y * read.stride[0] - read.padding[0] + tap, tensor.shape[1] - 1)


def storage_of(graph: Graph) -> dict[int, int]:
    """Returns the tensor whose memory each tensor lies in: a view's lies with its source."""
    owner = {t: t for t in graph.tensors}
    for node in graph.nodes:
        if node.op.view:
            owner[node.outputs[0]] = owner[node.inputs[0] or 0]
    return owner


def linear(offsets: dict[int, int]) -> Where:
    """Returns where rows lie if every tensor lies in one piece."""
    return lambda tensor, row: offsets[tensor.id] + row * row_bytes(tensor)
