"""Makes a user's array an input tensor, for one inference or several."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from microflow.cli.real import Array, is_quantised, quantise
from microflow.diag import Diagnostic, Diagnostics, Rule
from microflow.dsl.project import Port
from microflow.graph.tensor import Shape, Tensor

INPUT_SHAPE = Rule(
    "MF6202",
    "input-shape",
    """An array does not have the shape of the model's input

`run` takes an array of the input's shape, or one with a further dimension in front that counts
inferences. Dimensions of size 1 may be left out. In a CSV file a line is one inference, or the
whole file is.

    input mfcc, shape 1x49x40x1
    np.save("one.npy", features)     # (49, 40) or (1, 49, 40, 1): one inference
    np.save("many.npy", features)    # (100, 49, 40): a hundred

Remedy: reshape the array; the message names both shapes.
""",
)

INPUT_TYPE = Rule(
    "MF6203",
    "input-type",
    """An array does not have values that the model's input takes

Whole numbers are the values of the tensor itself and have to fit its type. Real numbers are what
the application thinks in: they are quantised with the input's scale and zero point. An input of
integers that is not quantised takes whole numbers only.

    np.save("x.npy", np.array([200], np.uint8))    # wrong for int8: -128 to 127
    np.save("x.npy", np.array([0.57], np.float32)) # right: quantised as the application would

Remedy: convert the array; the message says what was found and what is expected.
""",
)


@frozen
class Fitted:
    """The input tensors that an array gives, one an inference."""

    arrays: tuple[Array, ...] = ()
    diagnostics: Diagnostics = ()


def fit(array: Array, port: Port, where: str) -> Fitted:
    """Returns `array` as input tensors in the type and shape of `port`; `where` names it."""
    stacked = _stacked(array, port.tensor.shape)
    if stacked is None:
        return Fitted(diagnostics=(_bad_shape(array, port, where),))
    complaint = _complaint(stacked, port.tensor)
    if complaint is not None:
        found, expected = complaint
        message = f"{where} holds {found}; input '{port.label}' takes {expected}"
        return Fitted(diagnostics=(Diagnostic(INPUT_TYPE, message, "convert the array"),))
    return Fitted(tuple(_converted(stacked, port.tensor)))


def _stacked(array: Array, shape: Shape) -> Array | None:
    """The array with one dimension more than `shape`, counting inferences; None if it has not."""
    if array.size == 0:
        return None
    if _essential(array.shape) == _essential(shape) and len(array.shape) <= len(shape):
        return array.reshape(1, *shape)
    if array.ndim > 0 and _essential(array.shape[1:]) == _essential(shape):
        return array.reshape(len(array), *shape)
    return array.reshape(1, *shape) if _essential(array.shape) == _essential(shape) else None


def _essential(shape: Shape) -> Shape:
    return tuple(d for d in shape if d != 1)


def _bad_shape(array: Array, port: Port, where: str) -> Diagnostic:
    wanted = ", ".join(map(str, port.tensor.shape))
    return Diagnostic(
        INPUT_SHAPE,
        f"{where} has shape ({', '.join(map(str, array.shape))}); "
        f"input '{port.label}' takes ({wanted}), or (N, {wanted}) for N inferences",
        f"reshape it, for example with array.reshape({wanted})",
    )


def _complaint(array: Array, tensor: Tensor) -> tuple[str, str] | None:
    """What is wrong with the values and what would be right, or None."""
    kind = np.dtype(tensor.dtype.numpy)
    if array.dtype.kind not in "biuf":
        return f"values of type {array.dtype}", "numbers"
    if kind.kind == "f":
        return None
    if array.dtype.kind == "f":
        return _unreal(array, tensor)
    limits = (0, 1) if kind.kind == "b" else (np.iinfo(kind).min, np.iinfo(kind).max)
    wrong = (array < limits[0]) | (array > limits[1])
    if not wrong.any():
        return None
    hint = ", or real numbers" if is_quantised(tensor) else ""
    return str(array[wrong][0]), f"{tensor.dtype.label}: {limits[0]} to {limits[1]}{hint}"


def _unreal(array: Array, tensor: Tensor) -> tuple[str, str] | None:
    if not is_quantised(tensor):
        return "real numbers", f"whole numbers ({tensor.dtype.label}, not quantised)"
    return ("NaN", "real numbers") if np.isnan(array).any() else None


def _converted(array: Array, tensor: Tensor) -> Array:
    kind = np.dtype(tensor.dtype.numpy)
    if array.dtype.kind == "f" and kind.kind != "f":
        return quantise(array, tensor)
    with np.errstate(over="ignore"):
        return array.astype(kind)
