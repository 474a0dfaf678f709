"""Drawn inputs: deterministic, in range, of the tensor's type and shape, and not all alike."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.dsl.project import Port
from microflow.graph.tensor import DType, Quantization, Tensor
from microflow.verify.inputs import draw_inputs

_TYPES = (DType.INT8, DType.UINT8, DType.INT16, DType.INT32, DType.INT64, DType.FLOAT32, DType.BOOL)


def _port(dtype: DType, shape: tuple[int, ...], position: int = 0) -> Port:
    quantized = Quantization((0.1,), (3,)) if dtype is DType.INT8 else None
    return Port(f"p{position}", position, Tensor(position, "x", dtype, shape, quantized))


@settings(max_examples=40)
@given(
    st.sampled_from(_TYPES),
    st.lists(st.integers(1, 6), max_size=4).map(tuple),
    st.integers(1, 9),
    st.integers(0, 5),
)
def test_inputs_fit_the_tensor_and_repeat(
    dtype: DType, shape: tuple[int, ...], steps: int, seed: int
) -> None:
    port = _port(dtype, shape)
    drawn = draw_inputs([port], steps, seed)
    assert len(drawn) == steps
    for (array,), (again,) in zip(drawn, draw_inputs([port], steps, seed), strict=True):
        assert array.dtype == np.dtype(dtype.numpy) and array.shape == shape
        assert np.array_equal(array, again)
        if dtype in (DType.INT32, DType.INT64):
            assert ((array >= 0) & (array < 4)).all()
        if dtype is DType.FLOAT32:
            assert (np.abs(array) <= 1).all()


def test_int8_inputs_cover_the_range_the_middle_and_the_ends() -> None:
    full, smooth, narrow, extremes = (
        step[0].astype(int) for step in draw_inputs([_port(DType.INT8, (1, 40, 40, 2))], 4)
    )
    assert full.min() == -128 and full.max() == 127
    assert abs(np.median(full)) < 10
    assert np.abs(np.diff(smooth[0, :, :, 0], axis=0)).max() < 40 < np.ptp(smooth)
    assert abs(np.median(narrow) - 3) <= 1 and np.ptp(narrow) < 100
    assert set(extremes.ravel()) == {-128, 3, 127}


def test_inputs_steps_and_seeds_differ() -> None:
    ports = [_port(DType.INT8, (4, 4)), _port(DType.INT8, (4, 4), 1)]
    drawn = draw_inputs(ports, 8)
    seen = {array.tobytes() for step in drawn for array in step}
    assert len(seen) == 16
    assert not np.array_equal(draw_inputs(ports, 1, 1)[0][0], drawn[0][0])


@pytest.mark.parametrize("real", [(0.0, 255.0), (-40.0, 85.0)])
def test_floats_keep_to_the_range_that_the_manifest_states(real: tuple[float, float]) -> None:
    port = evolve(_port(DType.FLOAT32, (50,)), real=real)
    for (array,) in draw_inputs([port], 4):
        assert array.min() >= real[0] and array.max() <= real[1]
    assert np.ptp(draw_inputs([port], 1)[0][0]) > 0.8 * (real[1] - real[0])
