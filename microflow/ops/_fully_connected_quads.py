"""Layers of known int8 weights for vectors of 16 inputs (fully_connected_quads_s8), with MVE."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Site
from microflow.numerics import tflm
from microflow.ops import _dense, _layer
from microflow.ops._constants import values
from microflow.targets import Core

_STEP = 16  # inputs of a vector


def designs(site: Site, core: Core, filters: int) -> Iterator[tuple[KernelCall, ...]]:
    """Yields the call where the kernel serves the site: see its contract.

    `filters` are the weights' first size; they have no zero point. All multipliers must shift to
    the right.
    """
    if "mve" not in core.isa or not _dense.is_plain(site):
        return
    x, y = site.input(0), site.output
    weights = values(site.input(1)).reshape(filters, -1)
    scales = _layer.scales(site, weights)
    if scales[2].max() > -1:
        return
    low, high = tflm.activation_range(site.attrs.activation, y)
    batches = y.elements // filters
    params: dict[str, Value] = {
        "batches": batches,
        "in_c": weights.shape[1],
        "out_c": filters,
        "out_zero_point": y.zero_point,
        "out_min": low,
        "out_max": high,
        "stream": array("stream", stream(weights, scales)),
    }
    sums = -(-filters // 4) * 4 if batches == 1 else 0
    yield (
        KernelCall("fully_connected_quads_s8", (x.id,), (y.id,), params, sums=sums, piece=_STEP),
    )


def stream(weights: NDArray[np.int8], scales: NDArray[np.int32]) -> NDArray[np.int32]:
    """Returns the words of weights [filters, depth] and of scales [3, filters]."""
    filters, depth = weights.shape
    quads, steps = -(-filters // 4), -(-depth // _STEP)
    filled = np.zeros((4 * quads, steps * _STEP), np.int8)
    filled[:filters, :depth] = weights
    by_steps = filled.reshape(quads, 4, steps, _STEP).swapaxes(1, 2)
    words = np.ascontiguousarray(by_steps).reshape(quads, -1).view("<i4")
    numbers = np.zeros((3, 4 * quads), np.int32)
    numbers[:, :filters] = scales
    beside = numbers.reshape(3, quads, 4).swapaxes(0, 1).reshape(quads, 12)
    return np.hstack([words, beside])
