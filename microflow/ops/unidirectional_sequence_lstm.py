"""UNIDIRECTIONAL_SEQUENCE_LSTM: a layer of cells that remember, over a sequence."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall, Value, array
from microflow.graph.enums import Activation
from microflow.graph.ir import Cost, DType, Finding, Operator, Shape, Site, Tensor
from microflow.numerics import tflm
from microflow.numerics.real import sigmoid_u16
from microflow.ops import _checks
from microflow.ops._constants import values
from microflow.ops.options import option
from microflow.targets import Core

# The inputs by position; gates come in the order input, forget, candidate, output.
_IN_WEIGHTS, _OWN_WEIGHTS, _BIASES = range(1, 5), range(5, 9), range(12, 16)
_OWN, _CELL = 18, 19
_FOREIGN = {
    **dict.fromkeys(range(9, 12), "weights from cells to gates (peepholes)"),
    **dict.fromkeys((16, 17), "a projection"),
    **dict.fromkeys(range(20, 24), "layer normalisation"),
}
_GATE_SCALE = 2.0**-12  # of a gate's sum
_UNIT_SCALE = 2.0**-15  # of what the functions give
_LARGEST_SHIFT = 14  # of a sum of 64 bits, to the left
_TYPES = (DType.INT8, DType.INT16, DType.FLOAT32)


@frozen
class UnidirectionalSequenceLSTMOptions:
    """Schema: UnidirectionalSequenceLSTMOptions."""

    activation: Activation = option(0, Activation, Activation.NONE)
    cell_clip: float = option(1, "f32", 0.0)
    projection_clip: float = option(2, "f32", 0.0)
    time_major: bool = option(3, "bool", False)


def _infer(site: Site) -> tuple[Shape, ...]:
    return ((*site.input(0).shape[:2], site.input(_OWN_WEIGHTS[0]).shape[-1]),)


def _check(site: Site) -> Iterator[Finding]:
    wanted = (*_IN_WEIGHTS, *_OWN_WEIGHTS, *_BIASES, _OWN, _CELL)
    missing = [i for i in wanted if site.optional(i) is None]
    if missing:
        yield Finding(f"an absent input {missing[0]}", "all four gates, with biases and state")
        return
    for position, what in _FOREIGN.items():
        if site.optional(position) is not None:
            yield Finding(what, "a layer without", site.input(position))
    yield from _checks.nonempty(site)
    yield from _checks.rank(site, 0, 3)
    yield from _checks.types(site, 0, *_TYPES)
    yield from _checks.same_type(site)
    yield from _check_operands(site)
    if site.attrs.activation is not Activation.TANH:
        name = site.attrs.activation.name
        yield Finding(f"fused activation {name}", "TANH", site.output)
    if site.attrs.cell_clip < 0 or math.isnan(site.attrs.cell_clip):
        yield Finding(f"a clip of {site.attrs.cell_clip:g}", "a clip of 0 or more")


def _check_operands(site: Site) -> Iterator[Finding]:
    x = site.input(0)
    cells = site.input(_CELL).elements // max(_batches(site), 1)
    real = x.dtype is DType.FLOAT32
    sums = {DType.INT8: DType.INT32, DType.INT16: DType.INT64}.get(x.dtype, DType.FLOAT32)
    weights = DType.FLOAT32 if real else DType.INT8
    for positions, shape, dtype in (
        (_IN_WEIGHTS, (cells, x.shape[-1]), weights),
        (_OWN_WEIGHTS, (cells, cells), weights),
        (_BIASES, (cells,), sums),
    ):
        for position in positions:
            yield from _checks.constant(site, position, "weights")
            yield from _checks.types(site, position, dtype)
            if site.input(position).shape != shape:
                found = list(site.input(position).shape)
                yield Finding(f"shape {found}", f"shape {list(shape)}", site.input(position))
    yield from _check_states(site, cells)
    if not real:
        yield from _check_scales(site)


def _check_states(site: Site, cells: int) -> Iterator[Finding]:
    x = site.input(0)
    kept = DType.FLOAT32 if x.dtype is DType.FLOAT32 else DType.INT16
    for position, dtype in ((_OWN, x.dtype), (_CELL, kept)):
        state = site.input(position)
        yield from _checks.types(site, position, dtype)
        if not state.is_variable:
            yield Finding("a state that is no variable", "a variable of its own", state)
    if site.input(_OWN).elements != _batches(site) * cells:
        yield Finding(f"{cells} cells", "as many outputs", site.input(_OWN))


def _check_scales(site: Site) -> Iterator[Finding]:
    weights = [site.input(i) for i in (*_IN_WEIGHTS, *_OWN_WEIGHTS)]
    for tensor in (site.input(0), site.input(_OWN), site.input(_CELL), site.output, *weights):
        if tensor.quantization is None or not tensor.scale > 0:
            yield Finding("a tensor with no scale", "a model that is quantised", tensor)
            return
    for tensor in weights:
        if tensor.zero_point or (tensor.quantization and tensor.quantization.per_channel):
            yield Finding(
                "weights with a zero point, or a scale for each cell",
                "weights with one scale and a zero point of 0",
                tensor,
            )
    centred = [site.input(_CELL)]
    centred += [site.input(0), site.input(_OWN)] if _is_wide(site) else []
    for tensor in centred:
        if tensor.zero_point:
            yield Finding(f"a zero point of {tensor.zero_point} in int16", "0", tensor)
    _, shifts = _gate_multipliers(site, site.input(0), _IN_WEIGHTS)
    _, more = _gate_multipliers(site, site.input(_OWN), _OWN_WEIGHTS)
    if _is_wide(site) and max(*shifts, *more) > _LARGEST_SHIFT:
        yield Finding("gates of more than 2^14 steps for a product of one", "smaller scales")


def _is_wide(site: Site) -> bool:
    return site.input(0).dtype is DType.INT16


def _batches(site: Site) -> int:
    return site.input(0).shape[1 if site.attrs.time_major else 0]


def _access(site: Site) -> Access:
    return whole(len(site.inputs))


def _cost(site: Site) -> Cost:
    weights = (site.input(i).elements for i in (*_IN_WEIGHTS, *_OWN_WEIGHTS))
    batches, steps, _ = site.input(0).shape
    return Cost(macs=batches * steps * sum(weights))


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, own, cell, y = site.input(0), site.input(_OWN), site.input(_CELL), site.output
    if x.dtype is DType.FLOAT32:
        kernel, params = "lstm_f32", _floats(site)
    else:
        kernel, params = "lstm_s16", _integers(site)
    return (KernelCall(kernel, (x.id, own.id, cell.id), (y.id,), {**_sizes(site), **params}),)


def _sizes(site: Site) -> dict[str, Value]:
    first, second, in_c = site.input(0).shape
    cells = site.output.shape[2]
    batches, steps = (second, first) if site.attrs.time_major else (first, second)
    batch, step = (1, batches) if site.attrs.time_major else (steps, 1)
    return {
        "batches": batches,
        "steps": steps,
        "in_c": in_c,
        "cells": cells,
        "in_batch": batch * in_c,
        "in_step": step * in_c,
        "out_batch": batch * cells,
        "out_step": step * cells,
        "in_weights": array("in_weights", _stacked(site, _IN_WEIGHTS)),
        "own_weights": array("own_weights", _stacked(site, _OWN_WEIGHTS)),
    }


def _stacked(site: Site, positions: range) -> NDArray[np.generic]:
    return np.stack([values(site.input(i)) for i in positions])


def _floats(site: Site) -> dict[str, Value]:
    return {
        "bias": array("bias", _stacked(site, _BIASES)),
        "clip": site.attrs.cell_clip,
        "largest": tflm.FLOAT32_MAX,
    }


def _integers(site: Site) -> dict[str, Value]:
    cell, y = site.input(_CELL), site.input(_OWN)
    in_multiplier, in_shift = _gate_multipliers(site, site.input(0), _IN_WEIGHTS)
    own_multiplier, own_shift = _gate_multipliers(site, y, _OWN_WEIGHTS)
    forget_multiplier, forget_shift = tflm.quantised_multiplier(_UNIT_SCALE)
    update_multiplier, update_shift = tflm.quantised_multiplier(_UNIT_SCALE**2 / cell.scale)
    out_multiplier, out_shift = tflm.quantised_multiplier(_UNIT_SCALE**2 / y.scale)
    power = 12 + math.floor(math.log2(cell.scale) + 0.5)  # of two, from cells to gates' scale
    return {
        **_biases(site),
        "wide": int(_is_wide(site)),
        "in_multiplier": array("in_multiplier", np.array(in_multiplier, np.int32)),
        "in_shift": array("in_shift", np.array(in_shift, np.int32)),
        "own_multiplier": array("own_multiplier", np.array(own_multiplier, np.int32)),
        "own_shift": array("own_shift", np.array(own_shift, np.int32)),
        "forget_multiplier": forget_multiplier,
        "forget_shift": forget_shift,
        "update_multiplier": update_multiplier,
        "update_shift": update_shift,
        "clip": int(min(site.attrs.cell_clip / cell.scale, 32767.0)),
        "tanh_multiplier": 3 << max(power, 0),
        "tanh_shift": max(-power, 0),
        "out_multiplier": out_multiplier,
        "out_shift": out_shift,
        "out_zero_point": y.zero_point,
        "table": array("table", sigmoid_u16()),
    }


def _gate_multipliers(site: Site, x: Tensor, weights: range) -> tuple[list[int], list[int]]:
    """Multipliers and shifts of four gates."""
    factors = [x.scale * site.input(i).scale / _GATE_SCALE for i in weights]
    pairs = [tflm.quantised_multiplier(factor) for factor in factors]
    reduce = tflm.reduced_multiplier if _is_wide(site) else int
    return [reduce(multiplier) for multiplier, _ in pairs], [shift for _, shift in pairs]


def _biases(site: Site) -> dict[str, Value]:
    """What is added to sums over inputs, and over outputs before."""
    bias = _stacked(site, _BIASES)
    if _is_wide(site):
        return {"wide_bias": array("bias", bias), "in_bias": None, "own_bias": None}
    sums = [_stacked(site, w).astype(np.int64).sum(axis=2) for w in (_IN_WEIGHTS, _OWN_WEIGHTS)]
    in_bias = bias.astype(np.int64) - site.input(0).zero_point * sums[0]
    own_bias = -site.input(_OWN).zero_point * sums[1]
    return {
        "wide_bias": None,
        "in_bias": array("in_bias", in_bias.astype(np.int32)),
        "own_bias": array("own_bias", own_bias.astype(np.int32)),
    }


OPERATOR = Operator(
    name="UNIDIRECTIONAL_SEQUENCE_LSTM",
    code=44,
    doc="A layer of cells that remember, over a sequence: four gates, no peepholes or projection.",
    kernels=("lstm_f32", "lstm_s16"),
    limits=(
        "Peepholes, projections and layer normalisation; an activation other than TANH; weights "
        "that are no constants; a state that is no variable; a scale for each cell."
    ),
    options=UnidirectionalSequenceLSTMOptions,
    arity=(9, 24),
    infer=_infer,
    check=_check,
    access=_access,
    cost=_cost,
    lower=_lower,
    types="int8, int16, float32",
    updates=(_OWN, _CELL),
)
