"""SOFTMAX: the shares of exp(beta * x) in their sum over the last dimension."""

from __future__ import annotations

import math
from collections.abc import Iterator

from attrs import frozen

from microflow.graph.access import Access, pixelwise
from microflow.graph.call import KernelCall, Value, array
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType, Shape
from microflow.numerics import interpolation, litert, tflm
from microflow.ops import _checks, _unary
from microflow.ops.options import option
from microflow.profiles import XNNPACK
from microflow.targets import Core

INTEGER_BITS = 5  # of a difference between two inputs, fixed point
MAX_DEPTH = {  # sums of so many exponentials fit 32 bits: with 19 fractional bits, and with 15
    DType.INT8: 8191,
    DType.INT16: 65535,
}
SCALE_TOLERANCE = 0.001  # the reference's, for int16
EXPONENT_STEP = 10.0 / 65535.0  # of int16 differences on their way to the table of exp


@frozen
class SoftmaxOptions:
    """Schema: SoftmaxOptions."""

    beta: float = option(0, "f32", 0.0)


def _infer(site: Site) -> tuple[Shape, ...]:
    return (site.input(0).shape,)


def _check(site: Site) -> Iterator[Finding]:
    x, y = site.input(0), site.output
    findings = [
        *_checks.types(site, 0, DType.FLOAT32, *_checks.QUANTISED),
        *([] if _is_widening(site) else _checks.same_type(site)),
        *_checks.quantised(x, y, dtypes=_checks.QUANTISED),
    ]
    if not x.shape or not x.shape[-1]:
        findings.append(Finding("no vector to normalise", "a last dimension of 1 or more", x))
    if not math.isfinite(site.attrs.beta):
        findings.append(Finding(f"beta {site.attrs.beta:g}", "a finite beta", y))
    yield from findings
    if x.dtype is not DType.FLOAT32 and not findings:
        yield from _check_quantisation(site)


def _is_widening(site: Site) -> bool:
    return site.input(0).dtype is DType.INT8 and site.output.dtype is DType.INT16


def _check_quantisation(site: Site) -> Iterator[Finding]:
    x, y = site.input(0), site.output
    if x.dtype is DType.INT16:
        yield from _unary.centred(site)
    steps, zero_point, tolerance = _output_quantisation(site)
    if y.zero_point != zero_point or abs(y.scale * steps - 1) > tolerance:
        yield Finding(
            f"an output scale of {y.scale:g} with zero point {y.zero_point}",
            f"a scale of 1/{steps} with zero point {zero_point}",
            y,
        )
    if x.dtype is DType.INT8 and _factor(site) <= 1:
        yield Finding(
            f"beta {site.attrs.beta:g} with an input scale of {x.scale:g}",
            f"a product of both above 2^-{31 - INTEGER_BITS}",
            x,
        )
    if x.shape[-1] > MAX_DEPTH[x.dtype]:
        most = f"at most {MAX_DEPTH[x.dtype]}"
        yield Finding(f"a vector of {x.shape[-1]} elements", most, x)


def _output_quantisation(site: Site) -> tuple[int, int, float]:
    """One over the scale, the zero point, and how far the scale may be off, relatively."""
    if site.input(0).dtype is DType.INT16:
        return 1 << 15, 0, SCALE_TOLERANCE
    if _is_widening(site):
        return 1 << 16, -(1 << 15), SCALE_TOLERANCE
    return 1 << 8, -(1 << 7), 0.0


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
    if x.dtype is DType.INT16:
        return (KernelCall("softmax_s16", (x.id,), (y.id,), {**shape, **_int16_params(site)}),)
    if site.profile == XNNPACK:
        table = litert.softmax_table(x.scale, site.attrs.beta)
        params = {**shape, "exponents": array("exponents", table)}
        return (KernelCall("softmax_table_s8", (x.id,), (y.id,), params),)
    multiplier, shift = tflm.quantised_multiplier(_factor(site))
    largest = ((1 << INTEGER_BITS) - 1) << (31 - INTEGER_BITS)
    fields = {
        "multiplier": multiplier,
        "shift": shift,
        "least": -min(largest >> shift, 255),
        "out_bits": 8 * y.dtype.size,
    }
    return (KernelCall("softmax_s8", (x.id,), (y.id,), {**shape, **fields}),)


def _int16_params(site: Site) -> dict[str, Value]:
    factor = site.input(0).scale * site.attrs.beta / EXPONENT_STEP
    multiplier, shift = tflm.quantised_multiplier(factor)
    return {
        "multiplier": multiplier,
        "shift": shift,
        "exponents": array("exponents", interpolation.exp_table()),
        "reciprocal": array("reciprocal", interpolation.reciprocal_table()),
    }


OPERATOR = Operator(
    name="SOFTMAX",
    code=25,
    doc="Softmax over the last dimension: int8 to int8 or int16 in fixed point, int16 by tables, "
    "float32 with expf.",
    kernels=(
        "softmax_f32",
        "softmax_s16",
        "softmax_s8",
        "softmax_table_s8",
    ),
    limits=(
        "Scalars; int8: vectors of more than 8191 elements; int16: of more than 65535, a zero "
        "point other than 0. Integers with another output scale than the reference's."
    ),
    beyond="quantised uint8",
    options=SoftmaxOptions,
    types="int8, uint8, int8 -> int16, int16, float32",
    infer=_infer,
    check=_check,
    access=_access,
    lower=_lower,
)
