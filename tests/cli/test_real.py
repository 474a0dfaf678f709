"""Real values to quantised ones and back: as the C in mf_kernel.h and the generated header do."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from microflow.cli.real import dequantise, is_quantised, quantise
from microflow.graph.tensor import DType, Quantization, Tensor

DTYPES = (DType.INT8, DType.UINT8, DType.INT16)
SCALES = st.floats(2**-16, 2**10, width=32)


def tensor(dtype: DType, scale: float | None, zero_point: int = 0) -> Tensor:
    affine = None if scale is None else Quantization((scale,), (zero_point,))
    return Tensor(0, "x", dtype, (1,), affine)


def as_in_c(x: float, scale: float, zero_point: int, low: int, high: int) -> int:
    """A transcription of mf_quantise, operation by operation, in single precision."""
    f32 = np.float32
    with np.errstate(all="ignore"):
        steps = f32(x) / f32(scale)
    if not steps > f32(low - zero_point):
        return low
    if steps >= f32(high - zero_point):
        return high
    whole = int(steps)
    rest = steps - f32(whole)
    return zero_point + whole + (1 if rest >= f32(0.5) else 0) - (1 if rest <= f32(-0.5) else 0)


@given(
    st.sampled_from(DTYPES),
    st.lists(
        st.floats(-(2**20), 2**20, width=32) | st.sampled_from([math.inf, -math.inf, 0.0, 1e30])
    ),
    SCALES,
    st.data(),
)
def test_quantising_is_what_the_generated_c_does(
    dtype: DType, values: list[float], scale: float, data: st.DataObject
) -> None:
    limits = np.iinfo(dtype.numpy)
    zero_point = data.draw(st.integers(int(limits.min), int(limits.max)))
    made = quantise(np.array(values, np.float64), tensor(dtype, scale, zero_point))
    assert made.dtype == dtype.numpy
    low, high = int(limits.min), int(limits.max)
    assert made.tolist() == [as_in_c(v, scale, zero_point, low, high) for v in values]


@given(st.sampled_from(DTYPES), SCALES, st.data())
def test_a_quantised_value_comes_back(dtype: DType, scale: float, data: st.DataObject) -> None:
    limits = np.iinfo(dtype.numpy)
    numbers = st.integers(int(limits.min), int(limits.max))
    affine = tensor(dtype, scale, data.draw(numbers))
    raw = np.array(data.draw(st.lists(numbers, min_size=1)), dtype.numpy)
    real = dequantise(raw, affine)
    assert real.dtype == np.float32
    exact = [Fraction(scale) * (int(q) - affine.zero_point) for q in raw]
    assert all(
        abs(Fraction(float(r)) - e) <= abs(e) / 2**23 for r, e in zip(real, exact, strict=True)
    )
    assert (quantise(real, affine) == raw).all()


def test_what_is_not_quantised_stays() -> None:
    values = np.array([1, -2], np.int32)
    assert dequantise(values, tensor(DType.INT32, None)) is values
    assert [is_quantised(tensor(DType.INT8, s)) for s in (None, 0.0, 0.5)] == [False, False, True]
