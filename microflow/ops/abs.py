"""ABS: the number without its sign."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from microflow.graph.call import KernelCall
from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType
from microflow.numerics import fixed_point, tflm
from microflow.ops import _checks, _unary
from microflow.ops._unary import Function, Table, arithmetic, unary


def _check(site: Site) -> Iterator[Finding]:
    """int16 may come without a scale; then it is plain numbers."""
    x, y = site.input(0), site.output
    if x.dtype is not DType.INT16 or x.quantization is None:
        return
    yield from _checks.quantised(x, y, dtypes=_checks.QUANTISED)
    yield from _unary.centred(site)


def _table(site: Site) -> Table:
    x, y = site.input(0), site.output
    size = np.abs(_unary.steps(x))
    scaled = fixed_point.requantise(size, *tflm.quantised_multiplier(x.scale / y.scale))
    return _unary.clipped(scaled + y.zero_point)


def _int16(site: Site) -> KernelCall:
    """Without a scale, the size of -32768 wraps to -32768, as the reference's does."""
    x, y = site.input(0), site.output
    plain = x.quantization is None
    multiplier, shift = tflm.quantised_multiplier(1.0 if plain else x.scale / y.scale)
    low, high = tflm.INT_RANGE[DType.INT32 if plain else DType.INT16]
    return _unary.call(
        site,
        "leaky_relu_s16",
        in_zero_point=0,
        out_zero_point=0,
        out_min=low,
        out_max=high,
        shift=shift,
        negative_shift=shift,
        in_sign=-1,
        out_sign=1,
        multiplier=multiplier,
        negative_multiplier=multiplier,
    )


OPERATOR = unary(
    name="ABS",
    code=101,
    doc="The number without its sign; integers may change their scale.",
    kernels=("leaky_relu_s16", "lookup_s8", "unary_f32"),
    limits="int16: a zero point other than 0.",
    table=_table,
    forms={DType.INT16: _int16, DType.FLOAT32: arithmetic(Function.ABS)},
    exact=lambda x, site: np.abs(x),
    check=_check,
    quantised=(DType.INT8,),
)
