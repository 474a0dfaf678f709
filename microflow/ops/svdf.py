"""SVDF: a layer that remembers, of filters of rank one over the last inputs."""

from __future__ import annotations

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
from microflow.ops import _checks
from microflow.ops._constants import values
from microflow.ops._unary import Function
from microflow.ops.options import option
from microflow.targets import Core

_STATE = 4  # the input that is a variable


@frozen
class SVDFOptions:
    """Schema: SVDFOptions."""

    rank: int = option(0, "i32")
    activation: Activation = option(1, Activation, Activation.NONE)


def _infer(site: Site) -> tuple[Shape, ...]:
    filters = site.input(1).shape[0]
    return ((site.input(0).shape[0], filters // max(site.attrs.rank, 1)),)


def _check(site: Site) -> Iterator[Finding]:
    if site.optional(_STATE) is None:
        yield Finding("an absent state", "a variable of its own as the fifth input")
        return
    for position in (0, 1, 2, _STATE):
        yield from _checks.rank(site, position, 2)
    yield from _checks.nonempty(site)
    yield from _checks.types(site, 0, *_checks.FLOAT_OR_INT8)
    yield from _checks.same_type(site)
    yield from _check_types(site)
    yield from _check_shapes(site)
    yield from _checks.quantised(*site.inputs[:3], site.output)
    if not site.input(_STATE).is_variable:
        yield Finding("a state that is no variable", "a variable of its own", site.input(_STATE))


def _check_types(site: Site) -> Iterator[Finding]:
    x, state = site.input(0), site.input(_STATE)
    kept = (DType.INT8, DType.INT16) if x.dtype is DType.INT8 else (DType.FLOAT32,)
    yield from _checks.types(site, 1, x.dtype)
    yield from _checks.types(site, 2, *kept)
    yield from _checks.types(site, _STATE, site.input(2).dtype)
    if state.dtype is not DType.FLOAT32 and not (state.quantization and state.scale > 0):
        yield Finding("a state with no scale", "a state that is quantised", state)
    if x.dtype is DType.INT8 and not (site.input(2).quantization and site.input(2).scale > 0):
        yield Finding("weights with no scale", "weights that are quantised", site.input(2))


def _check_shapes(site: Site) -> Iterator[Finding]:
    x, feature, time, state = (site.input(i) for i in (0, 1, 2, _STATE))
    filters, memory = time.shape
    if site.attrs.rank < 1 or filters % site.attrs.rank:
        yield Finding(f"{filters} filters of rank {site.attrs.rank}", "whole outputs", feature)
        return
    if feature.shape != (filters, x.shape[1]):
        wanted = [filters, x.shape[1]]
        yield Finding(f"weights of shape {list(feature.shape)}", f"shape {wanted}", feature)
    if state.shape != (x.shape[0], filters * memory):
        wanted = [x.shape[0], filters * memory]
        yield Finding(f"a state of shape {list(state.shape)}", f"shape {wanted}", state)
    yield from _checks.bias(site, 3, filters // site.attrs.rank, known=False)


def _access(site: Site) -> Access:
    return whole(len(site.inputs))


def _cost(site: Site) -> Cost:
    x, time = site.input(0), site.input(2)
    return Cost(macs=x.elements * time.shape[0] + x.shape[0] * time.elements)


def _params(site: Site) -> dict[str, Value]:
    x, time = site.input(0), site.input(2)
    return {
        "batches": x.shape[0],
        "in_c": x.shape[1],
        "out_c": site.output.shape[1],
        "rank": site.attrs.rank,
        "memory": time.shape[1],
    }


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, state, y = site.input(0), site.input(_STATE), site.output
    if _is_dynamic(site):
        call = _dynamic(site)
    elif x.dtype is DType.INT8:
        call = KernelCall("svdf_s8", (x.id, state.id), (y.id,), _integers(site))
    else:
        call = KernelCall("svdf_f32", (x.id, state.id), (y.id,), _floats(site))
    if x.dtype is DType.INT8:
        return (call,)
    return call, *_after(site.attrs.activation, y)


def _is_dynamic(site: Site) -> bool:
    tables = (site.input(1), site.input(2), site.optional(3))
    return any(t is not None and not t.is_constant for t in tables)


def _dynamic(site: Site) -> KernelCall:
    """The call where weights or the bias are computed at run time."""
    x, feature, time, state = (site.input(i) for i in (0, 1, 2, _STATE))
    bias = site.optional(3)
    params = {**_params(site), "has_bias": int(bias is not None)}
    if x.dtype is DType.INT8:
        wide = int(state.dtype is DType.INT16)
        params |= {"wide": wide, "in_zero_point": x.zero_point, **_scales(site)}
    else:
        params |= _clamp(site)
    inputs = (x.id, state.id, feature.id, time.id, feature.id if bias is None else bias.id)
    suffix = "s8" if x.dtype is DType.INT8 else "f32"
    return KernelCall(f"svdf_dynamic_{suffix}", inputs, (site.output.id,), params)


def _after(activation: Activation, y: Tensor) -> tuple[KernelCall, ...]:
    """What makes the function of floats of their sums, where it is no clamp."""
    if activation is Activation.TANH:
        return (KernelCall("tanh_f32", (y.id,), (y.id,), {"count": y.elements}),)
    if activation is Activation.SIGN_BIT:
        function = {"function": Function.SIGN_BIT.value, "slope": 0.0}
        return (KernelCall("unary_f32", (y.id,), (y.id,), {"count": y.elements, **function}),)
    return ()


def _floats(site: Site) -> dict[str, Value]:
    return {
        **_params(site),
        **_clamp(site),
        "feature": array("feature", values(site.input(1))),
        "time": array("time", values(site.input(2))),
        "bias": array("bias", _bias(site, np.dtype(np.float32))),
    }


def _clamp(site: Site) -> dict[str, Value]:
    low, high = tflm.real_activation_range(site.attrs.activation)
    return {
        "clamps": sum(limit is not None for limit in (low, high)),
        "out_min": low or 0.0,
        "out_max": high or 0.0,
    }


def _integers(site: Site) -> dict[str, Value]:
    """The zero points are in the offsets and the bias."""
    x, feature, time, state = (site.input(i) for i in (0, 1, 2, _STATE))
    weights, units = values(time), site.output.shape[1]
    sums = values(feature).astype(np.int64).sum(axis=1)
    over_time = weights.astype(np.int64).reshape(units, -1).sum(axis=1)
    bias = _bias(site, np.dtype(np.int32)).astype(np.int64)
    return {
        **_params(site),
        **_scales(site),
        "feature": array("feature", values(feature)),
        "offset": array("offset", (-x.zero_point * sums).astype(np.int32)),
        "time_s8": array("time", weights) if state.dtype is DType.INT8 else None,
        "time_s16": array("time", weights) if state.dtype is DType.INT16 else None,
        "bias": array("bias", (bias - state.zero_point * over_time).astype(np.int32)),
    }


def _scales(site: Site) -> dict[str, Value]:
    x, feature, time, state = (site.input(i) for i in (0, 1, 2, _STATE))
    kept_multiplier, kept_shift = tflm.quantised_multiplier(_factor(x, feature, state))
    out_multiplier, out_shift = tflm.quantised_multiplier(_factor(state, time, site.output))
    low, high = tflm.INT_RANGE[state.dtype]
    return {
        "kept_zero_point": state.zero_point,
        "kept_min": low,
        "kept_max": high,
        "kept_multiplier": kept_multiplier,
        "kept_shift": kept_shift,
        "out_zero_point": site.output.zero_point,
        "out_multiplier": out_multiplier,
        "out_shift": out_shift,
    }


def _factor(a: Tensor, b: Tensor, made: Tensor) -> float:
    return a.scale * b.scale / made.scale


def _bias(site: Site, dtype: np.dtype[np.generic]) -> NDArray[np.generic]:
    bias = site.optional(3)
    return np.zeros(site.output.shape[1], dtype) if bias is None else values(bias)


OPERATOR = Operator(
    name="SVDF",
    code=27,
    doc="A layer that remembers: filters of rank one over the last inputs; state of 8 or 16 bits; "
    "any fused activation of floats. Of int8, the reference leaves it out, as it is done here.",
    kernels=(
        "svdf_dynamic_f32",
        "svdf_dynamic_s8",
        "svdf_f32",
        "svdf_s8",
        "tanh_f32",
        "unary_f32",
    ),
    limits="A state that is no variable, or of another type than the weights of time.",
    beyond="int8 without a bias",
    options=SVDFOptions,
    arity=(3, 5),
    infer=_infer,
    check=_check,
    access=_access,
    cost=_cost,
    lower=_lower,
    updates=(_STATE,),
)
