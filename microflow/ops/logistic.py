"""LOGISTIC: 1 / (1 + exp(-x))."""

from __future__ import annotations

from collections.abc import Iterator

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType
from microflow.numerics import fixed_point
from microflow.ops import _sigmoid, _unary
from microflow.ops._unary import Table, mapped, unary

OUT_BITS = 8  # fractional bits of an int8 result, whatever scale the model says
OUT_ZERO_POINT = -128  # the reference's


def _check(site: Site) -> Iterator[Finding]:
    y = site.output
    if y.dtype is DType.INT8 and y.zero_point != OUT_ZERO_POINT:
        yield Finding(f"an output zero point of {y.zero_point}", f"{OUT_ZERO_POINT}", y)
    yield from _sigmoid.check_s16(site)


def _table(site: Site) -> Table:
    shares = _sigmoid.table(site.input(0), fixed_point.logistic, OUT_BITS)
    return _unary.clipped(shares.clip(0) + OUT_ZERO_POINT)


def _int16(site: Site) -> KernelCall:
    return _sigmoid.call_s16(site, tanh=False)


OPERATOR = unary(
    name="LOGISTIC",
    code=14,
    doc="The logistic function: int8 and int16 by a table of 256 entries, float32 with expf.",
    kernels=("logistic_f32", "lookup_s8", "sigmoid_s16"),
    limits=(
        "int8: an output zero point other than -128. int16: a zero point other than 0, an output "
        "scale other than 1/32768."
    ),
    beyond="quantised uint8",
    unsigned=True,
    table=_table,
    forms={DType.INT16: _int16, DType.FLOAT32: mapped("logistic_f32")},
    check=_check,
)
