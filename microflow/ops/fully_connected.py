"""FULLY_CONNECTED: every output is a weighted sum of a whole input vector."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall, Value, array
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


def _filters(site: Site) -> tuple[int, int]:
    """Returns the weights' output channels and depth: their last two dimensions."""
    filters, depth = site.input(1).shape[-2:]
    return filters, depth


def _infer(site: Site) -> tuple[Shape, ...]:
    """The output's last dimension is the number of filters; the rest only has to add up."""
    filters, depth = _filters(site)
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
    yield from _checks.nonempty(site)
    yield from _checks.constant(site, 1, "weights")
    yield from _checks.quantised(x, site.output)
    yield from _checks.activation(site)
    if site.attrs.weights_format != 0:
        yield Finding("shuffled weights", "weights in the default format", w)
    if len(w.shape) < 2 or prod(w.shape[:-2]) != 1:
        yield Finding(f"weights of shape {list(w.shape)}", "weights of shape [filters, depth]", w)
    else:
        yield from _check_depth(site)


def _check_depth(site: Site) -> Iterator[Finding]:
    x, w = site.input(0), site.input(1)
    filters, depth = _filters(site)
    yield from _checks.bias(site, 2, filters)
    yield from _checks.channel_scales(w, filters)
    if depth == 0 or x.elements % depth:
        yield Finding(
            f"an input of {x.elements} elements for weights of depth {depth}",
            "an input whose elements are a multiple of the weights' depth",
            x,
        )


def _access(site: Site) -> Access:
    return whole(len(site.inputs))


def _cost(site: Site) -> Cost:
    return Cost(macs=site.output.elements * site.input(1).shape[-1])


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, y = site.input(0), site.output
    filters, depth = _filters(site)
    weights = values(site.input(1)).reshape(filters, depth)
    int8 = x.dtype is DType.INT8
    params = {
        "batches": y.elements // filters,
        "in_c": depth,
        "out_c": filters,
        "weights": array("weights", weights),
        **(_int8_params(site, weights) if int8 else _float_params(site, filters)),
    }
    kernel = "fully_connected_s8" if int8 else "fully_connected_f32"
    return (KernelCall(kernel, (x.id,), (y.id,), params),)


def _float_params(site: Site, filters: int) -> dict[str, Value]:
    low, high = tflm.float_activation_range(site.attrs.activation)
    bias = bias_values(site.optional(2), filters, "float32")
    return {"out_min": low, "out_max": high, "bias": array("bias", bias)}


def _int8_params(site: Site, weights: NDArray[np.int8]) -> dict[str, Value]:
    """With one scale for all the weights' zero point counts; with one a filter it does not."""
    x, w, y = site.input(0), site.input(1), site.output
    assert w.quantization is not None
    per_channel = w.quantization.per_channel
    multiplier, shift = tflm.quantised_multipliers(tflm.channel_factors(x, w, y))
    low, high = tflm.activation_range(site.attrs.activation, y)
    zero_point = 0 if per_channel else w.zero_point
    bias = folded_bias(weights, site.optional(2), x.zero_point, zero_point)
    return {
        "weights_zero_point": zero_point,
        "out_zero_point": y.zero_point,
        "out_min": low,
        "out_max": high,
        "scale_step": int(per_channel),
        "bias": array("bias", bias),
        "multiplier": array("multiplier", multiplier),
        "shift": array("shift", shift),
    }


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
