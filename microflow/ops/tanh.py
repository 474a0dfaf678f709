"""TANH: the hyperbolic tangent."""

from __future__ import annotations

from microflow.graph.call import KernelCall
from microflow.graph.ir import Site
from microflow.graph.tensor import DType
from microflow.numerics import fixed_point
from microflow.ops import _sigmoid, _unary
from microflow.ops._unary import Table, mapped, unary

OUT_BITS = 7  # fractional bits of an int8 result, whatever scale the model says


def _table(site: Site) -> Table:
    return _unary.clipped(_sigmoid.table(site.input(0), fixed_point.tanh, OUT_BITS))


def _int16(site: Site) -> KernelCall:
    return _sigmoid.call_s16(site, tanh=True)


OPERATOR = unary(
    name="TANH",
    code=28,
    doc="The hyperbolic tangent: int8 and int16 by a table of 256 entries, float32 with tanhf.",
    kernels=("lookup_s8", "sigmoid_s16", "tanh_f32"),
    limits="int16: a zero point other than 0, an output scale other than 1/32768.",
    beyond="quantised uint8",
    unsigned=True,
    table=_table,
    forms={DType.INT16: _int16, DType.FLOAT32: mapped("tanh_f32")},
    check=_sigmoid.check_s16,
)
