"""Draws what the tests of convolutions and pools share: windows, scales, values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from attrs import evolve, frozen
from hypothesis import strategies as st

from microflow.graph.call import KernelCall
from microflow.graph.ir import Site
from microflow.importer.tflite import import_model
from microflow.targets import load_target
from tests.assemble import T
from tests.ops.same import Array, Part, assert_same, joined

ACTIVATIONS = [
    "NONE",
    "RELU",
    "RELU6",
    "RELU_N1_TO_1",
]  # the last two do nothing
ZERO_POINTS = st.sampled_from([-128, 127, 0, -7]) | st.integers(-128, 127)


def changed(part: Part, name: str, **fields: Any) -> Part:
    """Returns `part` with other fields in the tensor `name`."""
    tensors = [evolve(t, **fields) if t.name == name else t for t in part.tensors]
    return evolve(part, tensors=tensors)


def with_options(part: Part, **options: Any) -> Part:
    """Returns `part` with other options in its operator."""
    (node,) = part.nodes
    assert not isinstance(node.options, str)
    return evolve(part, nodes=[evolve(node, options={**(node.options or {}), **options})])


def call(part: Part) -> KernelCall:
    """Returns the only kernel call of the operator of `part`."""
    found = site(part)
    (made,) = found.node.op.lower(found, load_target("host").core)
    return made


def site(part: Part) -> Site:
    """Returns the operator of `part` as the compiler sees it."""
    graph, _ = import_model(joined(part), "model")
    assert graph is not None
    return graph.sites()[0]


@frozen
class Axis:
    """One direction of a window over a picture."""

    size: int
    kernel: int
    stride: int
    dilation: int

    @property
    def reach(self) -> int:
        return (self.kernel - 1) * self.dilation + 1

    def output(self, padding: str) -> int:
        if padding == "SAME":
            return (self.size + self.stride - 1) // self.stride
        return (self.size - self.reach) // self.stride + 1


@frozen
class Windowed:
    """A window over a picture, with all that convolutions and pools are told of it."""

    padding: str
    rows: Axis
    columns: Axis
    batches: int
    activation: str

    def input(self, channels: int) -> tuple[int, ...]:
        return (self.batches, self.rows.size, self.columns.size, channels)

    def output(self, channels: int) -> tuple[int, ...]:
        rows, columns = (axis.output(self.padding) for axis in (self.rows, self.columns))
        return (self.batches, rows, columns, channels)

    def options(self, **more: Any) -> dict[str, Any]:
        return {
            "padding": self.padding,
            "strideH": self.rows.stride,
            "strideW": self.columns.stride,
            "fusedActivationFunction": self.activation,
            **more,
        }

    def dilations(self) -> dict[str, int]:
        return {"dilationHFactor": self.rows.dilation, "dilationWFactor": self.columns.dilation}


@st.composite
def axes(draw: st.DrawFn, padding: str, dilated: bool) -> Axis:
    kernel = draw(st.integers(1, 4))
    dilation = draw(st.sampled_from([1, 1, 2, 3])) if dilated else 1
    least = (kernel - 1) * dilation + 1 if padding == "VALID" else 1
    return Axis(draw(st.integers(least, least + 6)), kernel, draw(st.integers(1, 3)), dilation)


@st.composite
def windows(draw: st.DrawFn, dilated: bool = True) -> Windowed:
    padding = draw(st.sampled_from(["SAME", "VALID"]))
    rows, columns = draw(axes(padding, dilated)), draw(axes(padding, dilated))
    return Windowed(
        padding, rows, columns, draw(st.integers(1, 2)), draw(st.sampled_from(ACTIVATIONS))
    )


@st.composite
def _covering(draw: st.DrawFn, padding: str, exactly: bool) -> Axis:
    """Draws a direction in which the first window covers the picture; `exactly` nothing else."""
    size = draw(st.integers(1, 5))
    if padding == "VALID":
        return Axis(size, size, draw(st.integers(1, 3)), 1)
    around = 0 if exactly else draw(st.integers(0, 3))
    return Axis(size, size + around, draw(st.integers(size, size + 2)), 1)


@st.composite
def covered(draw: st.DrawFn, exactly: bool = False, columns: bool = True) -> Windowed:
    """Draws a window over all rows of one picture, and all `columns` too."""
    padding = draw(st.sampled_from(["SAME", "VALID"]))
    across = _covering(padding, exactly) if columns else axes(padding, dilated=False)
    activation = draw(st.sampled_from(["NONE", "RELU6"]))
    return Windowed(padding, draw(_covering(padding, exactly)), draw(across), 1, activation)


@frozen
class Scales:
    """The quantisation of a weighted sum. `gain` is what it makes of a sum, roughly.

    `activations` and `bias` are the types of both tensors and of the bias.
    """

    x: float
    y: float
    x_zero: int
    y_zero: int
    gain: float
    per_channel: bool
    seed: int
    activations: str = "int8"
    bias: str = "int32"

    def weights(self, channels: int) -> list[float]:
        """Returns the weights' scales: factors around `gain` from sum to output."""
        rng = np.random.default_rng(self.seed)
        spread = rng.uniform(0.3, 1.7, channels if self.per_channel else 1)
        return [float(s) for s in self.gain * spread * self.y / self.x]

    def input(self, shape: Sequence[int], name: str = "x") -> T:
        return T(name, self.activations, shape, scale=self.x, zero_point=self.x_zero)

    def output(self, shape: Sequence[int], name: str = "y") -> T:
        return T(name, self.activations, shape, scale=self.y, zero_point=self.y_zero)

    def biases(self, channels: int, seed: int, scale: float | None = None) -> T:
        data = int32_bias(channels, seed) if self.bias == "int32" else int64_bias(channels, seed)
        return T("b", self.bias, (channels,), data=data, scale=scale)


