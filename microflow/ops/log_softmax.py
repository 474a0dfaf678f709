"""LOG_SOFTMAX: the logarithms of the shares of exp(x) in their sum over the last dimension."""

from __future__ import annotations

import math
from collections.abc import Iterator

from microflow.graph.access import Access, pixelwise
from microflow.graph.call import KernelCall, Value
from microflow.graph.ir import Finding, Operator, Site
from microflow.graph.tensor import DType
from microflow.numerics import tflm
from microflow.ops import _checks, _unary
from microflow.targets import Core

INTEGER_BITS = 5  # of a difference between two inputs, fixed point
MAX_DEPTH = 4095  # the sum of so many exponentials, with 19 fractional bits, fits 31 bits
OUT_SCALE, OUT_ZERO_POINT = 1 / 16, 127


def _check(site: Site) -> Iterator[Finding]:
    x, y = site.input(0), site.output
    findings = [
        *_checks.types(site, 0, *_checks.FLOAT_OR_INT8),
        *_checks.same_type(site),
        *_checks.quantised(x, y),
    ]
    if not x.shape or not x.shape[-1]:
        findings.append(Finding("no vector to normalise", "a last dimension of 1 or more", x))
    yield from findings
    if x.dtype is DType.INT8 and not findings:
        yield from _check_quantisation(site)


def _check_quantisation(site: Site) -> Iterator[Finding]:
    x, y = site.input(0), site.output
    if (y.scale, y.zero_point) != (OUT_SCALE, OUT_ZERO_POINT):
        what = f"an output scale of {y.scale:g} with zero point {y.zero_point}"
        yield Finding(what, f"a scale of 1/16 with zero point {OUT_ZERO_POINT}", y)
    if _factor(site) <= 1:
        works = f"a scale above 2^-{31 - INTEGER_BITS}"
        yield Finding(f"an input scale of {x.scale:g}", works, x)
    if x.shape[-1] > MAX_DEPTH:
        yield Finding(f"a vector of {x.shape[-1]} elements", f"at most {MAX_DEPTH}", x)


def _factor(site: Site) -> float:
    """A difference of the input in steps of 2^-26, the fixed-point format's."""
    return min(site.input(0).scale * 2.0 ** (31 - INTEGER_BITS), 2.0**31 - 1)


def _access(site: Site) -> Access:
    return pixelwise(site.output.shape)


def _lower(site: Site, core: Core) -> tuple[KernelCall, ...]:
    x, y = site.input(0), site.output
    shape: dict[str, Value] = {"rows": x.elements // x.shape[-1], "depth": x.shape[-1]}
    if x.dtype is DType.FLOAT32:
        return (KernelCall("log_softmax_f32", (x.id,), (y.id,), shape),)
    params = {**shape, **_params_s8(site)}
    return (KernelCall("log_softmax_s8", (x.id,), (y.id,), params),)


def _params_s8(site: Site) -> dict[str, Value]:
    multiplier, shift = tflm.quantised_multiplier(_factor(site))
    reverse = tflm.quantised_multiplier(math.ldexp(1, 31 - shift) / multiplier)
    largest = ((1 << INTEGER_BITS) - 1) << (31 - INTEGER_BITS)
    return {
        "multiplier": multiplier,
        "reverse_multiplier": reverse[0],
        "shift": shift,
        "reverse_shift": reverse[1],
        "least": -min(largest >> shift, 256),
    }


OPERATOR = Operator(
    name="LOG_SOFTMAX",
    code=50,
    doc="The logarithm of the softmax over the last dimension: int8 in fixed point, float32 with "
    "expf and logf.",
    kernels=("log_softmax_f32", "log_softmax_s8"),
    limits=(
        "Scalars; int8: an output scale other than 1/16 with zero point 127, vectors of more than"
        " 4095 elements."
    ),
    beyond="quantised uint8",
    types="int8, uint8, float32",
    infer=_unary.infer,
    check=_check,
    access=_access,
    lower=_lower,
)
