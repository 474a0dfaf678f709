"""LSTM layers with peepholes, layer normalisation or a projection, of int8 as LiteRT has them.

TensorFlow Lite Micro has none of them. The scales of sums that are normalised, and of hidden values
that are projected, are those of the node's intermediate tensors.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.numerics import tflm
from microflow.ops._constants import values

# The inputs by position; gates come in the order input, forget, candidate, output.
IN_WEIGHTS, OWN_WEIGHTS, BIASES = range(1, 5), range(5, 9), range(12, 16)
PEEPHOLES, PROJECTION, PROJECTION_BIAS, NORMS = range(9, 12), 16, 17, range(20, 24)
OWN, CELL = 18, 19
_HIDDEN = 4  # of the intermediate tensors, behind those of the gates
_GATE_SCALE = 2.0**-12  # of a gate's sum
_UNIT_SCALE = 2.0**-15  # of what the functions give
_LEAST_CELL_POWER, _MOST_CELL_POWER = -15, -9
_SCRATCH = 7  # bytes a cell


def is_projected(site: Site) -> bool:
    """Tells whether a layer of int8 has any of them."""
    positions = (*PEEPHOLES, PROJECTION, PROJECTION_BIAS, *NORMS)
    return site.input(0).dtype is DType.INT8 and any(_has(site, i) for i in positions)


def _has(site: Site, position: int) -> bool:
    return site.optional(position) is not None


def check(site: Site) -> Iterator[Finding]:
    """Yields findings on what such a layer has beside any other, whose operands are there."""
    for positions, what in ((PEEPHOLES, "peepholes"), (NORMS, "layer normalisation")):
        if len({_has(site, i) for i in positions}) > 1:
            yield Finding(f"{what} of some gates", f"{what} of all gates or none")
    if _has(site, PROJECTION_BIAS) and not _has(site, PROJECTION):
        yield Finding("a projection's bias without weights", "both or none")
    if _has(site, PEEPHOLES[0]) and site.input(CELL).shape != site.input(OWN).shape:
        yield Finding(
            "peepholes with a projection to more or fewer outputs than cells",
            "as many outputs as cells: LiteRT mixes up the cells otherwise",
        )
    missing = _HIDDEN + 1 - len(site.intermediates)
    if missing > 0:
        yield Finding(f"{len(site.intermediates)} intermediate tensors", f"{_HIDDEN + 1} of them")
        return
    for tensor in _scaled(site):
        if tensor.quantization is None or not tensor.quantization.scale > 0:
            yield Finding("a tensor with no scale", "a model that is quantised", tensor)
            return
    yield from _check_cell(site.input(CELL))
    limit = site.attrs.projection_clip
    if limit < 0 or math.isnan(limit):
        yield Finding(f"a projection's clip of {limit:g}", "a clip of 0 or more")


def _scaled(site: Site) -> Iterator[Tensor]:
    """The tensors whose scales count in such a layer only."""
    if _has(site, NORMS[0]):
        yield from site.intermediates[:_HIDDEN]
    yield _hidden(site)
    for position in (*PEEPHOLES, PROJECTION, *NORMS):
        tensor = site.optional(position)
        if tensor is not None:
            yield tensor


def _check_cell(cell: Tensor) -> Iterator[Finding]:
    power = math.log2(cell.scale)
    if not power.is_integer() or not _LEAST_CELL_POWER <= power <= _MOST_CELL_POWER:
        yield Finding(
            f"a cell's scale of {cell.scale:g}", "a power of two from 2^-15 to 2^-9", cell
        )


def shapes(site: Site, cells: int, outputs: int) -> Iterator[tuple[Sequence[int], Shape, DType]]:
    """Yields the positions of operands of such a layer only, with their shape and type."""
    yield [i for i in (*PEEPHOLES, *NORMS) if _has(site, i)], (cells,), DType.INT16
    yield [i for i in (PROJECTION,) if _has(site, i)], (outputs, cells), DType.INT8
    yield [i for i in (PROJECTION_BIAS,) if _has(site, i)], (outputs,), DType.INT32


def lower(site: Site, sizes: dict[str, Value]) -> tuple[KernelCall, ...]:
    """Returns the call for such a layer of these `sizes`."""
    x, own, cell, y = site.input(0), site.input(OWN), site.input(CELL), site.output
    cells, outputs = site.input(IN_WEIGHTS[0]).shape[0], y.shape[2]
    params = {**sizes, "cells": cells, "out_c": outputs, **_gates(site), **_cell(site)}
    params |= {**_peepholes(site), **_norms(site, cells), **_projection(site)}
    operands, scratch = (x.id, own.id, cell.id), _SCRATCH * cells
    return (KernelCall("lstm_projected_s8", operands, (y.id,), params, scratch=scratch),)


def _gates(site: Site) -> dict[str, Value]:
    scales = _gate_scales(site)
    x, own = site.input(0), site.input(OWN)
    of_x = [x.scale * site.input(i).scale / s for i, s in zip(IN_WEIGHTS, scales, strict=True)]
    of_own = [own.scale * site.input(i).scale / s for i, s in zip(OWN_WEIGHTS, scales, strict=True)]
    bias = np.zeros(()) if _has(site, NORMS[0]) else _stacked(site, BIASES)
    return {
        "in_weights": array("in_weights", _stacked(site, IN_WEIGHTS)),
        "own_weights": array("own_weights", _stacked(site, OWN_WEIGHTS)),
        "in_bias": _shared(site, IN_WEIGHTS, "in_bias", x.zero_point, bias),
        "own_bias": _shared(site, OWN_WEIGHTS, "own_bias", own.zero_point, np.zeros(())),
        **_multipliers("in", of_x),
        **_multipliers("own", of_own),
    }


def _gate_scales(site: Site) -> list[float]:
    if _has(site, NORMS[0]):
        return [tensor.scale for tensor in site.intermediates[:_HIDDEN]]
    return [_GATE_SCALE] * _HIDDEN


def _shared(
    site: Site, weights: Sequence[int], name: str, zero_point: int, bias: NDArray[np.generic]
) -> Value:
    """Biases with the share of the zero point."""
    sums = np.stack([values(site.input(i)).astype(np.int64).sum(axis=1) for i in weights])
    return array(name, (bias.astype(np.int64) - zero_point * sums).astype(np.int32))


def _multipliers(name: str, factors: Sequence[float]) -> dict[str, Value]:
    pairs = np.array([tflm.quantised_multiplier(factor) for factor in factors], np.int32)
    return {
        f"{name}_multiplier": array(f"{name}_multiplier", pairs[:, 0].copy()),
        f"{name}_shift": array(f"{name}_shift", pairs[:, 1].copy()),
    }


def _absent(name: str) -> dict[str, Value]:
    return {f"{name}_multiplier": None, f"{name}_shift": None}


def _peepholes(site: Site) -> dict[str, Value]:
    """The candidate, which has none, gets weights of 0."""
    if not _has(site, PEEPHOLES[0]):
        return {"peepholes": None, **_absent("peephole")}
    first, second, last = (site.input(i) for i in PEEPHOLES)
    cell, scales = site.input(CELL).scale, _gate_scales(site)
    rows = [values(first), values(second), np.zeros_like(values(first)), values(last)]
    given = (first.scale, second.scale, 0.0, last.scale)
    factors = [cell * own / scale for own, scale in zip(given, scales, strict=True)]
    return {"peepholes": array("peepholes", np.stack(rows)), **_multipliers("peephole", factors)}


def _norms(site: Site, cells: int) -> dict[str, Value]:
    if not _has(site, NORMS[0]):
        return {"norms": None, "norm_bias": None, "norm_least": None, **_absent("norm")}
    scales = [site.input(i).scale for i in NORMS]
    least = np.array([max(1, int(10000 * scale)) for scale in scales], np.int32)
    return {
        "norms": array("norms", _stacked(site, NORMS)),
        "norm_bias": array("norm_bias", _stacked(site, BIASES)),
        "norm_least": array("norm_least", least),
        **_multipliers("norm", scales),
    }


def clip(site: Site) -> float:
    """Returns what cells are held to, 0 where they are not: by no number, or none above 0."""
    limit = float(site.attrs.cell_clip)
    return limit if limit > 0 else 0.0


def _cell(site: Site) -> dict[str, Value]:
    cell, hidden = site.input(CELL), _hidden(site)
    power = int(math.log2(cell.scale))
    multiplier, shift = tflm.quantised_multiplier(_UNIT_SCALE**2 / hidden.scale)
    return {
        "update_shift": 30 + power,
        "clip": int(min(clip(site) / cell.scale, 32767.0)),
        "cell_bits": 15 + power,
        "hidden_multiplier": multiplier,
        "hidden_shift": shift,
        "hidden_zero_point": _hidden_zero_point(site),
    }


def _hidden(site: Site) -> Tensor:
    """What stands for hidden values, which are outputs as they are where nothing projects them."""
    return site.intermediates[_HIDDEN]


def _hidden_zero_point(site: Site) -> int:
    """LiteRT takes the stated one with the other sign where hidden values are projected."""
    stated = _hidden(site).zero_point
    return -stated if _has(site, PROJECTION) else stated


def _projection(site: Site) -> dict[str, Value]:
    own, weights = site.input(OWN), site.optional(PROJECTION)
    clip = int(min(site.attrs.projection_clip / own.scale, 127.0))
    params: dict[str, Value] = {"projection_clip": clip, "out_zero_point": own.zero_point}
    names = ("projection", "projection_bias")
    if weights is None:
        return {**params, **dict.fromkeys(names), "projection_multiplier": 0, "projection_shift": 0}
    hidden, bias = _hidden(site), site.optional(PROJECTION_BIAS)
    sums = values(weights).astype(np.int64).sum(axis=1)
    total = (0 if bias is None else values(bias).astype(np.int64)) - _hidden_zero_point(site) * sums
    multiplier, shift = tflm.quantised_multiplier(weights.scale * hidden.scale / own.scale)
    return {
        **params,
        "projection": array("projection", values(weights)),
        "projection_bias": array("projection_bias", total.astype(np.int32)),
        "projection_multiplier": multiplier,
        "projection_shift": shift,
    }


def _stacked(site: Site, positions: Sequence[int]) -> NDArray[np.generic]:
    return np.stack([values(site.input(i)) for i in positions])
