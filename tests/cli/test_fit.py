"""Arrays as inputs: shapes, types, several inferences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from microflow.cli.fit import fit
from microflow.dsl.project import Port
from microflow.graph.tensor import DType, Quantization, Tensor


def port(dtype: DType = DType.INT8, shape: tuple[int, ...] = (1, 2, 3), scale: float = 0.5) -> Port:
    affine = Quantization((scale,), (0,)) if scale else None
    return Port("x", 0, Tensor(0, "tensor", dtype, shape, affine))


def runs(array: Any, where: Port) -> list[Any]:
    fitted = fit(np.asarray(array), where, "f")
    assert not fitted.diagnostics
    tensor = where.tensor
    assert all(a.shape == tensor.shape and a.dtype == tensor.dtype.numpy for a in fitted.arrays)
    return [a.tolist() for a in fitted.arrays]


def refusal(array: Any, where: Port) -> tuple[str, str]:
    fitted = fit(np.asarray(array), where, "f")
    assert not fitted.arrays
    (found,) = fitted.diagnostics
    return found.rule.code, found.message


@pytest.mark.parametrize(
    ("shape", "count"),
    [
        ((1, 2, 3), 1),
        ((2, 3), 1),
        ((1, 1, 2, 3), 1),
        ((5, 1, 2, 3), 5),
        ((5, 2, 3), 5),
        ((2, 3, 1), 1),
    ],
)
def test_shapes_that_fit(shape: tuple[int, ...], count: int) -> None:
    array = np.arange(np.prod(shape)).reshape(shape)
    made = runs(array, port())
    assert len(made) == count
    assert np.ravel(made).tolist() == list(range(int(np.prod(shape))))


@pytest.mark.parametrize("shape", [(6,), (3, 2), (2, 2, 3, 3), (0, 1, 2, 3), (), (5, 6)])
def test_shapes_that_do_not(shape: tuple[int, ...]) -> None:
    code, message = refusal(np.zeros(shape, np.int8), port())
    assert code == "MF6202"
    found = ", ".join(map(str, shape))
    assert (
        message
        == f"f has shape ({found}); input 'x' takes (1, 2, 3), or (N, 1, 2, 3) for N inferences"
    )


def test_one_element() -> None:
    one = port(shape=(1, 1))
    assert runs(7, one) == [[[7]]]
    assert runs([7], one) == [[[7]]]
    assert runs([7, 8], one) == [[[7]], [[8]]]


def test_a_scalar_tensor() -> None:
    scalar = port(shape=())
    assert runs(7, scalar) == [7]
    assert runs([7, 8], scalar) == [7, 8]


def test_whole_numbers_are_the_tensors_own() -> None:
    row = port(shape=(1, 2))
    assert runs(np.array([-128, 127], np.int64), row) == [[[-128, 127]]]
    assert runs(np.array([True, False]), row) == [[[1, 0]]]


def test_real_numbers_are_quantised() -> None:
    row = port(shape=(1, 4))
    assert runs([0.25, -0.25, 0.2, 1e9], row) == [[[1, -1, 0, 127]]]
    assert runs([np.inf, -np.inf, 0.0, 63.4], row) == [[[127, -128, 0, 127]]]


UINT8, INT32, BOOL = (DType.UINT8, 0.5), (DType.INT32, 0), (DType.BOOL, 0)


@pytest.mark.parametrize(
    ("value", "where", "found", "taken"),
    [
        (128, (DType.INT8, 0.5), "128", "int8: -128 to 127, or real numbers"),
        (-1, UINT8, "-1", "uint8: 0 to 255, or real numbers"),
        (2**31, INT32, "2147483648", "int32: -2147483648 to 2147483647"),
        (2, BOOL, "2", "bool: 0 to 1"),
        (0.5, INT32, "real numbers", "whole numbers (int32, not quantised)"),
        (np.nan, UINT8, "NaN", "real numbers"),
        (1j, UINT8, "values of type complex128", "numbers"),
        ("a", UINT8, "values of type <U1", "numbers"),
    ],
)
def test_values_that_do_not_fit(
    value: Any, where: tuple[DType, float], found: str, taken: str
) -> None:
    dtype, scale = where
    message = f"f holds {found}; input 'x' takes {taken}"
    assert refusal([value], port(dtype, (1,), scale)) == ("MF6203", message)


def test_float_inputs_take_any_number() -> None:
    real = port(DType.FLOAT32, (1, 2), 0)
    assert runs(np.array([1, 2], np.int16), real) == [[[1.0, 2.0]]]
    assert runs(np.array([0.1, 1e300]), real) == [[[float(np.float32(0.1)), float("inf")]]]
    assert np.isnan(runs([np.nan, 0.0], real)[0][0][0])
