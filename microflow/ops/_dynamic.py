"""Convolutions and FULLY_CONNECTED whose weights or bias are computed at run time.

One kernel a type serves all of them: the steps from weight to weight tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType
from microflow.numerics import tflm
from microflow.ops import _sixteen

_SUFFIXES = {DType.INT8: "s8", DType.INT16: "s16", DType.FLOAT32: "f32"}


def is_dynamic(site: Site) -> bool:
    """Tells whether weights or bias, the second and the third input, are no constants."""
    return any(t is not None and not t.is_constant for t in site.inputs[1:])


def check(site: Site) -> Iterator[Finding]:
    """Yields a finding where weights that a kernel reads at run time have 4 bits."""
    weights = site.input(1)
    if is_dynamic(site) and weights.dtype is DType.INT4:
        yield Finding("4-bit weights with operands computed at run time", "int8 weights", weights)


def call(site: Site, layout: Mapping[str, Value], zero_points: Mapping[str, int]) -> KernelCall:
    """Returns the call of an operator that `is_dynamic`.

    `layout` are the parameters of shapes and steps, `zero_points` those that count: of the input,
    the weights and the output.
    """
    x, w, bias, y = site.input(0), site.input(1), site.optional(2), site.output
    params: dict[str, Value] = {**layout}
    if x.dtype is DType.FLOAT32:
        low, high = tflm.float_activation_range(site.attrs.activation)
        params |= {"has_bias": int(bias is not None), "out_min": low, "out_max": high}
    else:
        params |= {**zero_points, **_quantised_params(site)}
    inputs = (x.id, w.id, w.id if bias is None else bias.id)
    return KernelCall(f"conv2d_dynamic_{_SUFFIXES[x.dtype]}", inputs, (y.id,), params)


def _quantised_params(site: Site) -> dict[str, Value]:
    x, w, bias, y = site.input(0), site.input(1), site.optional(2), site.output
    factors = tflm.channel_factors(x, w, y, site.attrs.unsigned)
    low, high = tflm.activation_range(site.attrs.activation, y)
    params: dict[str, Value] = {
        "out_min": low,
        "out_max": high,
        "scale_step": int(len(factors) > 1),
    }
    multiplier, shift = tflm.quantised_multipliers(factors)
    if x.dtype is DType.INT8:
        params["has_bias"] = int(bias is not None)
    else:
        params |= {
            "wide": int(_sixteen.is_wide(site)),
            "bias_bytes": bias.dtype.size if bias else 0,
        }
        multiplier = _sixteen.multipliers(site, multiplier)
    return {
        **params,
        "multiplier": array("multiplier", multiplier),
        "shift": array("shift", shift),
    }
