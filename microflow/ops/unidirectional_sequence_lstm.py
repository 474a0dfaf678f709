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
from microflow.graph.ir import Cost, Finding, Operator, Site
from microflow.graph.tensor import DType, Shape, Tensor
from microflow.numerics import tflm
from microflow.numerics.real import sigmoid_u16
from microflow.ops import _checks, _projected_lstm
from microflow.ops._constants import values
from microflow.ops._projected_lstm import (
    BIASES,
    CELL,
    IN_WEIGHTS,
    NORMS,
    OWN,
    OWN_WEIGHTS,
    PEEPHOLES,
    PROJECTION,
    PROJECTION_BIAS,
    clip,
    is_projected,
)
from microflow.ops.options import option
from microflow.targets import Core

_FOREIGN = {  # to all but int8
    **dict.fromkeys(PEEPHOLES, "weights from cells to gates (peepholes)"),
    **dict.fromkeys((PROJECTION, PROJECTION_BIAS), "a projection"),
    **dict.fromkeys(NORMS, "layer normalisation"),
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
    return ((*site.input(0).shape[:2], site.input(OWN_WEIGHTS[0]).shape[-1]),)


def _check(site: Site) -> Iterator[Finding]:
    wanted = (*IN_WEIGHTS, *OWN_WEIGHTS, *BIASES, OWN, CELL)
    missing = [i for i in wanted if site.optional(i) is None]
    if missing:
        yield Finding(f"an absent input {missing[0]}", "all four gates, with biases and state")
        return
    for position, what in _FOREIGN.items():
        if site.optional(position) is not None and not is_projected(site):
            yield Finding(what, "a layer without, or one of int8", site.input(position))
    yield from _checks.nonempty(site)
    yield from _checks.rank(site, 0, 3)
    yield from _checks.types(site, 0, *_TYPES)
    yield from _checks.same_type(site)
    yield from _check_operands(site)
    if site.attrs.activation is not Activation.TANH:
        name = site.attrs.activation.name
        yield Finding(f"fused activation {name}", "TANH", site.output)
    if is_projected(site):
        yield from _projected_lstm.check(site)


def _check_operands(site: Site) -> Iterator[Finding]:
    x = site.input(0)
    cells = site.input(CELL).elements // max(_batches(site), 1)
    real = x.dtype is DType.FLOAT32
    sums = {DType.INT8: DType.INT32, DType.INT16: DType.INT64}.get(x.dtype, DType.FLOAT32)
    weights = DType.FLOAT32 if real else DType.INT8
    outputs = _outputs(site, cells)
    for positions, shape, dtype in (
        (IN_WEIGHTS, (cells, x.shape[-1]), weights),
        (OWN_WEIGHTS, (cells, outputs), weights),
        (BIASES, (cells,), sums),
        *_projected_lstm.shapes(site, cells, outputs),
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
    for position, dtype in ((OWN, x.dtype), (CELL, kept)):
        state = site.input(position)
        yield from _checks.types(site, position, dtype)
        if not state.is_variable:
            yield Finding("a state that is no variable", "a variable of its own", state)
    if site.input(OWN).elements != _batches(site) * _outputs(site, cells):
        yield Finding(f"{cells} cells", "as many outputs", site.input(OWN))


def _check_scales(site: Site) -> Iterator[Finding]:
    weights = [site.input(i) for i in (*IN_WEIGHTS, *OWN_WEIGHTS)]
    for tensor in (site.input(0), site.input(OWN), site.input(CELL), site.output, *weights):
        if tensor.quantization is None or not tensor.scale > 0:
            yield Finding("a tensor with no scale", "a model that is quantised", tensor)
            return
    for tensor in weights:
        if tensor.quantization and tensor.quantization.per_channel:
            what = "a scale for each cell, for which the reference has no factor"
            yield Finding(what, "weights with one scale", tensor)
        if tensor.zero_point and is_projected(site):
            what = "weights with a zero point beside what only LiteRT has"
            yield Finding(what, "a zero point of 0", tensor)
    _, shifts = _gate_multipliers(site, site.input(0), IN_WEIGHTS)
    _, more = _gate_multipliers(site, site.input(OWN), OWN_WEIGHTS)
    if _is_wide(site) and max(*shifts, *more) > _LARGEST_SHIFT:
        yield Finding("gates of more than 2^14 steps for a product of one", "smaller scales")


def _outputs(site: Site, cells: int) -> int:
    projection = site.optional(PROJECTION)
    return cells if projection is None or not projection.shape else projection.shape[0]


def _is_wide(site: Site) -> bool:
    return site.input(0).dtype is DType.INT16


def _batches(site: Site) -> int:
    return site.input(0).shape[1 if site.attrs.time_major else 0]


def _access(site: Site) -> Access:
    return whole(len(site.inputs))


def _cost(site: Site) -> Cost:
    weights = (site.input(i).elements for i in (*IN_WEIGHTS, *OWN_WEIGHTS))
    batches, steps, _ = site.input(0).shape
    return Cost(macs=batches * steps * sum(weights))


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, own, cell, y = site.input(0), site.input(OWN), site.input(CELL), site.output
    if is_projected(site):
        return _projected_lstm.lower(site, _steps(site))
    if x.dtype is DType.FLOAT32:
        kernel, params = "lstm_f32", _floats(site)
    else:
        kernel, params = "lstm_s16", _integers(site)
    return (KernelCall(kernel, (x.id, own.id, cell.id), (y.id,), {**_sizes(site), **params}),)


def _sizes(site: Site) -> dict[str, Value]:
    return {
        **_steps(site),
        "cells": site.output.shape[2],
        "in_weights": array("in_weights", _stacked(site, IN_WEIGHTS)),
        "own_weights": array("own_weights", _stacked(site, OWN_WEIGHTS)),
    }


def _steps(site: Site) -> dict[str, Value]:
    """Where the sequences' steps lie."""
    first, second, in_c = site.input(0).shape
    out_c = site.output.shape[2]
    batches, steps = (second, first) if site.attrs.time_major else (first, second)
    batch, step = (1, batches) if site.attrs.time_major else (steps, 1)
    return {
        "batches": batches,
        "steps": steps,
        "in_c": in_c,
        "in_batch": batch * in_c,
        "in_step": step * in_c,
        "out_batch": batch * out_c,
        "out_step": step * out_c,
    }


def _stacked(site: Site, positions: range) -> NDArray[np.generic]:
    return np.stack([values(site.input(i)) for i in positions])


def _floats(site: Site) -> dict[str, Value]:
    return {
        "bias": array("bias", _stacked(site, BIASES)),
        "clip": clip(site),
        "largest": tflm.FLOAT32_MAX,
    }


def _integers(site: Site) -> dict[str, Value]:
    cell, y = site.input(CELL), site.input(OWN)
    in_multiplier, in_shift = _gate_multipliers(site, site.input(0), IN_WEIGHTS)
    own_multiplier, own_shift = _gate_multipliers(site, y, OWN_WEIGHTS)
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
        "clip": int(min(clip(site) / cell.scale, 32767.0)),
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
    """What is added to sums over inputs, and over outputs before; the weights' zero points."""
    zeros = {**_zeros(site, "in_zeros", IN_WEIGHTS), **_zeros(site, "own_zeros", OWN_WEIGHTS)}
    in_bias = _stacked(site, BIASES).astype(np.int64) + _of_zero(site, site.input(0), IN_WEIGHTS)
    own_bias = _of_zero(site, site.input(OWN), OWN_WEIGHTS)
    tables: dict[str, Value] = {
        "in_bias": None,
        "own_bias": None,
        "wide_bias": None,
        "wide_own_bias": None,
    }
    if _is_wide(site):
        tables["wide_bias"] = array("bias", in_bias)
        tables["wide_own_bias"] = array("own_bias", own_bias) if own_bias.any() else None
    else:
        tables["in_bias"] = array("in_bias", in_bias.astype(np.int32))
        tables["own_bias"] = array("own_bias", own_bias.astype(np.int32))
    return {**tables, **zeros}


def _of_zero(site: Site, x: Tensor, weights: range) -> NDArray[np.int64]:
    """What the zero point of `x` adds to the sums of all gates."""
    centred = [values(site.input(i)).astype(np.int64) - site.input(i).zero_point for i in weights]
    total: NDArray[np.int64] = -x.zero_point * np.stack(centred).sum(axis=2)
    return total


def _zeros(site: Site, name: str, weights: range) -> dict[str, Value]:
    zeros = np.array([site.input(i).zero_point for i in weights], np.int32)
    return {name: array(name, zeros) if zeros.any() else None}


OPERATOR = Operator(
    name="UNIDIRECTIONAL_SEQUENCE_LSTM",
    code=44,
    doc="A layer of cells that remember, over a sequence: four gates, and what "
    "LiteRT adds to int8: peepholes, layer normalisation, a projection.",
    kernels=("lstm_f32", "lstm_projected_s8", "lstm_s16"),
    limits=(
        "Fewer than four gates; gates without a bias; peepholes, projections and layer "
        "normalisation but of int8; an activation other than TANH, which the reference leaves out "
        "or stops at, as it was built; weights or biases that are no constants; a state that is no "
        "variable; a scale for each cell, for which the reference has no factor; int16: gates of "
        "more than 2^14 steps for a product of one. Beside peepholes, a projection or layer "
        "normalisation: a cell's scale other than a power of two from 2^-15 to 2^-9; weights with "
        "a zero point; peepholes with a projection to more or fewer outputs than cells; fewer than "
        "5 intermediate tensors."
    ),
    beyond="int8 with peepholes, layer normalisation or a projection",
    options=UnidirectionalSequenceLSTMOptions,
    arity=(9, 24),
    infer=_infer,
    check=_check,
    access=_access,
    cost=_cost,
    lower=_lower,
    types="int8, int16, float32",
    updates=(OWN, CELL),
)
