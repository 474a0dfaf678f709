"""Runs single kernel calls as plans make them, through the program runtime_c/tests/rows.c."""

from __future__ import annotations

import ctypes
import struct
import subprocess
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from attrs import evolve, field, frozen

from microflow.codegen.contract import contract
from microflow.graph.access import Window
from microflow.graph.call import Array, KernelCall
from microflow.graph.ir import Site
from microflow.resources import resource
from microflow.targets import load_target
from tests.need import need
from tests.run_model import SANITIZE, STRICT

_TYPES = {
    "int8_t": ctypes.c_int8,
    "int16_t": ctypes.c_int16,
    "int32_t": ctypes.c_int32,
    "float": ctypes.c_float,
}
_ORDINARY = ("-O1", "-fno-strict-aliasing")  # the program handles pointers of any type


@frozen
class Layer:
    """An operator with the bytes of its input, and its one kernel call."""

    site: Site
    data: bytes = field(repr=False)

    @property
    def call(self) -> KernelCall:
        (call,) = self.site.node.op.lower(self.site, load_target("host").core)
        return call

    @property
    def window(self) -> Window:
        read = self.site.node.op.access(self.site).reads[0]
        assert isinstance(read, Window)
        return read


@frozen
class Run:
    """One way of running a call; `way` is what the program is told of it."""

    call: KernelCall
    out_bytes: int
    way: bytes = field(repr=False)

    def ordered(self, order: int) -> Run:
        """Returns the same with pixels in another order."""
        return evolve(self, call=evolve(self.call, params={**self.call.params, "order": order}))


def build(compiler: str, folder: Path) -> Path:
    """Returns the program, built with every warning and the sanitizers."""
    program = folder / f"rows-{compiler}"
    runtime = resource("runtime_c")
    include = [f"-I{runtime / name}" for name in ("include", "kernels")]
    command = [need(compiler), *STRICT, *SANITIZE, *_ORDINARY, *include, "-o", str(program)]
    subprocess.run([*command, str(runtime / "tests" / "rows.c"), "-lm"], check=True)
    return program


def outputs(program: Path, runs: Sequence[Run]) -> list[bytes]:
    """Returns what each of `runs` leaves in its output."""
    sent = _numbers(len(runs)) + b"".join(
        _call(run.call) + _numbers(run.out_bytes) + run.way for run in runs
    )
    ran = subprocess.run([program], input=sent, capture_output=True, check=False)
    assert (ran.returncode, ran.stderr.decode()) == (0, "")
    ends = np.cumsum([run.out_bytes for run in runs]).tolist()
    assert len(ran.stdout) == ends[-1]
    return [ran.stdout[end - run.out_bytes : end] for run, end in zip(runs, ends, strict=True)]


def whole(layer: Layer) -> Run:
    """The call as it is, its output apart from its input."""
    return over(layer, -layer.site.output.bytes)


def over(layer: Layer, distance: int) -> Run:
    """The call with an output that begins `distance` bytes behind its input."""
    into = max(-distance, 0)
    out = into + distance
    size = max(into + len(layer.data), out + layer.site.output.bytes)
    rows = layer.call.row_pointers
    return _run(layer, _numbers(0, size, into, out, rows) + _block(layer.data))


def bands(layer: Layer, sizes: Sequence[int]) -> Run:
    """The output in bands of so many rows each; a band does not go beyond its image."""
    call, window = layer.call, layer.window
    images, height = layer.site.input(0).shape[:2]
    out_h = layer.site.output.shape[1]
    row, out_row = len(layer.data) // (images * height), _row_bytes(layer.site)
    way = [_numbers(1, images * height, call.row_pointers)]
    way += [_block(layer.data[i * row : (i + 1) * row]) for i in range(images * height)]
    way.append(_numbers(len(sizes)))
    first = 0
    for n in sizes:
        under = [
            _under(window, y % out_h, k, height, y // out_h)
            for y in range(first, first + n)
            for k in range(call.row_pointers)
        ]
        way.append(_numbers(n, first * out_row, *under))
        first += n
    return _run(layer, b"".join(way))


def pieces(layer: Layer, counts: Sequence[int]) -> Run:
    """The input in pieces of so many elements each."""
    size = layer.site.input(0).dtype.size
    ends = np.cumsum(counts).tolist()
    assert ends[-1] * size == len(layer.data)
    way = [_numbers(2, layer.call.sums, len(counts))]
    for count, end in zip(counts, ends, strict=True):
        way.append(_numbers(count) + _block(layer.data[(end - count) * size : end * size]))
    return _run(layer, b"".join(way))


def _under(window: Window, y: int, tap: int, height: int, image: int) -> int:
    """The input row under a tap of output row y, counted through all images; -1 if outside."""
    row = y * window.stride[0] - window.padding[0] + tap * window.dilation[0]
    return image * height + row if 0 <= row < height else -1


def _row_bytes(site: Site) -> int:
    images, height = site.output.shape[:2]
    return site.output.bytes // (images * height)


def _run(layer: Layer, way: bytes) -> Run:
    return Run(layer.call, layer.site.output.bytes, way)


def _call(call: KernelCall) -> bytes:
    """The kernel's name, its parameters, and the tables that they point to."""
    fields = contract(call.kernel)
    layout: list[Any] = [
        (f.name, ctypes.c_void_p if f.pointer else _TYPES[f.c_type]) for f in fields
    ]
    params = type("Params", (ctypes.Structure,), {"_fields_": layout})
    plain = {k: v for k, v in call.params.items() if not isinstance(v, Array)}
    tables = {k: v for k, v in call.params.items() if isinstance(v, Array)}
    parts = [_block(call.kernel.encode() + b"\0"), _block(bytes(params(**plain)))]
    parts.append(_numbers(len(tables)))
    for name, table in tables.items():
        parts.append(_numbers(getattr(params, name).offset) + _block(table.data))
    return b"".join(parts)


def _block(data: bytes) -> bytes:
    return _numbers(len(data)) + data


def _numbers(*values: int) -> bytes:
    return struct.pack(f"={len(values)}i", *values)


def split(total: int, cuts: Iterable[int]) -> list[int]:
    """Returns the sizes of the parts into which `cuts` divide `total`."""
    places = sorted({0, total, *(cut for cut in cuts if 0 < cut < total)})
    return [b - a for a, b in pairwise(places)]
