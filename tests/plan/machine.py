"""Runs an invented graph for real, byte by byte, in one arena: what a plan must be safe for.

Each element is a checksum of all that its operator may read at that moment, so a single byte that
was overwritten too early shows in the outputs. Shares nothing with `microflow.plan`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from zlib import crc32

from microflow.graph.access import Elementwise, Whole, Window
from microflow.graph.ir import Graph, Site, Tensor

from .draw import Planned

_SEPARATE = 4096  # bytes between tensors where nothing may overlap


def outputs_apart(planned: Planned) -> list[bytes]:
    """Returns the outputs where every tensor has memory of its own."""
    graph = planned.graph
    offsets = {t: _SEPARATE * i for i, t in enumerate(graph.tensors)}
    for node in graph.nodes:
        if node.op.view:
            offsets[node.outputs[0]] = offsets[node.inputs[0] or 0]
    scratch = {i: _SEPARATE * (len(graph.tensors) + i) for i in range(len(graph.nodes))}
    return run(planned, offsets, scratch)


def run(planned: Planned, offsets: Mapping[int, int], scratch: Mapping[int, int]) -> list[bytes]:
    """Returns the outputs' bytes; `scratch` gives the offset of each step's scratch memory."""
    graph = planned.graph
    memory = bytearray(max((*offsets.values(), *scratch.values()), default=0) + _SEPARATE)
    for tensor in (graph.tensors[t] for t in graph.inputs):
        _store(memory, offsets[tensor.id], _checksum(b"input", tensor.id, tensor.bytes))
    for step, site in enumerate(graph.sites()):
        if site.node.op.view:
            continue
        size = max(call.scratch for call in planned.calls[step])
        for number, (element, read) in enumerate(_elements(site, offsets)):
            if size:
                _store(memory, scratch[step], _checksum(b"junk", number, size))
            seen = b"".join(bytes(memory[i] for i in part) for part in read)
            _store(memory, element.start, _checksum(seen, number, len(element)))
            if size:
                _store(memory, scratch[step], _checksum(b"more", number, size))
    return [bytes(memory[offsets[t] : offsets[t] + graph.tensors[t].bytes]) for t in graph.outputs]


def _store(memory: bytearray, at: int, data: bytes) -> None:
    memory[at : at + len(data)] = data


def _checksum(data: bytes, salt: int, size: int) -> bytes:
    """`size` bytes that depend on all of `data`."""
    parts = (crc32(data, salt + (i << 20)).to_bytes(4, "little") for i in range(-(-size // 4)))
    return b"".join(parts)[:size]


def _elements(
    site: Site, offsets: Mapping[int, int]
) -> Iterator[tuple[range, list[Iterator[int] | range]]]:
    """Yields, for each output element in order, its addresses and the addresses it depends on."""
    reads = site.node.attrs.reads
    for output in site.outputs:
        for index in range(output.elements):
            sources: list[Iterator[int] | range] = []
            for tensor, read in zip(site.inputs, reads, strict=True):
                assert tensor is not None
                base = offsets[tensor.id]
                if isinstance(read, Whole):
                    sources.append(range(base, base + tensor.bytes))
                elif isinstance(read, Elementwise):
                    sources.append(_element(tensor, base, index))
                else:
                    sources.append(_pixels(tensor, base, read, output, index))
            yield _element(output, offsets[output.id], index), sources


def _element(tensor: Tensor, base: int, index: int) -> range:
    start = base + index * tensor.dtype.size
    return range(start, start + tensor.dtype.size)


def _pixels(tensor: Tensor, base: int, window: Window, output: Tensor, index: int) -> Iterator[int]:
    """The addresses under the window of the pixel that output element `index` belongs to."""
    _, height, width, channels = tensor.shape
    pixel = index // output.shape[3]
    pixel, x = divmod(pixel, output.shape[2])
    image, y = divmod(pixel, output.shape[1])
    size = channels * tensor.dtype.size
    for tap, across in product(range(window.kernel[0]), range(window.kernel[1])):
        row = y * window.stride[0] - window.padding[0] + tap * window.dilation[0]
        column = x * window.stride[1] - window.padding[1] + across * window.dilation[1]
        if 0 <= row < height and 0 <= column < width:
            at = base + ((image * height + row) * width + column) * size
            yield from range(at, at + size)


def storage_offsets(graph: Graph, base: Mapping[int, int]) -> dict[int, int]:
    """Returns the offset of every tensor, given those of buffers: a view lies with its source."""
    offsets = dict(base)
    for node in graph.nodes:
        if node.op.view:
            offsets[node.outputs[0]] = offsets[node.inputs[0] or 0]
    return offsets
