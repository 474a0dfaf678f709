"""HARD_SWISH: x * relu6(x + 3) / 6."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from microflow.graph.ir import Finding, Site
from microflow.graph.tensor import DType
from microflow.numerics import tflm
from microflow.numerics.fixed_point import Ints
from microflow.ops import _unary
from microflow.ops._unary import Floats, Table, mapped, unary

_FINE = 128  # steps that an input's step is divided into
_GATE_SCALE = 3 / 32768  # of the 16-bit value that becomes relu6(x + 3) / 6
_WORD = (-32768, 32767)


def _check(site: Site) -> Iterator[Finding]:
    x, y = site.input(0), site.output
    if x.dtype is DType.INT8 and _multiplier(x.scale, y.scale)[1] > 0:
        works = f"an output scale above 1/{_FINE} of the input's"
        yield Finding("an output scale far below the input's scale", works, y)


def _multiplier(in_scale: float, out_scale: float) -> tuple[int, int]:
    """Multiplier in Q0.15 and shift of a fine input step in steps of `out_scale`."""
    with np.errstate(over="ignore"):
        factor = np.float32(in_scale) / np.float32(_FINE) / np.float32(out_scale)
    multiplier, shift = tflm.quantised_multiplier(float(factor))
    return tflm.reduced_multiplier(multiplier), shift


def _table(site: Site) -> Table:
    """The reference's arithmetic of 16 bits."""
    x, y = site.input(0), site.output
    fine = _unary.steps(x) * _FINE
    multiplier, shift = _multiplier(x.scale, y.scale)
    product = _halves_towards_zero(_gate(fine, x.scale) * _high_mul(fine, multiplier))
    return _unary.clipped(_round_shift(product, -shift) + y.zero_point)


def _gate(fine: Ints, scale: float) -> Ints:
    """relu6(x + 3) / 6 in Q0.15: saturated last of all, so that left shifts do no harm."""
    multiplier, shift = _multiplier(scale, _GATE_SCALE)
    shifted = (fine << max(shift - 1, 0)).clip(*_WORD)
    third = _high_mul(shifted, multiplier)
    third = (third << 1).clip(*_WORD) if shift > 0 else _round_shift(third, -shift)
    return (third + 32768) >> 1


def _high_mul(a: Ints, b: int) -> Ints:
    """The high half of 2ab of 16-bit numbers, to nearest, ties up."""
    return ((a * b + (1 << 14)) >> 15).clip(max=_WORD[1])


def _halves_towards_zero(product: Ints) -> Ints:
    """The high half of twice a product of 16-bit numbers, truncated."""
    return np.where(product < 0, -(-product >> 15), product >> 15)


def _round_shift(x: Ints, exponent: int) -> Ints:
    """x / 2^exponent to nearest, ties away from zero; from 16 on, the mask has all bits."""
    mask = (1 << exponent) - 1 if exponent < 16 else -1
    threshold = (mask >> 1) + (x < 0)
    return (x >> exponent) + ((x & mask) > threshold)


def _exact(x: Floats, site: Site) -> Floats:
    gate = np.where(x + 3 > 0, x + 3, np.float32(0))
    return x * np.where(gate < 6, gate, np.float32(6)) / np.float32(6)


OPERATOR = unary(
    name="HARD_SWISH",
    code=117,
    doc="x * relu6(x + 3) / 6: int8 by a table of 256 entries, float32.",
    kernels=("hard_swish_f32", "lookup_s8"),
    limits="An int8 output scale far below the input's.",
    beyond="quantised uint8",
    unsigned=True,
    table=_table,
    forms={DType.FLOAT32: mapped("hard_swish_f32")},
    exact=_exact,
    check=_check,
)
