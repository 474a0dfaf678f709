"""SOFTMAX: the shares of exp(beta * x) in their sum over the last dimension."""

from __future__ import annotations

import math
from collections.abc import Iterator

from attrs import frozen

from microflow.graph.access import Access, pixelwise
from microflow.graph.call import KernelCall
from microflow.graph.ir import DType, Finding, Operator, Shape, Site
from microflow.numerics import tflm
from microflow.ops import _checks
from microflow.ops.options import option
from microflow.targets import Core

INTEGER_BITS = 5  # of a difference between two inputs, fixed point
MAX_DEPTH = 8191  # the sum of so many exponentials, with 19 fractional bits, fits 32 bits
SCALE_TOLERANCE = 0.001  # the reference's, for int16


@frozen
class SoftmaxOptions:
    """Schema: SoftmaxOptions."""

    beta: float = option(0, "f32", 0.0)


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.input(0).shape,)


def _check(site: Site) -> Iterator[Finding]:
    x, y = site.input(0), site.output
    findings = [
        *_checks.types(site, 0, *_checks.FLOAT_OR_INT8),
        *([] if _is_widening(site) else _checks.same_type(site)),
        *_checks.quantised(x, y),
    ]
    if not x.shape or not x.shape[-1]:
        findings.append(Finding("no vector to normalise", "a last dimension of 1 or more", x))
    if not math.isfinite(site.attrs.beta):
        findings.append(Finding(f"beta {site.attrs.beta:g}", "a finite beta", y))
    yield from findings
    if x.dtype is DType.INT8 and not findings:
        yield from _check_quantisation(site)


def _is_widening(site: Site) -> bool:
    return site.input(0).dtype is DType.INT8 and site.output.dtype is DType.INT16


def _check_quantisation(site: Site) -> Iterator[Finding]:
    x, y = site.input(0), site.output
    steps = 1 << (8 * y.dtype.size)
    scale = y.quantization.scale if y.quantization else 0.0
    tolerance = SCALE_TOLERANCE if _is_widening(site) else 0.0
    if y.zero_point != -(steps // 2) or abs(scale * steps - 1) > tolerance:
        yield Finding(
            f"an output scale of {scale:g} with zero point {y.zero_point}",
            f"a scale of 1/{steps} with zero point {-(steps // 2)}",
            y,
        )
    if _factor(site) <= 1:
        yield Finding(
            f"beta {site.attrs.beta:g} with an input scale of {x.scale:g}",
            f"a product of both above 2^-{31 - INTEGER_BITS}",
            x,
        )
    if x.shape[-1] > MAX_DEPTH:
        yield Finding(f"a vector of {x.shape[-1]} elements", f"at most {MAX_DEPTH}", x)


def _factor(site: Site) -> float:
    """A difference of the input in steps of 2^-26, the fixed-point format's."""
    beta: float = site.attrs.beta
    return min(beta * site.input(0).scale * 2.0 ** (31 - INTEGER_BITS), 2.0**31 - 1)


def _access(site: Site) -> Access:
    return pixelwise(site.output.shape)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, y = site.input(0), site.output
    shape = {"rows": x.elements // x.shape[-1], "depth": x.shape[-1]}
    if x.dtype is DType.FLOAT32:
        params = {**shape, "beta": site.attrs.beta}
        return (KernelCall("softmax_f32", (x.id,), (y.id,), params),)
    multiplier, shift = tflm.quantised_multiplier(_factor(site))
    largest = ((1 << INTEGER_BITS) - 1) << (31 - INTEGER_BITS)
    fields = {
        "multiplier": multiplier,
        "shift": shift,
        "least": -min(largest >> shift, 255),
        "out_bits": 8 * y.dtype.size,
    }
    return (KernelCall("softmax_s8", (x.id,), (y.id,), {**shape, **fields}),)


OPERATOR = Operator(
    name="SOFTMAX",
    code=25,
    doc="Softmax over the last dimension: int8 to int8 or int16 in fixed point, float32 with expf.",
    options=SoftmaxOptions,
    types="int8, float32",
    infer=_infer,
    check=_check,
    access=_access,
    lower=_lower,
)
