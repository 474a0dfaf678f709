"""Fast Fourier transforms of real values: calls of the kernels that make them in stages.

A transform of 2n real values is one of n complex ones, of which real and imaginary parts are
values in turn, and a step that takes the two apart; back from the spectrum it is the reverse.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import frozen

from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Cost, Finding, Site
from microflow.graph.tensor import DType, Tensor
from microflow.numerics import fourier
from microflow.ops import _signal
from microflow.ops.options import entry

SUFFIXES = {DType.INT16: "s16", DType.INT32: "s32", DType.FLOAT32: "f32"}
_LARGEST = 1 << 17  # values of a transform


@frozen
class FftOptions:
    """The options of both operators: the type of the operands, and the values of a transform."""

    type: int = entry("T", 0)
    fft_length: int = entry("fft_length", 0)


def check(site: Site) -> Iterator[Finding]:
    """Yields findings on the types, and on the number of values."""
    length = site.attrs.fft_length
    yield from _signal.stated(site, *SUFFIXES)
    if length % 2 or not 4 <= length <= _LARGEST or not _made_in_stages(length // 2):
        yield Finding(
            f"a transform of {length} values",
            f"an even number from 4 to {_LARGEST}, with no prime factors but 2, 3 and 5",
            site.output,
        )
    if not site.input(0).shape:
        yield Finding("a scalar", "a signal", site.input(0))


def _made_in_stages(count: int) -> bool:
    return all(stage.radix <= 5 for stage in fourier.stages(count))


def load(site: Site, rows: int) -> KernelCall:
    """Returns the call that puts values where the stages want them, with zeros behind them."""
    x, y, count = site.input(0), site.output, site.attrs.fft_length // 2
    params = {
        "rows": rows,
        "in_bytes": x.bytes // rows,
        "out_bytes": y.bytes // rows,
        "count": count,
        "pair_bytes": 2 * x.dtype.size,
        **order(count),
    }
    return KernelCall("fft_load", (x.id,), (y.id,), params)


def order(count: int) -> dict[str, Value]:
    """Returns the parameters by which a kernel finds where the stages want a value."""
    found = fourier.stages(count)
    return {
        "stages": len(found),
        "radices": array("radices", np.array([s.radix for s in found], np.int32)),
        "reaches": array("reaches", np.array([s.reach for s in found], np.int32)),
    }


def stages(tensor: Tensor, rows: int, count: int, inverse: bool) -> tuple[KernelCall, ...]:
    """Returns the calls that transform `count` complex values of each row, the innermost first."""
    roots = array("roots", fourier.roots(count, inverse, tensor.dtype))
    made = []
    for stage in reversed(fourier.stages(count)):
        params: dict[str, Value] = {
            "rows": rows,
            "row": tensor.elements // rows,
            "radix": stage.radix,
            "reach": stage.reach,
            "blocks": stage.blocks,
            "roots": roots,
        }
        even = stage.radix in (2, 4)
        kernel = f"{'fft' if even else 'fft_odd'}_{SUFFIXES[tensor.dtype]}"
        params |= {"inverse": int(inverse)} if even else {}
        made.append(KernelCall(kernel, (), (tensor.id,), params))
    return tuple(made)


def cost(site: Site) -> Cost:
    """Returns four multiplications for each complex one."""
    count = site.attrs.fft_length // 2
    rows = site.output.elements // site.output.shape[-1]
    turned = sum(count - count // stage.radix for stage in fourier.stages(count))
    return Cost(macs=4 * rows * (turned + count // 2))