@st.composite
def scales(draw: st.DrawFn, activations: str = "int8", biases: Sequence[str] = ()) -> Scales:
    """Draws a quantisation; the bias has one of the types `biases`, or int32."""
    usual = st.sampled_from([0.01, 0.003, 0.0007])
    return Scales(
        x=draw(st.floats(0.001, 2.0)),
        y=draw(st.floats(0.01, 0.5)),
        x_zero=draw(ZERO_POINTS),
        y_zero=draw(ZERO_POINTS),
        gain=draw(usual | usual | st.sampled_from([1e-12, 1e-9, 0.5, 1.0, 2.6, 300.0])),
        per_channel=draw(st.booleans()),
        seed=draw(st.integers(0, 999)),
        activations=activations,
        bias=draw(st.sampled_from(biases or ("int32",))),
    )


def int8_weights(shape: Sequence[int], seed: int) -> Array:
    """Returns weights from the whole of int8, the least value included."""
    return np.random.default_rng(seed).integers(-128, 128, shape).astype(np.int8)


def int32_bias(channels: int, seed: int) -> Array:
    """Returns biases from small to as large as sums bear without overflow."""
    rng = np.random.default_rng(seed)
    size = 2.0 ** rng.uniform(0, 30, channels)
    return np.asarray(rng.choice([-1, 1], channels) * size, np.int32)


def int64_bias(channels: int, seed: int) -> Array:
    """Returns biases that fit 32 bits and, for every other seed, one that does not."""
    wide = np.int64(3) << (30 + seed % 12)
    odd: Array = wide * (np.arange(channels) == seed % 2)
    return int32_bias(channels, seed).astype(np.int64) + odd


def int16_pictures(shape: Sequence[int], seed: int) -> list[Array]:
    """Returns noise, and pictures of nothing but the type's limits."""
    noise = np.random.default_rng(seed).integers(-32768, 32768, shape).astype(np.int16)
    limits = np.where(noise > 0, 32767, -32768).astype(np.int16)
    return [noise, limits, np.full(shape, -32768, np.int16)]


def int8_pictures(shape: Sequence[int], seed: int) -> list[Array]:
    """Returns noise, and pictures of nothing but the type's limits."""
    noise = np.random.default_rng(seed).integers(-128, 128, shape).astype(np.int8)
    return [noise, np.where(noise > 0, 127, -128).astype(np.int8), np.full(shape, -128, np.int8)]


def floats(shape: Sequence[int], seed: int) -> Array:
    """Returns numbers of very different sizes, zeros of both signs and denormal ones."""
    rng = np.random.default_rng(seed)
    plain = rng.normal(0, 1, shape) * 10.0 ** rng.integers(-4, 5, shape)
    odd = rng.choice([0.0, -0.0, 1e-42, -1e-42, 6.0], shape)
    return np.where(rng.random(shape) < 0.1, odd, plain).astype(np.float32)


@frozen
class Ties:
    """Scales, and sums so close to the ties between outputs that the factor's last bits show."""

    x: float
    w: float
    y: float
    sums: Array


def ties(seed: int) -> Ties:
    """Returns the ties of a factor of about 1e-7, whose sums have up to 28 bits."""
    x, w = map(float, np.random.default_rng(seed).uniform(0.01, 1.0, 2).astype(np.float32))
    y = float(np.float32(x * w * 1e7))
    middles = (np.arange(20) + 0.5) * (y / (x * w))
    sums = np.rint(middles[:, None] + np.arange(-60, 61, 4)).astype(np.int32)
    return Ties(x, w, y, sums.ravel())


class Drawn(Protocol):
    """A case that tests draw: the input's shape, a seed, and the part of a model it is."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    @property
    def seed(self) -> int: ...

    def part(self) -> Part: ...


def check_int8(drawn: Sequence[Drawn], **options: Any) -> None:
    """Compares all cases, as one model, with the reference on int8 values."""
    values = [int8_pictures(case.shape, case.seed + 1) for case in drawn]
    assert_same(joined(*(c.part() for c in drawn)), list(zip(*values, strict=True)), **options)


def check_int4(drawn: Sequence[Drawn], **options: Any) -> None:
    """The same with weights of 4 bits."""
    values = [int8_pictures(case.shape, case.seed + 1) for case in drawn]
    parts = [four_bits(case.part()) for case in drawn]
    assert_same(joined(*parts), list(zip(*values, strict=True)), **options)


def four_bits(part: Part) -> Part:
    """Returns `part` with the upper bits of its weights, and a zero point that they can hold."""
    (weights,) = (t for t in part.tensors if t.name == "w")
    zeros = [max(-8, min(zero, 7)) for zero in weights.zero_points or [0]]
    upper = np.asarray(weights.data, np.int8) >> 4
    return changed(part, "w", dtype="int4", data=upper, zero_points=zeros)


def check_int16(drawn: Sequence[Drawn], **options: Any) -> None:
    """The same on int16 values."""
    values = [int16_pictures(case.shape, case.seed + 1) for case in drawn]
    assert_same(joined(*(c.part() for c in drawn)), list(zip(*values, strict=True)), **options)


def check_float(drawn: Sequence[Drawn], **options: Any) -> None:
    """Compares all cases, as one model, with the reference on two sets of floats."""
    inputs = [[floats(case.shape, seed + case.seed) for case in drawn] for seed in (1, 2)]
    assert_same(joined(*(case.part() for case in drawn)), inputs, **options)
