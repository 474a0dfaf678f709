"""TRANSPOSE_CONV: every input pixel, times the weights, added to a window of the output."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import evolve, frozen

from microflow.graph.access import Access, whole
from microflow.graph.call import KernelCall, Value, array
from microflow.graph.enums import Activation, Padding
from microflow.graph.ir import Cost, Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.numerics import tflm
from microflow.ops import _arithmetic, _checks, _dynamic, _sixteen
from microflow.ops._constants import bias_values, values
from microflow.ops._geometry import Extent, Geometry, geometry, output_size
from microflow.ops.options import option
from microflow.targets import Core

_WEIGHTS = {DType.INT8: DType.INT8, DType.INT16: DType.INT8, DType.FLOAT32: DType.FLOAT32}
_BIASES = {
    DType.INT8: (DType.INT32,),
    DType.INT16: (DType.INT64, DType.INT16),
    DType.FLOAT32: (DType.FLOAT32,),
}


@frozen
class TransposeConvOptions:
    """Schema: TransposeConvOptions."""

    padding: Padding = option(0, Padding, Padding.SAME)
    stride_w: int = option(1, "i32")
    stride_h: int = option(2, "i32")
    activation: Activation = option(3, Activation, Activation.NONE)


def _convolution(site: Site) -> Site:
    """The same with the operands of a convolution: pictures, weights and bias.

    The operator's first input, the output's shape, is not looked at: the output states it.
    """
    inputs = (site.input(2), site.input(1), site.optional(3))
    return Site(site.node, inputs, site.outputs, profile=site.profile)


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.output.shape,)


def _check(site: Site) -> Iterator[Finding]:
    x, w = site.input(2), site.input(1)
    yield from _checks.types(site, 2, *_WEIGHTS)
    yield from _checks.same_type(site, 2)
    yield from _checks.types(site, 1, _WEIGHTS.get(x.dtype, x.dtype))
    mistaken = [*_sixteen.check_bias(_convolution(site), 2)]
    yield from mistaken or _checks.types(site, 3, *_BIASES.get(x.dtype, ()))
    yield from _checks.nonempty(site)
    yield from _checks.quantised(x, site.output)
    yield from _arithmetic.scaled(x, site.output)
    ranks = [f for position in (1, 2) for f in _checks.rank(site, position, 4)]
    yield from ranks or _check_shapes(site)
    if not ranks:
        yield from _checks.channel_scales(w, w.shape[0])
    if x.dtype is DType.INT16:
        yield from _sixteen.check_scales(_convolution(site))


def _check_shapes(site: Site) -> Iterator[Finding]:
    x, w, y = site.input(2).shape, site.input(1).shape, site.output.shape
    bias = site.optional(3)
    if len(y) != 4 or (y[0], w[3], y[3]) != (x[0], x[3], w[0]):
        yield Finding(
            f"weights of shape {list(w)} between {list(x)} and {list(y)}",
            "weights of shape [output channels, height, width, input channels]",
            site.input(1),
        )
    if bias is not None and bias.elements != w[0]:
        yield Finding(
            f"a bias of {bias.elements} elements for {w[0]} output channels",
            "a bias of one element for each output channel",
            bias,
        )
    yield from _checks.window(site, *_extents(site))


def _extents(site: Site) -> tuple[Extent, Extent]:
    o, (_, kernel_h, kernel_w, _) = site.attrs, site.input(1).shape
    return Extent(kernel_h, o.stride_h), Extent(kernel_w, o.stride_w)


def _window(site: Site) -> Geometry:
    """The window of the convolution that would make the input's picture of the output's."""
    y, extents = site.output.shape, _extents(site)
    padding = site.attrs.padding
    height, width = (output_size(y[1 + i], extents[i], padding) for i in (0, 1))
    return geometry(y, (y[0], height, width, y[3]), *extents, padding)


def _access(site: Site) -> Access:
    return whole(len(site.inputs))


def _cost(site: Site) -> Cost:
    filters, kernel_h, kernel_w, _ = site.input(1).shape
    return Cost(macs=site.input(2).elements * filters * kernel_h * kernel_w)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, y = site.input(2), site.output
    batches, in_h, in_w, in_c = x.shape
    _, out_h, out_w, out_c = y.shape
    geometry: dict[str, Value] = {
        "batches": batches,
        "in_h": in_h,
        "in_w": in_w,
        "in_c": in_c,
        "out_h": out_h,
        "out_w": out_w,
        "out_c": out_c,
        **_window(site).params(),
    }
    operands = _convolution(site)
    if _dynamic.is_dynamic(operands):
        return (_dynamic_call(operands, geometry),)
    weights = array("weights", values(site.input(1)))
    params = {**geometry, "weights": weights, **_NUMBERS[x.dtype](operands)}
    kernel = f"transpose_conv_{_arithmetic.SUFFIXES[x.dtype]}"
    return (KernelCall(kernel, (x.id,), (y.id,), params),)


def _dynamic_call(site: Site, geometry: dict[str, Value]) -> KernelCall:
    """Returns the call where the weights or the bias are computed at run time."""
    x, w, bias, y = site.input(0), site.input(1), site.optional(2), site.output
    params = {**geometry, **_arithmetic.limits(site)}
    if x.dtype is DType.INT16:
        params["bias_bytes"] = bias.dtype.size if bias else 0
    else:
        params["has_bias"] = int(bias is not None)
    if x.dtype is DType.INT8:
        params |= {"in_zero_point": x.zero_point, "out_zero_point": y.zero_point}
    if x.dtype is not DType.FLOAT32:
        params |= _run_time_scales(site)
    kernel = f"transpose_conv_dynamic_{_arithmetic.SUFFIXES[x.dtype]}"
    return KernelCall(kernel, (x.id, w.id, w.id if bias is None else bias.id), (y.id,), params)


def _run_time_scales(site: Site) -> dict[str, Value]:
    x = site.input(0)
    multiplier, shift = tflm.quantised_multipliers(
        tflm.channel_factors(x, site.input(1), site.output)
    )
    if x.dtype is DType.INT16:
        reduced = [tflm.reduced_multiplier(int(m)) for m in multiplier]
        multiplier = np.array(reduced, np.int32)
    return {
        "scale_step": int(len(multiplier) > 1),
        "multiplier": array("multiplier", multiplier),
        "shift": array("shift", shift),
    }


def _numbers_s8(site: Site) -> dict[str, Value]:
    x, w, y = site.input(0), site.input(1), site.output
    channels = w.shape[0]
    multiplier, shift = tflm.channel_multipliers(x, w, y, channels)
    offsets = -x.zero_point * values(w).astype(np.int32).sum(axis=3, dtype=np.int32)
    return {
        "out_zero_point": y.zero_point,
        **_arithmetic.limits(site),
        "offsets": array("offsets", offsets) if x.zero_point else None,
        "bias": array("bias", bias_values(site.optional(2), channels)),
        "multiplier": array("multiplier", multiplier),
        "shift": array("shift", shift),
    }


def _numbers_s16(site: Site) -> dict[str, Value]:
    """Sums have 64 bits whatever the bias; the reference looks at no zero point."""
    bias = site.optional(2)
    if bias is not None:
        data = values(bias).astype("<i8").tobytes()
        site = evolve(site, inputs=(*site.inputs[:2], evolve(bias, dtype=DType.INT64, data=data)))
    return _sixteen.value_params(site, values(site.input(1)))


def _numbers_f32(site: Site) -> dict[str, Value]:
    bias = bias_values(site.optional(2), site.input(1).shape[0], "float32")
    return {**_arithmetic.limits(site), "bias": array("bias", bias)}


_NUMBERS = {DType.INT8: _numbers_s8, DType.INT16: _numbers_s16, DType.FLOAT32: _numbers_f32}


OPERATOR = Operator(
    name="TRANSPOSE_CONV",
    code=67,
    doc="Transposed 2-D convolution: a fused clamp, one scale a channel or one for all.",
    kernels=(
        "transpose_conv_dynamic_f32",
        "transpose_conv_dynamic_s16",
        "transpose_conv_dynamic_s8",
        "transpose_conv_f32",
        "transpose_conv_s16",
        "transpose_conv_s8",
    ),
    limits=(
        "Ranks other than 4; int16 with a bias of 32 bits, which the reference reads as 64 bits an "
        "element, beyond its end; windows over 32767 pixels."
    ),
    options=TransposeConvOptions,
    arity=(3, 4),
    types="int8, int16, float32",
    infer=_infer,
    check=_check,
    access=_access,
    cost=_cost,
    lower=_lower,
)
