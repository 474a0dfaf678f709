"""What operators that calculate with two broadcast tensors share: types, scales, clamps.

Quantised operands are scaled up by a number of bits and brought to twice the larger of their
scales; what is made of them there is brought to the output's scale.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from microflow.graph.call import KernelCall, Value
from microflow.graph.enums import Activation
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType, Tensor
from microflow.numerics import tflm
from microflow.ops import _broadcast, _checks
from microflow.ops.options import option

SUFFIXES = {
    DType.INT8: "s8",
    DType.INT16: "s16",
    DType.INT32: "s32",
    DType.INT64: "s64",
    DType.FLOAT32: "f32",
}
QUANTISED = (DType.INT8, DType.INT16)
SUM_BITS = {DType.INT8: 20, DType.INT16: 15}  # that the operands of a sum are scaled up by


@frozen
class ClampOptions:
    """An options table that holds nothing but a fused activation, in its first slot."""

    activation: Activation = option(0, Activation, Activation.NONE)


@frozen
class Factors:
    """By what operands and result are multiplied on the way to the output's scale."""

    a: float
    b: float
    out: float

    def params(self) -> dict[str, Value]:
        """Returns them as the kernels' multipliers and shifts."""
        pairs = {
            name: tflm.quantised_multiplier(real)
            for name, real in (("a", self.a), ("b", self.b), ("out", self.out))
        }
        params: dict[str, Value] = {}
        for name, (multiplier, shift) in pairs.items():
            params |= {f"{name}_multiplier": multiplier, f"{name}_shift": shift}
        return params


def factors(site: Site, left_shift: int) -> Factors:
    """Returns the factors of a sum whose operands are scaled up by `left_shift` bits."""
    a, b, y = site.input(0).scale, site.input(1).scale, site.output.scale
    reference = 2 * max(a, b)
    return Factors(a / reference, b / reference, reference / ((1 << left_shift) * y))


def check(site: Site, *allowed: DType) -> Iterator[Finding]:
    """Yields findings on the types, shapes and scales of two operands and their output."""
    yield from _checks.types(site, 0, *allowed)
    yield from _broadcast.check(site)
    yield from check_scales(site)


def check_scales(site: Site) -> Iterator[Finding]:
    """Yields a finding for each int16 tensor that has no usable scale."""
    return scaled(site.input(0), site.input(1), site.output)


def scaled(*tensors: Tensor) -> Iterator[Finding]:
    """Yields a finding for each of `tensors` that is int16 and has no usable scale."""
    for tensor in tensors:
        q = tensor.quantization
        if tensor.dtype is DType.INT16 and (q is None or q.scale <= 0):
            yield Finding("an int16 tensor with no scale", "a model that is quantised", tensor)


def check_sum(site: Site) -> Iterator[Finding]:
    """Yields findings on two operands that are added or subtracted."""
    findings = (*check(site, DType.INT8, DType.INT16, DType.INT32, DType.FLOAT32),)
    yield from findings
    if not findings and site.output.dtype in SUM_BITS:
        left_shift = SUM_BITS[site.output.dtype]
        yield from check_headroom(site, factors(site, left_shift).out, left_shift)


def check_headroom(site: Site, factor: float, left_shift: int) -> Iterator[Finding]:
    """Yields a finding where a sum's `factor` to the output's scale is 1 or more."""
    if factor >= 1:
        yield Finding(
            "an output scale far below the inputs' scales",
            f"an output scale above 2^-{left_shift - 1} of the larger input scale",
            site.output,
        )


def check_symmetric(site: Site) -> Iterator[Finding]:
    """Yields a finding for each int16 tensor with a zero point other than 0."""
    for tensor in (site.input(0), site.input(1), site.output):
        if tensor.dtype is DType.INT16 and tensor.zero_point != 0:
            yield Finding(f"an int16 zero point of {tensor.zero_point}", "0", tensor)


def call(site: Site, kernel: str, params: dict[str, Value]) -> KernelCall:
    """Returns the call of ``<kernel>_<type>`` on both operands."""
    return _broadcast.call(site, f"{kernel}_{SUFFIXES[site.input(0).dtype]}", params)


def zero_points(site: Site) -> dict[str, Value]:
    """Returns the zero points of both operands and the output as kernel parameters."""
    return {
        "a_zero_point": site.input(0).zero_point,
        "b_zero_point": site.input(1).zero_point,
        "out_zero_point": site.output.zero_point,
    }


def limits(site: Site) -> dict[str, Value]:
    """Returns the clamp of the fused activation as kernel parameters."""
    low, high = limit_pair(site)
    return {"out_min": low, "out_max": high}


def limit_pair(site: Site) -> tuple[float, float]:
    """Returns the same as (low, high), in the units of the output's elements."""
    activation, y = site.attrs.activation, site.output
    if y.dtype is DType.FLOAT32:
        return tflm.float_activation_range(activation)
    if y.dtype in QUANTISED:
        return tflm.activation_range(activation, y)
    least, most = tflm.INT_RANGE[y.dtype]
    low, high = tflm.real_activation_range(activation)
    return (least if low is None else int(low), most if high is None else int(high))
