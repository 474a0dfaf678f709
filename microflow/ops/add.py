"""ADD: the sum of two tensors, broadcast against each other."""

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

LEFT_SHIFT = 20  # bits of headroom that int8 operands are scaled up by


@frozen
class AddOptions:
    """Schema: AddOptions."""

    activation: Activation = option(0, Activation, Activation.NONE)


@frozen
class _Scaling:
    """Multiplier and shift of both operands and of the sum."""

    a: tuple[int, int]
    b: tuple[int, int]
    out: tuple[int, int]


def _check(site: Site) -> Iterator[Finding]:
    yield from _checks.types(site, 0, *_checks.FLOAT_OR_INT8, DType.INT32)
    findings = (*_broadcast.check(site), *_checks.activation(site))
    yield from findings
    if not findings and site.output.dtype is DType.INT8 and _out_factor(site) >= 1:
        yield Finding(
            "an output scale far below the inputs' scales",
            f"an output scale above 2^-{LEFT_SHIFT - 1} of the larger input scale",
            site.output,
        )


def _twice_max_scale(site: Site) -> float:
    return 2 * max(site.input(0).scale, site.input(1).scale)


def _out_factor(site: Site) -> float:
    return _twice_max_scale(site) / ((1 << LEFT_SHIFT) * site.output.scale)


def _scaling(site: Site) -> _Scaling:
    reference = _twice_max_scale(site)
    return _Scaling(
        a=tflm.quantised_multiplier(site.input(0).scale / reference),
        b=tflm.quantised_multiplier(site.input(1).scale / reference),
        out=tflm.quantised_multiplier(_out_factor(site)),
    )


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    kernel, params = _KERNELS[site.output.dtype]
    return (_broadcast.call(site, kernel, params(site)),)


def _params_s8(site: Site) -> dict[str, Value]:
    a, b, y = site.input(0), site.input(1), site.output
    scaling = _scaling(site)
    low, high = tflm.activation_range(site.attrs.activation, y)
    return {
        "a_zero_point": a.zero_point,
        "b_zero_point": b.zero_point,
        "out_zero_point": y.zero_point,
        "out_min": low,
        "out_max": high,
        "a_multiplier": scaling.a[0],
        "b_multiplier": scaling.b[0],
        "out_multiplier": scaling.out[0],
        "a_shift": scaling.a[1],
        "b_shift": scaling.b[1],
        "out_shift": scaling.out[1],
    }


def _params_s32(site: Site) -> dict[str, Value]:
    """Nothing: the reference ignores the activation of an integer sum."""
    return {}


def _params_f32(site: Site) -> dict[str, Value]:
    low, high = tflm.float_activation_range(site.attrs.activation)
    return {"out_min": low, "out_max": high}


_KERNELS = {
    DType.INT8: ("add_s8", _params_s8),
    DType.INT32: ("add_s32", _params_s32),
    DType.FLOAT32: ("add_f32", _params_f32),
}


def _fold(site: Site) -> tuple[bytes, ...] | None:
    limits = tflm.float_activation_range(site.attrs.activation)
    float_limits = limits if site.output.dtype is DType.FLOAT32 else None
    return _broadcast.folded(site, np.add, float_limits)


OPERATOR = Operator(
    name="ADD",
    code=0,
    doc="Sum of two tensors, broadcast against each other up to rank 6, with a fused clamp.",
    options=AddOptions,
    arity=(2, 2),
    types="int8, int32, float32",
    infer=_broadcast.infer,
    check=_check,
    access=_broadcast.access,
    fold=_fold,
    lower=_lower,
)
