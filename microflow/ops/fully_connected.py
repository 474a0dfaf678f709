"""FULLY_CONNECTED: every output is a weighted sum of a whole input vector."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import frozen

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall, array
from microflow.graph.enums import Activation
from microflow.graph.ir import Cost, DType, Finding, Operator, Shape, Site
from microflow.numerics import tflm
from microflow.ops import _checks
from microflow.ops._constants import bias_values, folded_bias, values
from microflow.ops.options import option
from microflow.targets import Core


@frozen
class FullyConnectedOptions:
    """Schema: FullyConnectedOptions."""

    activation: Activation = option(0, Activation, Activation.NONE)
    weights_format: int = option(1, "i8")
    keep_num_dims: bool = option(2, "bool", False)


def _infer(site: Site) -> tuple[Shape, ...]:
    """The output's last dimension is the number of filters; the rest only has to add up."""
    filters, depth = site.input(1).shape
    batches = site.input(0).elements // depth
    shape = site.output.shape
    if shape and shape[-1] == filters and site.output.elements == batches * filters:
        return (shape,)
    return ((batches, filters),)


def _check(site: Site) -> Iterator[Finding]:
    x, w = site.input(0), site.input(1)
    yield from _checks.types(site, 0, *_checks.FLOAT_OR_INT8)
    yield from _checks.same_type(site)
    yield from _checks.types(site, 1, x.dtype)
    yield from _checks.rank(site, 1, 2)
    yield from _checks.constant(site, 1, "weights")
    yield from _checks.constant(site, 2, "bias")
    yield from _checks.quantised(x, w, site.output)
    yield from _checks.activation(site)
    if site.attrs.weights_format != 0:
        yield Finding("shuffled weights", "weights in the default format", w)
    if len(w.shape) == 2 and (w.shape[1] == 0 or x.elements % w.shape[1]):
        yield Finding(
            f"an input of {x.elements} elements for weights of depth {w.shape[1]}",
            "an input whose elements are a multiple of the weights' depth",
            x,
        )


def _access(site: Site) -> Access:
    return whole(len(site.inputs))


def _cost(site: Site) -> Cost:
    return Cost(macs=site.output.elements * site.input(1).shape[1])


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    lower = _lower_s8 if site.input(0).dtype is DType.INT8 else _lower_f32
    return (lower(site),)


def _lower_s8(site: Site) -> KernelCall:
    x, w, y = site.input(0), site.input(1), site.output
    assert w.quantization is not None
    filters, depth = w.shape
    weights = values(w)
    per_channel = w.quantization.per_channel
    reals = tflm.channel_factors(x, w, y) if per_channel else [tflm.tensor_factor(x, w, y)]
    multiplier, shift = tflm.quantised_multipliers(reals)
    bias = folded_bias(weights, site.optional(2), x.zero_point)
    low, high = tflm.activation_range(site.attrs.activation, y)
    weights_zero_point = 0 if per_channel else w.zero_point
    correction = np.int32(depth * x.zero_point * weights_zero_point)
    return KernelCall(
        "fully_connected_s8",
        (x.id,),
        (y.id,),
        {
            "batches": y.elements // filters,
            "in_c": depth,
            "out_c": filters,
            "weights_zero_point": weights_zero_point,
            "out_zero_point": y.zero_point,
            "out_min": low,
            "out_max": high,
            "scale_step": int(per_channel),
            "weights": array("weights", weights),
            "bias": array("bias", bias + correction),
            "multiplier": array("multiplier", multiplier),
            "shift": array("shift", shift),
        },
    )


def _lower_f32(site: Site) -> KernelCall:
    x, w, y = site.input(0), site.input(1), site.output
    filters, depth = w.shape
    low, high = tflm.float_activation_range(site.attrs.activation)
    return KernelCall(
        "fully_connected_f32",
        (x.id,),
        (y.id,),
        {
            "batches": y.elements // filters,
            "in_c": depth,
            "out_c": filters,
            "out_min": low,
            "out_max": high,
            "weights": array("weights", values(w)),
            "bias": array("bias", bias_values(site.optional(2), filters, "float32")),
        },
    )


OPERATOR = Operator(
    name="FULLY_CONNECTED",
    code=9,
    doc="Matrix times vector: any input rank, a fused clamp, one scale an output or one for all.",
    options=FullyConnectedOptions,
    arity=(2, 3),
    infer=_infer,
    check=_check,
    access=_access,
    cost=_cost,
    lower=_lower,
)
