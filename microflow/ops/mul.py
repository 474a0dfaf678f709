"""MUL: the product of two tensors, element by element, broadcast against each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import frozen

from microflow.graph.call import KernelCall, Value
from microflow.graph.enums import Activation
from microflow.graph.ir import DType, Finding, Operator, Site
from microflow.numerics import tflm
from microflow.ops import _broadcast, _checks
from microflow.ops.options import option
from microflow.targets import Core


@frozen
class MulOptions:
    """Schema: MulOptions."""

    activation: Activation = option(0, Activation, Activation.NONE)


def _check(site: Site) -> Iterator[Finding]:
    yield from _checks.types(site, 0, *_checks.FLOAT_OR_INT8, DType.INT32)
    yield from _broadcast.check(site)
    yield from _checks.activation(site)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    kernel, params = _KERNELS[site.output.dtype]
    return (_broadcast.call(site, kernel, params(site)),)


def _params_s8(site: Site) -> dict[str, Value]:
    a, b, y = site.input(0), site.input(1), site.output
    multiplier, shift = tflm.quantised_multiplier(a.scale * b.scale / y.scale)
    low, high = tflm.activation_range(site.attrs.activation, y)
    return {
        "a_zero_point": a.zero_point,
        "b_zero_point": b.zero_point,
        "out_zero_point": y.zero_point,
        "out_min": low,
        "out_max": high,
        "multiplier": multiplier,
        "shift": shift,
    }


def _params_s32(site: Site) -> dict[str, Value]:
    low, high = _limits_s32(site)
    return {"out_min": low, "out_max": high}


def _params_f32(site: Site) -> dict[str, Value]:
    low, high = tflm.float_activation_range(site.attrs.activation)
    return {"out_min": low, "out_max": high}


_KERNELS = {
    DType.INT8: ("mul_s8", _params_s8),
    DType.INT32: ("mul_s32", _params_s32),
    DType.FLOAT32: ("mul_f32", _params_f32),
}


def _limits_s32(site: Site) -> tuple[int, int]:
    """The clamp of an integer product, in the integers themselves."""
    least, most = tflm.INT_RANGE[DType.INT32]
    low, high = tflm.real_activation_range(site.attrs.activation)
    return (least if low is None else int(low), most if high is None else int(high))


def _fold(site: Site) -> tuple[bytes, ...] | None:
    if site.output.dtype is DType.INT32:
        return _broadcast.folded(site, np.multiply, _limits_s32(site))
    return _broadcast.folded(site, np.multiply, tflm.float_activation_range(site.attrs.activation))


OPERATOR = Operator(
    name="MUL",
    code=18,
    doc="Product of two tensors, broadcast against each other up to rank 6, with a fused clamp.",
    options=MulOptions,
    arity=(2, 2),
    types="int8, int32, float32",
    infer=_broadcast.infer,
    check=_check,
    access=_broadcast.access,
    fold=_fold,
    lower=_lower,
)
