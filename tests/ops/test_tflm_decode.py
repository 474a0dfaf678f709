"""TFLM_DECODE: what is compressed in each form is what the reference makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.importer.tflite import import_model
from microflow.passes import fold_constants
from tests.assemble import N, T, assemble
from tests.ops.same import Array, Part, assert_same, findings, joined, values
from tests.oracle import tflm

X = [np.zeros(1, np.float32)]
TYPES = ["int8", "int16", "int32", "int64", "float32", "bool"]
QUANTISED = ["int8", "int16", "int32", "int64"]
LUT, HUFFMAN, PRUNED = 0, 1, 2


def header(form: int, *user: int, versions: tuple[int, int] = (1, 1)) -> bytes:
    return bytes([form, versions[0], 0, 0, versions[1], *user]).ljust(16, b"\0")


def decode(
    data: bytes, ancillary: bytes, dtype: str, shape: Sequence[int], *, known: bool = True, **q: Any
) -> Part:
    """Returns a decoded constant, and an input that the model must have."""
    raw = [T(n, "uint8", (len(d),), data=d) for n, d in (("e", data), ("a", ancillary))]
    if not known:
        raw[0] = T("e", "uint8", (len(data),))
    ends = [T("x", "float32", (1,)), T("y", "float32", (1,))]
    node = N("CUSTOM", ["e", "a"], ["d"], custom="TFLM_DECODE")
    nodes = [node, N("ABS", ["x"], ["y"])]
    inputs = ("x",) if known else ("x", "e")
    return Part([*raw, T("d", dtype, shape, **q), *ends], nodes, inputs, ("d", "y"))


def packed(numbers: Array, width: int) -> bytes:
    """Returns `numbers` of `width` bits each, the highest bit first."""
    bits = numbers.reshape(-1, 1) >> np.arange(width - 1, -1, -1) & 1
    return np.packbits(bits.astype(np.uint8)).tobytes()


def assert_decodes(*parts: Part) -> None:
    """Fails unless folding leaves the reference's values as constants, and no operator of it."""
    model = joined(*parts)
    wanted = tflm(model, X * len(parts))[::2]
    graph, diagnostics = import_model(model, "model")
    assert graph is not None and not findings(model), (diagnostics, findings(model))
    folded = fold_constants.run(graph)
    assert [n.op.name for n in folded.nodes] == ["ABS"] * len(parts)
    for output, want in zip(graph.outputs[::2], wanted, strict=True):
        assert folded.tensors[output].data == want.tobytes()


@st.composite
def shapes(draw: st.DrawFn) -> tuple[tuple[int, ...], dict[str, Any]]:
    """Returns a shape, and no scales or such of every channel along the first or last dimension."""
    shape = tuple(draw(st.lists(st.integers(1, 9), min_size=2, max_size=4)))
    axis = draw(st.sampled_from([None, 0, len(shape) - 1]))
    if axis is None or shape[axis] == 1:
        return shape, {}
    return shape, {"scales": [0.5] * shape[axis], "axis": axis}


@settings(max_examples=25, deadline=None)
@given(shapes(), st.sampled_from(TYPES), st.integers(1, 7), st.integers(0, 99))
def test_look_up_tables(drawn: Any, dtype: str, width: int, seed: int) -> None:
    shape, channels = drawn
    if dtype not in QUANTISED:
        channels = {}
    count = len(channels.get("scales", [0]))
    table = values(dtype, (count, 1 << width), seed)
    indices = np.random.default_rng(seed).integers(0, 1 << width, shape)
    ancillary = header(LUT, 0xF0 | width, 1 << width) + table.tobytes()
    assert_decodes(decode(packed(indices, width), ancillary, dtype, shape, **channels))


@settings(max_examples=25, deadline=None)
@given(shapes(), st.sampled_from(TYPES), st.integers(-128, 127), st.integers(0, 99))
def test_pruning(drawn: Any, dtype: str, zero: int, seed: int) -> None:
    shape, channels = drawn
    kept = np.random.default_rng(seed).integers(0, 2, shape)
    if channels and dtype == "int8":
        channels["zero_points"] = [max(zero - i, -128) for i in range(len(channels["scales"]))]
    elif dtype == "int8":
        channels = {"scale": 0.5, "zero_point": zero}
    ancillary = header(PRUNED) + values(dtype, (int(kept.sum()) or 1,), seed).tobytes()
    assert_decodes(decode(packed(kept, 1), ancillary, dtype, shape, **channels))


def code(symbols: Array) -> dict[int, str]:
    """Returns a prefix code for what there is in `symbols`, as texts of 0 and 1."""
    kinds, counts = np.unique(symbols, return_counts=True)
    heap: list[tuple[int, int, dict[int, str]]] = [
        (int(n), i, {int(k): ""}) for i, (k, n) in enumerate(zip(kinds, counts, strict=True))
    ]
    heapify(heap)
    while len(heap) > 1:
        (m, i, low), (n, _, high) = heappop(heap), heappop(heap)
        both = {k: "0" + c for k, c in low.items()} | {k: "1" + c for k, c in high.items()}
        heappush(heap, (m + n, i, both))
    return {k: c or "0" for k, c in heap[0][2].items()}


def tables(codes: dict[int, str], first: int, wide: bool) -> list[int]:
    """Returns the tables of a code: the first for `first` bits, others for 2 bits each."""
    top, shift = (31, 27) if wide else (15, 11)
    made: list[int] = []

    def table(prefix: str, bits: int) -> None:
        base = len(made)
        made.extend([0] * (1 << bits))
        for i in range(1 << bits):
            way = prefix + f"{i:0{bits}b}"
            found = next((k for k, c in codes.items() if way.startswith(c)), None)
            if found is not None:
                used = len(codes[found]) - len(prefix)
                made[base + i] = 1 << top | used << shift | found & (0xFFFF if wide else 0xFF)
            elif any(c.startswith(way) for c in codes.values()):
                made[base + i] = 1 << shift | (len(made) - base - i)
                table(way, 2)

    table("", first)
    return made


