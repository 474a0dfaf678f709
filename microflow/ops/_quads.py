"""Convolutions for vectors, four filters by four pixels (kernel conv2d_quads_s8), with MVE."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Site
from microflow.numerics import tflm
from microflow.ops import _convolution, _layer
from microflow.targets import Core

_STEP = 16  # bytes of a vector
_AHEAD = 8 * _STEP  # bytes of a run that an entry of the table stands for
_ENTRY = 20  # bytes
_SHAPE = (
    "batches", "in_h", "in_w", "in_c", "out_h", "out_w", "out_c", "kernel_h", "kernel_w",
    "stride_h", "stride_w", "dilation_h", "dilation_w", "pad_top", "pad_left",
)  # fmt: skip


@frozen
class Runs:
    """How the weights of a filter are divided, with or without `interleave`: see the contract.

    `dilation` is that of the columns.
    """

    interleave: bool
    rows: int
    taps: int
    dilation: int
    channels: int

    @property
    def columns(self) -> int:
        """The columns from the first tap to the last."""
        return (self.taps - 1) * self.dilation + 1

    @property
    def count(self) -> int:
        """The runs of a window."""
        return 1 if self.interleave else self.rows * self.taps

    @property
    def bytes(self) -> int:
        """The bytes of a run."""
        return self.columns * self.channels * self.rows if self.interleave else self.channels

    @property
    def steps(self) -> int:
        """The vectors of all runs."""
        return self.count * -(-self.bytes // _STEP)


def designs(site: Site, core: Core, filters: NDArray[np.int8]) -> Iterator[tuple[KernelCall, ...]]:
    """Yields the call where the kernel serves the site: see its contract.

    `filters` are the weights [out_c, kernel_h, kernel_w, in_c]. All multipliers must shift to the
    right, and the clamp must be int8's.
    """
    if "mve" not in core.isa or not _convolution.is_plain(site):
        return
    x, y = site.input(0), site.output
    scales = _layer.scales(site, filters)
    at_zero = y.zero_point == -128  # what is below the zero point becomes it
    limits = tflm.activation_range(site.attrs.activation, y)
    if limits != (-128, 127) or scales[2].max() > (0 if at_zero else -1):
        return
    shape = _convolution.shape_params(site)
    plain, runs = _is_point(site), _runs(site, filters)
    params: dict[str, Value] = {
        **{name: shape[name] for name in _SHAPE},
        "in_zero_point": x.zero_point,
        "out_zero_point": y.zero_point,
        "interleave": int(runs.interleave),
        "plain": int(plain),
        "stream": array("stream", stream(filters, runs, scales)),
    }
    yield (
        KernelCall(
            "conv2d_quads_s8",
            (x.id,),
            (y.id,),
            params,
            row_pointers=runs.rows,
            scratch=_scratch(site, runs, plain),
            whole_rows=not plain and not runs.interleave,
        ),
    )


def _is_point(site: Site) -> bool:
    """Tells whether each pixel is made of the one in its place."""
    g = _convolution.window(site)
    sides = (g.vertical.kernel, g.horizontal.kernel, g.vertical.stride, g.horizontal.stride)
    return sides == (1, 1, 1, 1) and site.input(0).shape[:3] == site.output.shape[:3]


def _runs(site: Site, filters: NDArray[np.int8]) -> Runs:
    """How weights are divided: in taps where these fill vectors."""
    _, rows, taps, channels = filters.shape
    interleave = channels % _STEP != 0 and not _is_point(site)
    return Runs(interleave, rows, taps, site.attrs.dilation_w, channels)


def stream(filters: NDArray[np.int8], runs: Runs, scales: NDArray[np.int32]) -> NDArray[np.int32]:
    """Returns the words of `filters` and of what belongs to them, as the kernel reads them.

    `scales` are the sums to begin with, multipliers and shifts: [3, filters].
    """
    groups = -(-len(filters) // 4)
    each = np.zeros((4 * groups, runs.steps * _STEP), np.int8)
    each[: len(filters)] = _in_runs(filters, runs)
    pairs = each.reshape(groups, 2, 2, runs.steps, _STEP).swapaxes(2, 3)
    words = np.ascontiguousarray(pairs).reshape(groups, -1).view("<i4")
    numbers = np.zeros((3, 4 * groups), np.int32)
    numbers[:, : len(filters)] = scales
    numbers[2, :-4] = numbers[2, :-4] % 256 - 256  # only the lowest byte is the shift
    numbers[2, -4:] %= 256
    beside = numbers.reshape(3, groups, 4).swapaxes(0, 1).reshape(groups, 12)
    return np.hstack([words, beside])


def _in_runs(filters: NDArray[np.int8], runs: Runs) -> NDArray[np.int8]:
    """The weights of each filter in the order of the input's bytes, zeros included."""
    count, rows, taps, channels = filters.shape
    made = np.zeros((count, runs.count, -(-runs.bytes // _STEP) * _STEP), np.int8)
    if runs.interleave:
        spread = np.zeros((count, runs.columns, channels, rows), np.int8)
        spread[:, :: runs.dilation] = filters.transpose(0, 2, 3, 1)
        made[:, 0, : runs.bytes] = spread.reshape(count, -1)
    else:
        made[:, :, : runs.bytes] = filters.reshape(count, rows * taps, channels)
    return made.reshape(count, -1)


def _scratch(site: Site, runs: Runs, plain: bool) -> int:
    """The bytes of memory that the kernel asks for: tables, and what is beside them."""
    tables, beside = _table(runs.count, runs.bytes), runs.channels
    if plain:
        beside = 4 * runs.channels + (_STEP if runs.channels % _STEP else 0)
    elif runs.interleave:
        reach: int = (site.output.shape[2] - 1) * site.attrs.stride_w + runs.columns
        beside = -(-reach * runs.channels * runs.rows // _STEP) * _STEP + _STEP
    elif runs.dilation == 1:
        tables += _table(runs.rows, runs.taps * runs.channels)
    channels = site.output.shape[3]
    pixels = 16 * -(-channels // 4) if channels % 4 else 0
    return tables + beside + pixels


def _table(runs: int, size: int) -> int:
    """The bytes of both tables of so many runs of `size` bytes each."""
    return 2 * (runs * -(-size // _AHEAD) + 1) * _ENTRY
