"""Builds small networks layer by layer, with drawn weights: what the tests of bands compile.

net = Net("int8", seed=1)
x = net.input((1, 12, 8, 2))
x = net.conv(x, 4, (3, 3), stride=(2, 2))
model = net.model([net.mean(x)])
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from microflow.verify.difference import Array

from ..assemble import N, T, assemble

Pair = tuple[int, int]
Shape = tuple[int, ...]


class Net:
    """A network while it grows. Layers return the name of the tensor that they make."""

    def __init__(self, dtype: str, seed: int) -> None:
        self.dtype = dtype
        self._chance = np.random.default_rng(seed)
        self._tensors: list[T] = []
        self._nodes: list[N] = []
        self._inputs: list[str] = []

    @property
    def _int8(self) -> bool:
        return self.dtype == "int8"

    def shape(self, name: str) -> Shape:
        """Returns the shape of a tensor."""
        return tuple(self._find(name).shape)

    def input(self, shape: Shape) -> str:
        """Returns a new input."""
        name = self._tensor("input", shape)
        self._inputs.append(name)
        return name

    def conv(
        self,
        x: str,
        channels: int,
        kernel: Shape,
        stride: Pair = (1, 1),
        padding: str = "SAME",
        dilation: Pair = (1, 1),
        activation: str = "NONE",
    ) -> str:
        """A convolution with a bias."""
        weights = self._weights((channels, *kernel, self.shape(x)[3]), axis=0)
        options = {
            **_window(stride, padding, activation),
            "dilationHFactor": dilation[0],
            "dilationWFactor": dilation[1],
        }
        shape = (*_slide(self.shape(x), kernel, stride, padding, dilation), channels)
        return self._layer("CONV_2D", [x, weights, self._bias(x, weights)], shape, options)

    def depthwise(
        self,
        x: str,
        kernel: Shape,
        stride: Pair = (1, 1),
        padding: str = "SAME",
        multiplier: int = 1,
        dilation: Pair = (1, 1),
    ) -> str:
        """A convolution channel by channel, with a bias."""
        channels = self.shape(x)[3] * multiplier
        weights = self._weights((1, *kernel, channels), axis=3)
        options = {
            **_window(stride, padding, "NONE"),
            "depthMultiplier": multiplier,
            "dilationHFactor": dilation[0],
            "dilationWFactor": dilation[1],
        }
        shape = (*_slide(self.shape(x), kernel, stride, padding, dilation), channels)
        inputs = [x, weights, self._bias(x, weights)]
        return self._layer("DEPTHWISE_CONV_2D", inputs, shape, options)

    def pool(self, x: str, kind: str, kernel: Shape, stride: Pair, padding: str = "VALID") -> str:
        """A pool, `kind` MAX or AVERAGE."""
        options = {
            **_window(stride, padding, "NONE"),
            "filterHeight": kernel[0],
            "filterWidth": kernel[1],
        }
        shape = (*_slide(self.shape(x), kernel, stride, padding, (1, 1)), self.shape(x)[3])
        return self._layer(f"{kind}_POOL_2D", [x], shape, options, like=x)

    def pad(self, x: str, paddings: Sequence[Pair]) -> str:
        """Zeros around a tensor: as many before and behind as `paddings` says by dimension."""
        name = self._name("paddings")
        self._tensors.append(T(name, "int32", (len(paddings), 2), data=np.array(paddings)))
        shape = tuple(b + s + a for s, (b, a) in zip(self.shape(x), paddings, strict=True))
        return self._layer("PAD", [x, name], shape, {}, like=x)

    def binary(self, op: str, a: str, b: str) -> str:
        """ADD or MUL; `b` may be smaller, and is broadcast then."""
        return self._layer(op, [a, b], self.shape(a), {"fusedActivationFunction": "NONE"})

    def concat(self, parts: Sequence[str]) -> str:
        """The channels of several tensors of one scale, side by side."""
        shape = (*self.shape(parts[0])[:3], sum(self.shape(x)[3] for x in parts))
        options = {"axis": 3, "fusedActivationFunction": "NONE"}
        return self._layer("CONCATENATION", parts, shape, options, like=parts[0])

    def constant(self, shape: Shape) -> str:
        """A constant operand."""
        name, data = self._name("constant"), self._values(shape)
        scale, zero = (0.02, 3) if self._int8 else (None, 0)
        self._tensors.append(T(name, self.dtype, shape, scale, zero, data=data))
        return name

    def unary(self, op: str, x: str) -> str:
        """RELU, LOGISTIC or SOFTMAX."""
        options = {"beta": 1.0} if op == "SOFTMAX" else {}
        fixed = (1 / 256, -128) if self._int8 and op != "RELU" else None
        return self._layer(op, [x], self.shape(x), options, quantised=fixed)

    def reshape(self, x: str, shape: Shape) -> str:
        """Another shape for the same elements."""
        name = self._name("shape")
        self._tensors.append(T(name, "int32", (len(shape),), data=list(shape)))
        return self._layer("RESHAPE", [x, name], shape, {}, like=x)

    def dense(self, x: str, units: int) -> str:
        """A fully connected layer over all of a tensor."""
        weights = self._weights((units, math.prod(self.shape(x))), axis=None)
        inputs = [x, weights, self._bias(x, weights)]
        return self._layer("FULLY_CONNECTED", inputs, (1, units), {})

    def mean(self, x: str) -> str:
        """The mean of each channel."""
        self._tensors.append(T(self._name("axes"), "int32", (2,), data=[1, 2]))
        axes = self._tensors[-1].name
        return self._layer("MEAN", [x, axes], (1, self.shape(x)[3]), {"keepDims": False})

    def model(self, outputs: Sequence[str]) -> bytes:
        """Returns the file."""
        return assemble(self._tensors, self._nodes, self._inputs, list(outputs))

    # ---- Parts ----

    def _find(self, name: str) -> T:
        return next(t for t in self._tensors if t.name == name)

    def _name(self, kind: str) -> str:
        return f"{kind}{len(self._tensors)}"

    def _tensor(self, kind: str, shape: Shape, quantised: tuple[float, int] | None = None) -> str:
        name, zero = self._name(kind), int(self._chance.integers(-20, 20))
        scale, zero = (quantised or (0.04, zero)) if self._int8 else (None, 0)
        self._tensors.append(T(name, self.dtype, shape, scale, zero))
        return name

    def _layer(
        self,
        op: str,
        inputs: Sequence[str],
        shape: Shape,
        options: dict[str, Any],
        like: str | None = None,
        quantised: tuple[float, int] | None = None,
    ) -> str:
        if like is not None and self._int8:
            same = self._find(like)
            assert same.scale is not None
            quantised = same.scale, same.zero_point
        made = self._tensor(op.lower(), shape, quantised)
        self._nodes.append(N(op, list(inputs), [made], options))
        return made

    def _values(self, shape: Shape) -> Array:
        if self._int8:
            return self._chance.integers(-127, 128, shape)
        return self._chance.normal(size=shape)

    def _weights(self, shape: Shape, axis: int | None) -> str:
        """Weights under which outputs spread like inputs; `axis` is that of their scales."""
        name, data = self._name("weights"), self._values(shape)
        filters = shape[0 if axis is None else axis]
        spread = 1 / math.sqrt(math.prod(shape) / filters)
        if not self._int8:
            self._tensors.append(T(name, "float32", shape, data=data * spread, axis=axis or 0))
        elif axis is None:
            self._tensors.append(T(name, "int8", shape, data=data, scale=0.01 * spread))
        else:
            scales = [spread * (0.008 + 0.001 * i) for i in range(filters)]
            self._tensors.append(T(name, "int8", shape, data=data, scales=scales, axis=axis))
        return name

    def _bias(self, x: str, weights: str) -> str:
        w, name = self._find(weights), self._name("bias")
        count = w.shape[w.axis]
        if not self._int8:
            self._tensors.append(T(name, "float32", (count,), data=self._values((count,))))
            return name
        own = w.scales if w.scales is not None else [w.scale or 1.0]
        scales = [(self._find(x).scale or 1.0) * s for s in own]
        data = self._chance.integers(-400, 400, (count,))
        self._tensors.append(T(name, "int32", (count,), data=data, scales=scales))
        return name


def _window(stride: Pair, padding: str, activation: str) -> dict[str, Any]:
    return {
        "strideH": stride[0],
        "strideW": stride[1],
        "padding": padding,
        "fusedActivationFunction": activation,
    }


def _slide(shape: Shape, kernel: Shape, stride: Pair, padding: str, dilation: Pair) -> Shape:
    """Images, rows and columns of the output."""
    reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    sides = [
        -(-size // s) if padding == "SAME" else (size - r + s) // s
        for size, s, r in zip(shape[1:3], stride, reach, strict=True)
    ]
    return (shape[0], *sides)
