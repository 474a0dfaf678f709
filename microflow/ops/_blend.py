"""Sums and differences of int8 by two factors (blend_s8).

The reference rounds four times on the way to a sum. Factors with one rounding each give the same
wherever an offset makes all 65,536 pairs of values agree, which is tried here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from microflow.graph.call import KernelCall
from microflow.graph.ir import Site
from microflow.graph.tensor import DType, Tensor
from microflow.numerics.fixed_point import requantise
from microflow.numerics.tflm import quantised_multiplier
from microflow.ops import _arithmetic
from microflow.profiles import TFLM
from microflow.targets import Core

_FRACTION = 21  # bits of an offset behind an output's step
_BYTE = 24  # an element is the highest byte of a word, of which the product's highest 32 bits count
_VALUES = np.arange(-128, 128)
_LARGEST = 2**31 - 1


def designs(site: Site, core: Core, b_sign: int) -> Iterator[tuple[KernelCall, ...]]:
    """Yields the call that adds both operands, the second times `b_sign`, where there is one."""
    a, b, y = site.input(0), site.input(1), site.output
    is_int8 = site.profile == TFLM and y.dtype is DType.INT8
    if core.isa[0] == "host" or not is_int8 or not a.elements == b.elements == y.elements:
        return
    if _arithmetic.limit_pair(site) != (-128, 127):
        return
    f = _arithmetic.factors(site, _arithmetic.SUM_BITS[y.dtype])
    found = _blend(_operand(a, f.a), _operand(b, f.b), _operand(y, f.out), b_sign)
    if found is None:
        return
    params = {
        "count": y.elements,
        "a_factor": found.a,
        "b_factor": found.b,
        "offset": found.offset,
    }
    yield (KernelCall("blend_s8", (a.id, b.id), (y.id,), params),)


@frozen
class _Operand:
    """A tensor's zero point, and the multiplier and shift on the way from it or to it."""

    zero_point: int
    multiplier: int
    shift: int

    @property
    def factor(self) -> float:
        return self.multiplier * 2.0 ** (self.shift - 31)

    def scaled(self) -> NDArray[np.int64]:
        """Returns all values in the scale in which operands are added."""
        steps = (_VALUES - self.zero_point) << _arithmetic.SUM_BITS[DType.INT8]
        return requantise(steps, self.multiplier, self.shift)


def _operand(tensor: Tensor, factor: float) -> _Operand:
    return _Operand(tensor.zero_point, *quantised_multiplier(factor))


@frozen
class _Blend:
    """The factors of both operands, and the offset."""

    a: int
    b: int
    offset: int


@cache
def _blend(a: _Operand, b: _Operand, y: _Operand, b_sign: int) -> _Blend | None:
    """Returns what gives the reference's outputs for all pairs; None where nothing does."""
    sums = a.scaled()[:, None] + b_sign * b.scaled()
    outputs = (requantise(sums, y.multiplier, y.shift) + y.zero_point).clip(-128, 127)
    step = y.factor * 2.0 ** (_arithmetic.SUM_BITS[DType.INT8] + _FRACTION + 32 - _BYTE)
    f, g = round(a.factor * step), round(b_sign * b.factor * step)
    if max(abs(f), abs(g)) > _LARGEST:
        return None
    products = _products(f)[:, None] + _products(g)
    least = (outputs << _FRACTION) - products
    most = least + (1 << _FRACTION) - 1
    low = int(least[outputs > -128].max(initial=-_LARGEST))
    high = int(most[outputs < 127].min(initial=_LARGEST))
    offset = (low + high) // 2
    fits = max(abs(products + offset).max(), abs(_products(f) + offset).max()) <= _LARGEST
    return _Blend(f, g, offset) if low <= high and fits else None


def _products(factor: int) -> NDArray[np.int64]:
    """The highest 32 bits of all values' products, rounded."""
    products: NDArray[np.int64] = (_VALUES * factor * 2**_BYTE + 2**31) >> 32
    return products
