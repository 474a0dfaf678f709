"""Lowers the conversion of an input to C: a table, a sum, or arithmetic in single precision."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from attrs import frozen

from microflow.codegen import literals
from microflow.codegen.cdata import CArray, CConversion
from microflow.dsl.project import Port
from microflow.dsl.values import Conversion
from microflow.graph.tensor import DType, Tensor
from microflow.numerics.conversion import conversion_table
from microflow.numerics.tflm import INT_RANGE

MOST_TABLES = 4  # of 256 entries, one a channel

Element = Callable[[str, str], str]


@frozen
class _Computed:
    """How an element is computed: C of its source and its channel, and the tables it needs."""

    element: Element
    tables: tuple[CArray, ...] = ()


def lower_conversion(port: Port, stem: str, row: int | None) -> CConversion | None:
    """Returns the function that converts into `port`, or one row of `row` elements of it.

    None where the application holds the tensor itself. `stem` begins static names.
    """
    if port.conversion is None:
        return None
    tensor, asked = port.tensor, port.conversion
    accepted = tensor.dtype if asked.accepted is None else DType[asked.accepted.upper()]
    computed = _computed(port, accepted, f"{stem}convert_{port.label}")
    return CConversion(
        label=port.label,
        c_type=accepted.c_type,
        to_type=tensor.dtype.c_type,
        elements=row or tensor.elements,
        tables=computed.tables,
        lines=tuple(_loops(asked, tensor, computed.element, row)),
        formula=_formula(asked, _channels(tensor)),
    )


def _channels(tensor: Tensor) -> int:
    return tensor.shape[-1] if tensor.shape else 1


# ---- One element ----


def _computed(port: Port, accepted: DType, name: str) -> _Computed:
    assert port.conversion is not None
    tensor, affine = port.tensor, port.conversion.affine
    if port.conversion.accepted is None:
        return _Computed(lambda source, channel: source)
    count = max(len(affine.mean), len(affine.std))
    if accepted.size > 1 or tensor.dtype is DType.FLOAT32 or count > MOST_TABLES:
        return _arithmetic(affine.channels(count), accepted, tensor, name)
    tables = [conversion_table(accepted, m, s, tensor) for m, s in affine.channels(count)]
    if all(np.array_equal(table, tables[0]) for table in tables):
        tables = tables[:1]
    numbers = np.arange(256, dtype=np.uint8).view(np.dtype(accepted.numpy)).astype(np.int64)
    distances = np.unique(np.concatenate(tables) - np.tile(numbers, len(tables)))
    if len(distances) == 1:
        return _shifted(int(distances[0]), accepted, tensor)
    return _looked_up(tables, accepted, tensor, name)


def _shifted(distance: int, accepted: DType, tensor: Tensor) -> _Computed:
    sign = "-" if distance < 0 else "+"
    plain = distance == 0 and accepted is tensor.dtype

    def element(source: str, channel: str) -> str:
        return source if plain else f"({tensor.dtype.c_type})({source} {sign} {abs(distance)})"

    return _Computed(element)


def _looked_up(
    tables: Sequence[np.ndarray[tuple[int], np.dtype[np.int64]]],
    accepted: DType,
    tensor: Tensor,
    name: str,
) -> _Computed:
    kind = np.dtype(tensor.dtype.numpy).newbyteorder("<")
    table = CArray(f"{name}_table", tensor.dtype, np.concatenate(tables).astype(kind).tobytes())

    def element(source: str, channel: str) -> str:
        byte = source if accepted is DType.UINT8 else f"(uint8_t){source}"
        return (
            f"{table.name}[{byte}]"
            if len(tables) == 1
            else f"{table.name}[{channel} * 256 + {byte}]"
        )

    return _Computed(element, (table,))


def _arithmetic(
    channels: Sequence[tuple[float, float]], accepted: DType, tensor: Tensor, name: str
) -> _Computed:
    """What `predict` does with (x - mean) / std: single precision, each operation rounded."""
    tables: list[CArray] = []

    def moment(which: str, values: Sequence[float], channel: str) -> str:
        if len(set(values)) == 1:
            return literals.float32(_single(values[0]))
        return f"{name}_{which}[{channel}]"

    means, stds = ([pair[i] for pair in channels] for i in (0, 1))
    for which, values in (("mean", means), ("std", stds)):
        if len(set(values)) > 1:
            data = np.array(values, "<f4").tobytes()
            tables.append(CArray(f"{name}_{which}", DType.FLOAT32, data))

    def element(source: str, channel: str) -> str:
        real = source if accepted is DType.FLOAT32 else f"(float){source}"
        if set(means) != {0.0}:
            real = f"({real} - {_behind_minus(moment('mean', means, channel))})"
        if set(stds) != {1.0}:
            real = f"{real} / {moment('std', stds, channel)}"
        return real if tensor.dtype is DType.FLOAT32 else _quantised(real, tensor)

    return _Computed(element, tuple(tables))


def _quantised(real: str, tensor: Tensor) -> str:
    low, high = INT_RANGE[tensor.dtype]
    scale, zero_point = 1.0, 0
    if tensor.quantization is not None:
        scale, zero_point = tensor.scale, tensor.zero_point
    given = f"{real}, {literals.float32(scale)}, {zero_point}, {low}, {high}"
    return f"({tensor.dtype.c_type})mf_quantise({given})"


def _single(value: float) -> float:
    return float(np.float32(value))


def _behind_minus(literal: str) -> str:
    return f"({literal})" if literal.startswith("-") else literal


# ---- All of them ----


def _loops(asked: Conversion, tensor: Tensor, element: Element, row: int | None) -> Iterator[str]:
    count, channels = row or tensor.elements, _channels(tensor)
    if not asked.by_channel:
        yield f"for (int32_t i = 0; i < {count}; i++) to[i] = {element('from[i]', '0')};"
        return
    channel = "(2 - c)" if asked.swapped else "c"
    if not asked.planar:
        yield f"for (int32_t i = 0; i < {count}; i += {channels})"
        made = element(f"from[i + {channel}]", "c")
        yield f"  for (int32_t c = 0; c < {channels}; c++) to[i + c] = {made};"
        return
    pixels = math.prod(tensor.shape[-3:-1])
    pictures = count // (pixels * channels)
    if pictures > 1:
        size = pixels * channels
        yield f"for (int32_t n = 0; n < {pictures}; n++, from += {size}, to += {size})"
    yield f"for (int32_t i = 0; i < {pixels}; i++)"
    made = element(f"from[{channel} * {pixels} + i]", "c")
    yield f"  for (int32_t c = 0; c < {channels}; c++) to[i * {channels} + c] = {made};"


def _formula(asked: Conversion, channels: int) -> str:
    """What the function does, in words."""
    words = []
    if asked.accepted is not None:
        means, stds = (
            {float(f"{v:.9g}") for v in vs} for vs in (asked.affine.mean, asked.affine.std)
        )
        mean = "mean" if len(means) > 1 else f"{next(iter(means)):g}"
        std = "std" if len(stds) > 1 else f"{next(iter(stds)):g}"
        own = " of each channel" if "mean" in mean or "std" in std else ""
        words.append(f"x becomes (x - {mean}) / {std}{own}")
    if asked.swapped:
        words.append("the first and the last channel are exchanged")
    if asked.planar:
        words.append(f"they come as {channels} planes")
    return ", ".join(words)
