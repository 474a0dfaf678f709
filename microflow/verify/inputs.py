"""Draws inputs to compare a model on: deterministic, of four kinds in turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen

from microflow.dsl.project import Port
from microflow.graph.tensor import DType
from microflow.verify.difference import Array

STEPS = 16
_INDICES = 4  # integers that are no quantised values are indices or counts: small
_FLOATS = (-1.0, 1.0)  # the range of a float input whose real range is unknown
_NARROW = 0.03  # the standard deviation of narrow inputs, of the whole range
_WAVES = 3  # periods that a smooth input has at most along a dimension


@frozen
class _Range:
    """The values that an input takes: lowest, usual and highest; integers unless `is_float`."""

    low: float
    middle: float
    high: float
    is_float: bool


_Draw: TypeAlias = Callable[[np.random.Generator, _Range, Sequence[int]], Array]


def draw_inputs(
    ports: Sequence[Port], steps: int = STEPS, seed: int = 0
) -> tuple[tuple[Array, ...], ...]:
    """Returns the inputs of each step, in the order of `ports`, in their types and shapes.

    In turn: values over the full range, a smooth field, values near the middle (the zero point,
    where there is one), and extremes. The same arguments give the same inputs.
    """
    return tuple(
        tuple(
            _draw(port, step, np.random.default_rng((seed, step, port.position))) for port in ports
        )
        for step in range(steps)
    )


def _draw(port: Port, step: int, chance: np.random.Generator) -> Array:
    span = _range(port)
    values = _KINDS[step % len(_KINDS)](chance, span, port.tensor.shape)
    rounded = values if span.is_float else np.rint(values)
    return np.clip(rounded, span.low, span.high).astype(port.tensor.dtype.numpy)


def _range(port: Port) -> _Range:
    tensor = port.tensor
    if tensor.dtype is DType.BOOL:
        return _Range(0, 0, 1, False)
    kind = np.dtype(tensor.dtype.numpy)
    if kind.kind == "f":
        low, high = port.real or _FLOATS
        return _Range(low, (low + high) / 2, high, True)
    if kind.itemsize > 2 and tensor.quantization is None:
        return _Range(0, 1, _INDICES - 1, False)
    limits = np.iinfo(kind)
    return _Range(limits.min, tensor.zero_point, limits.max, False)


def _full(chance: np.random.Generator, span: _Range, shape: Sequence[int]) -> Array:
    return chance.uniform(span.low - 0.5, span.high + 0.5, shape)


def _smooth(chance: np.random.Generator, span: _Range, shape: Sequence[int]) -> Array:
    field: Any = np.zeros(shape)
    for axis, size in enumerate(shape):
        along = np.arange(size).reshape([-1 if i == axis else 1 for i in range(len(shape))])
        waves, phase = chance.uniform(0, _WAVES), chance.uniform(0, 2 * np.pi)
        field = field + np.cos(2 * np.pi * waves * along / size + phase)
    swing = (span.high - span.low) / 2
    return np.asarray(span.low + swing + swing * field / max(len(shape), 1))


def _narrow(chance: np.random.Generator, span: _Range, shape: Sequence[int]) -> Array:
    return chance.normal(span.middle, _NARROW * (span.high - span.low), shape)


def _extremes(chance: np.random.Generator, span: _Range, shape: Sequence[int]) -> Array:
    return chance.choice((span.low, span.middle, span.high), shape)


_KINDS: tuple[_Draw, ...] = (_full, _smooth, _narrow, _extremes)
