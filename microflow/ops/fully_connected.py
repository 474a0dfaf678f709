"""FULLY_CONNECTED: every output is a weighted sum of a whole input vector."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np
from attrs import field, frozen

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall
from microflow.graph.enums import Activation
from microflow.graph.ir import Cost, Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.ops import (
    _checks,
    _convolution,
    _dense,
    _dynamic,
    _fully_connected_pairs,
    _fully_connected_quads,
    _hybrid,
    _layer,
    _sixteen,
)
from microflow.ops.options import option
from microflow.targets import Core

_MOST_DEVIATION = 0.02  # of a bias's step from that of the sums, in steps of the output


@frozen
class FullyConnectedOptions:
    """Schema: FullyConnectedOptions. A pass made an `unsigned` one of a layer of uint8."""

    activation: Activation = option(0, Activation, Activation.NONE)
    weights_format: int = option(1, "i8")
    keep_num_dims: bool = option(2, "bool", False)
    asymmetric_quantize_inputs: bool = option(3, "bool", False)
    unsigned: bool = field(default=False, repr=False)


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
    yield from _checks.types(site, 0, *_convolution.WEIGHTS)
    yield from _checks.same_type(site)
    yield from _checks.types(site, 1, *_convolution.WEIGHTS.get(x.dtype, ()))
    yield from _checks.nonempty(site)
    yield from _dynamic.check(site)
    yield from _hybrid.check(site)
    if site.attrs.unsigned:
        yield from _checks.constant(site, 1, "uint8 weights")
        yield from _checks.constant(site, 2, "bias of a uint8 layer")
    yield from _checks.quantised(x, site.output, dtypes=_checks.QUANTISED)
    if site.attrs.weights_format != 0:
        yield Finding("shuffled weights", "weights in the default format", w)
    if len(w.shape) < 2 or prod(w.shape[:-2]) != 1:
        yield Finding(f"weights of shape {list(w.shape)}", "weights of shape [filters, depth]", w)
    else:
        yield from _check_depth(site)


def _check_depth(site: Site) -> Iterator[Finding]:
    x, w = site.input(0), site.input(1)
    filters, depth = _filters(site)
    yield from _checks.bias(site, 2, filters, known=False)
    yield from _checks.channel_scales(w, filters)
    yield from _check_bias_scale(site)
    if x.dtype is DType.INT16:
        yield from _sixteen.check_scales(site)
    if depth == 0 or x.elements % depth:
        yield Finding(
            f"an input of {x.elements} elements for weights of depth {depth}",
            "an input whose elements are a multiple of the weights' depth",
            x,
        )


def _check_bias_scale(site: Site) -> Iterator[Finding]:
    """Yields a finding where a step of the bias is no step of the sums that it is added to.

    The reference allows as much as it does not see in the output, and looks only where all weights
    have one scale. It multiplies in single precision; a bias without a scale has scale 0.
    """
    x, w, y, bias = site.input(0), site.input(1), site.output, site.optional(2)
    if bias is None or not (x.quantization and w.quantization and y.quantization):
        return
    if w.quantization.per_channel:
        return
    wanted = float(np.float32(x.scale) * np.float32(w.scale))
    given = bias.scale if bias.quantization else 0.0
    if abs(wanted - given) / y.scale > _MOST_DEVIATION:
        what = f"a bias of scale {given:g} for sums of scale {wanted:g}"
        yield Finding(what, "a bias of the input's scale times that of the weights", bias)


def _weights_zero_point(site: Site) -> int:
    """With one scale for all the weights' zero point counts; with one a filter it does not."""
    w = site.input(1)
    per_channel = w.quantization is not None and w.quantization.per_channel
    return 0 if per_channel else w.zero_point


def _access(site: Site) -> Access:
    return whole(len(site.inputs))


def _cost(site: Site) -> Cost:
    return Cost(macs=site.output.elements * site.input(1).shape[-1])


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    filters, depth = _filters(site)
    zero_point, int16 = _weights_zero_point(site), site.input(0).dtype is DType.INT16
    if _hybrid.is_hybrid(site):
        asymmetric = site.attrs.asymmetric_quantize_inputs
        return (_dense.hybrid_call(site, filters, depth, asymmetric),)
    if _dynamic.is_dynamic(site) or (int16 and zero_point):
        return (_dense.dynamic_call(site, filters, depth, zero_point),)
    if int16:
        return (_dense.wide_call(site, filters),)
    once = site.input(0).dtype is DType.INT8 and _layer.rounds_once(site)
    return (_dense.call(site, filters, zero_point, once),)


def _designs(site: Site, core: Core) -> Iterator[tuple[KernelCall, ...]]:
    filters, _ = _filters(site)
    if _weights_zero_point(site) == 0 and not _hybrid.is_hybrid(site):
        yield from _fully_connected_quads.designs(site, core, filters)
        yield from _fully_connected_pairs.designs(site, core, filters)


OPERATOR = Operator(
    name="FULLY_CONNECTED",
    code=9,
    doc="Matrix times vector: any input rank, a fused clamp, one scale an output or one for all; "
    "weights of int8 (with floats too), int4 or computed at run time.",
    kernels=(
        "conv2d_dynamic_f32",
        "conv2d_dynamic_s16",
        "conv2d_dynamic_s8",
        "conv2d_hybrid_f32",
        "conv2d_s16",
        "fully_connected_f32",
        "fully_connected_once_s8",
        "fully_connected_s8",
    ),
    packed=(
        "fully_connected_pairs_s8",
        "fully_connected_quads_s8",
        "fully_connected_short_s8",
    ),
    limits=(
        "Shuffled weights; with floats and int8 weights, weights or a bias that are no constants;"
        " uint8 weights or their bias that are no constants; int4 weights beside operands "
        "computed at run time; with one scale for all weights, a bias whose scale is not that of "
        "the sums."
    ),
    beyond="quantised uint8; float32 with int8 weights; int4 weights with a scale for each output",
    options=FullyConnectedOptions,
    arity=(2, 3),
    infer=_infer,
    check=_check,
    access=_access,
    cost=_cost,
    types="int8, uint8, int16, float32",
    lower=_lower,
    designs=_designs,
)