@settings(max_examples=25, deadline=None)
@given(st.booleans(), st.booleans(), st.integers(1, 5), st.integers(1, 9), st.integers(0, 99))
def test_huffman_codes(wide: bool, short: bool, first: int, kinds: int, seed: int) -> None:
    dtype = "int16" if wide and short else "int8"
    rng = np.random.default_rng(seed)
    symbols = rng.choice(values(dtype, (kinds,), seed), 40, p=rng.dirichlet(np.ones(kinds)))
    codes = code(symbols.astype(int))
    stream = "".join(codes[int(s)] for s in symbols)
    data = int(stream, 2) << (-len(stream) % 32)
    encoded = data.to_bytes((len(stream) + 31) // 32 * 4, "big")
    table = np.array(tables(codes, first, wide), "<u4" if wide else "<u2")
    ancillary = header(HUFFMAN, (first - 1) << 4 | wide) + table.tobytes()
    assert_decodes(decode(encoded, ancillary, dtype, (5, 8)))


def test_the_weights_of_a_layer() -> None:
    """What demands constants gets them: the operator is checked with what was decoded."""
    lut = header(LUT, 0xF2, 4)
    tables = lut + bytes([1, 250, 3, 7]), lut + np.array([1, -2, 30, 400], "<i4").tobytes()
    shape = (1, 3, 3, 2)
    tensors = [
        T("x", "int8", shape, 0.1),
        *(T(f"a{i}", "uint8", (len(t),), data=t) for i, t in enumerate(tables)),
        T("e0", "uint8", (2,), data=b"\x1b\xe4"),
        T("e1", "uint8", (1,), data=b"\xe0"),
        T("w", "int8", (1, 2, 2, 2), 0.1),
        T("b", "int32", (2,), 0.01),
        T("y", "int8", shape, 0.2),
    ]
    both = N("CUSTOM", ["e0", "a0", "e1", "a1"], ["w", "b"], custom="TFLM_DECODE")
    options = {"strideW": 1, "strideH": 1, "padding": "SAME", "depthMultiplier": 1}
    layer = N("DEPTHWISE_CONV_2D", ["x", "w", "b"], ["y"], options)
    model = assemble(tensors, [both, layer], ["x"], ["y"])
    assert_same(model, [[values("int8", shape, 3)]], sanitize=True)


@pytest.mark.parametrize(
    ("dtype", "data", "ancillary", "says"),
    [
        ("int8", b"\x1b", b"\0\1", "whose header begins with 00 01"),
        ("int8", b"\x1b", b"", "whose header begins with nothing"),
        ("int8", b"\x1b", header(3), "whose header begins with 03 01"),
        ("int8", b"\x1b", header(200), "whose header begins with c8 01"),
        ("int8", b"\x1b", header(LUT, versions=(2, 1)), "whose header begins with 00 02"),
        ("int8", b"\x1b", header(LUT, versions=(1, 2)), "whose header begins with 00 01"),
        ("uint8", b"\x1b", header(LUT, 2, 4) + bytes(4), "type uint8 in this compressed form"),
        ("float32", b"\x1b", header(HUFFMAN), "type float32 in this compressed form"),
        ("int16", b"\x1b", header(HUFFMAN), "a table of 16 bits for int16"),
        ("int8", b"\x1b", header(LUT, 0, 4) + bytes(4), "indices of 0 bits"),
        ("int8", b"\x1b", header(LUT, 3, 4) + bytes(4), "fewer indices than elements"),
        ("int8", b"\x1b", header(LUT, 2, 4) + bytes(3), "indices beyond their table"),
        ("int8", b"\xf0", header(PRUNED) + bytes(3), "fewer values than are due"),
        ("int8", b"\xff", header(HUFFMAN) + bytes(2), "codes that lead nowhere"),
        ("int8", b"\x1b", header(LUT, 2, 4) + bytes(8), "tables of several channels"),
        ("int8", b"\xff", header(HUFFMAN, 0xF0) + bytes(131072), "codes that lead nowhere"),
        ("int8", b"", header(HUFFMAN) + bytes([0, 0x88, 0, 0x88]), "fewer codes than elements"),
    ],
)
def test_unsupported_data(dtype: str, data: bytes, ancillary: bytes, says: str) -> None:
    assert says in findings(joined(decode(data, ancillary, dtype, (2, 2))))


def test_unsupported_forms() -> None:
    table = header(LUT, 0xF2, 4) + bytes(4)
    late = findings(joined(decode(b"\x1b", table, "int8", (2, 2), known=False)))
    assert "compressed data computed at run time is not supported" in late
    scales: Any = {"scales": [1.0, 1.0], "axis": 1}
    middle = findings(joined(decode(b"\x1b", table, "int8", (1, 2, 2), **scales)))
    assert "2 channels along dimension 1" in middle
    zero: Any = {"scale": 1.0, "zero_point": 3}
    moved = findings(joined(decode(b"\xf0", header(PRUNED) + bytes(8), "int16", (2, 2), **zero)))
    assert "a zero point of 3 for int16" in moved
    whole = decode(b"\x1b", table, "int8", (2, 2))
    lone = N("CUSTOM", ["e", "a", "a"], ["d"], custom="TFLM_DECODE")
    made = Part(whole.tensors, [lone, *whole.nodes[1:]], whole.inputs, whole.outputs)
    assert "3 inputs for 1 outputs is not supported" in findings(joined(made))
