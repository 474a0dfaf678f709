"""Compressed constants: tables that elements are looked up in, prefix codes, and left-out zeros.

16 bytes in front of what a form needs say which one it is: its number, a version, then the form's
own version and parameters. Bits are counted from the highest of the first byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from microflow.graph.tensor import DType, Tensor

HEADER = 16
_VERSION = 1
_WHOLE = (DType.BOOL, DType.FLOAT32, DType.INT8, DType.INT16, DType.INT32, DType.INT64)

Decoded: TypeAlias = NDArray[Any]


class BrokenError(Exception):
    """Compressed data that contradict themselves; says what is wrong with them."""


@frozen
class Form:
    """How elements are compressed: the types that there are, and how to get them back.

    `decode` takes the data, the header with what follows it, and the tensor to make.
    """

    types: tuple[DType, ...]
    decode: Callable[[bytes, bytes, Tensor], Decoded]


def form_of(header: bytes) -> Form | None:
    """Returns the form that a header names; None for others, and for other versions."""
    versions = {header[1], header[4]} if len(header) >= HEADER else set()
    return FORMS.get(header[0]) if versions == {_VERSION} else None


def _lookup(data: bytes, header: bytes, tensor: Tensor) -> Decoded:
    """Indices into a table, or into one for each channel."""
    width, step = header[5] & 7, header[6]
    indices = _fields(data, width, tensor.elements)
    places = indices + step * _channels(tensor)
    table = np.frombuffer(header[HEADER:], _numpy(tensor), _entries(header, tensor))
    if tensor.quantization is None and len(table) >= 2 * step > 0:
        raise BrokenError("tables of several channels for a tensor that has no scales")
    if places.max(initial=0) >= len(table):
        raise BrokenError("indices beyond their table")
    found: Decoded = table[places]
    return found


def _pruned(data: bytes, header: bytes, tensor: Tensor) -> Decoded:
    """A bit for each element: the next of the values, or what stands for zero."""
    given = _fields(data, 1, tensor.elements).astype(bool)
    table = np.frombuffer(header[HEADER:], _numpy(tensor), _entries(header, tensor))
    if given.sum() > len(table):
        raise BrokenError("fewer values than are due")
    zeros = tensor.quantization.zero_points if tensor.quantization else (0,)
    if tensor.dtype is not DType.INT8 and any(zeros):
        raise BrokenError(f"a zero point of {zeros[0]} for {tensor.dtype.label}")
    spread = zeros if len(zeros) > 1 and tensor.dtype is DType.INT8 else zeros[:1] * _count(tensor)
    made = np.array(spread, _numpy(tensor))[_channels(tensor)]
    made[given] = table[: given.sum()]
    return made


def _huffman(data: bytes, header: bytes, tensor: Tensor) -> Decoded:
    """A prefix code; tables, one behind the other, tell what the next bits mean."""
    wide, first = header[5] & 1, (header[5] >> 4) + 1
    if not wide and tensor.dtype is not DType.INT8:
        raise BrokenError(f"a table of 16 bits for {tensor.dtype.label}")
    size = 4 if wide else 2
    table = np.frombuffer(header[HEADER:], f"<u{size}", (len(header) - HEADER) // size)
    symbols = _symbols(data, [int(entry) for entry in table], 8 * size, first)
    found = [symbol for _, symbol in zip(range(tensor.elements), symbols, strict=False)]
    return np.array(found, np.int64).astype(_numpy(tensor))


def _symbols(data: bytes, table: list[int], bits: int, first: int) -> Iterator[int]:
    """Yields symbols for ever. An entry is a flag, 4 bits of a count, and a symbol or an offset.

    Where the flag is set, the count tells how many of the last bits belong to the symbol; else one
    less than how many bits choose an entry of the next table.
    """
    stream, at, mask = data + bytes(16), 0, (1 << (bits - 5)) - 1
    while True:
        place, width, entry = 0, first, 0
        while not entry >> (bits - 1):
            place += (entry & mask) + _bits(stream, at, width)
            at += width
            if place >= len(table) or at > 8 * len(data) + 32:
                raise BrokenError("codes that lead nowhere")
            entry, last = table[place], width
            width = (entry >> (bits - 5) & 15) + 1
        at -= max(last - (width - 1), 0)
        if at > 8 * len(data):
            raise BrokenError("fewer codes than elements")
        yield entry & mask


def _bits(stream: bytes, at: int, width: int) -> int:
    """The `width` bits, at most 16, from position `at`."""
    around = int.from_bytes(stream[at // 8 : at // 8 + 4], "big")
    return around >> (32 - at % 8 - width) & ((1 << width) - 1)


def _fields(data: bytes, width: int, count: int) -> NDArray[np.int64]:
    """The first `count` numbers of `width` bits."""
    if not width:
        raise BrokenError("indices of 0 bits")
    bits = np.unpackbits(np.frombuffer(data, np.uint8))
    if len(bits) < width * count:
        raise BrokenError("fewer indices than elements")
    powers = 1 << np.arange(width - 1, -1, -1)
    made: NDArray[np.int64] = bits[: width * count].reshape(count, width).astype(np.int64) @ powers
    return made


def _count(tensor: Tensor) -> int:
    return len(tensor.quantization.scales) if tensor.quantization else 1


def _channels(tensor: Tensor) -> NDArray[np.int64]:
    """The channel of each element: that of the scales, along the first dimension or the last."""
    count, places = _count(tensor), np.arange(tensor.elements)
    if count == 1:
        return np.zeros(tensor.elements, np.int64)
    assert tensor.quantization is not None
    axis = tensor.quantization.axis
    if axis not in (0, len(tensor.shape) - 1) or tensor.elements % count:
        raise BrokenError(f"{count} channels along dimension {axis}")
    last = axis == len(tensor.shape) - 1
    return places % count if last else places // (tensor.elements // count)


def _numpy(tensor: Tensor) -> np.dtype[Any]:
    return np.dtype(tensor.dtype.numpy).newbyteorder("<")


def _entries(header: bytes, tensor: Tensor) -> int:
    return (len(header) - HEADER) // tensor.dtype.size


FORMS = {
    0: Form(_WHOLE, _lookup),
    1: Form((DType.INT8, DType.INT16), _huffman),
    2: Form(_WHOLE, _pruned),
}
