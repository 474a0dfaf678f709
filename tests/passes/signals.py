"""Draws nets over 1-D signals, as converters write them: in one row, and with views around."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import evolve
from hypothesis import strategies as st

from tests.assemble import N, T
from tests.ops.same import Array, Part

ROW, FLAT, COLUMN = "row", "flat", "column"  # [1, 1, W, C], [1, W, C], [1, W, 1, C]
_SIDES = {"W": "Width", "H": "Height"}


class Net:
    """A net under construction: the signal so far is `length` pixels of `channels`."""

    def __init__(self, dtype: str, length: int, channels: int, form: str = FLAT) -> None:
        self.dtype, self.length, self.channels, self.form = dtype, length, channels, form
        self.tensors: list[T] = []
        self.nodes: list[N] = []
        self._signal("x", self.shape)

    @property
    def shape(self) -> tuple[int, ...]:
        if self.form == FLAT:
            return 1, self.length, self.channels
        sides = (1, self.length) if self.form == ROW else (self.length, 1)
        return 1, *sides, self.channels

    @property
    def part(self) -> Part:
        return Part(self.tensors, self.nodes, ["x"], [self.name])

    def input(self, seed: int) -> Array:
        return self._values(self.tensors[0].shape, seed)

    def see(self, form: str) -> None:
        """Gives the signal another shape."""
        if form != self.form:
            self.form = form
            self._add("RESHAPE", [], same=True)

    def convolve(self, kernel: int, filters: int = 0, rows: int = 1, **window: Any) -> None:
        """A convolution to `filters` channels; without, a depthwise one."""
        op = "CONV_2D" if filters else "DEPTHWISE_CONV_2D"
        sides = (rows, kernel) if self.form == ROW else (kernel, rows)
        weights = self._constant((filters or 1, *sides, self.channels), zero_point=0)
        self.channels = filters or self.channels
        multiplier = {} if filters else {"depthMultiplier": 1}
        self._add(op, [weights], self._window(kernel, **window) | multiplier)

    def pool(self, op: str, kernel: int, rows: int = 1, **window: Any) -> None:
        along, across = self._axes
        sizes = {f"filter{_SIDES[along]}": kernel, f"filter{_SIDES[across]}": rows}
        options = self._window(kernel, **window)
        self._add(
            op, [], {k: v for k, v in (options | sizes).items() if "Factor" not in k}, same=True
        )

    def relu(self) -> None:
        self._add("RELU", [], same=True)

    def add(self, *shape: int) -> None:
        """Adds a constant of `shape`; without, the signal itself."""
        self._add("ADD", [self._constant(shape) if shape else self.name])

    def residual(self, kernel: int) -> None:
        """Adds what a depthwise convolution makes of the signal."""
        before = self.name
        self.convolve(kernel, padding="SAME")
        self._add("ADD", [before])

    def pad(self, before: int, after: int) -> None:
        rank = len(self.shape)
        pairs = np.zeros((rank, 2), np.int32)
        pairs[1 if self.form == COLUMN else rank - 2] = before, after
        self.length += before + after
        self._add("PAD", [self._table(pairs)], same=True)

    def join(self, last: bool) -> None:
        """The channels, and the same once more."""
        self.channels *= 2
        axis = len(self.shape) - 1 if last else -1
        self._add("CONCATENATION", [self.name], {"axis": axis}, same=True)

    def mean(self) -> None:
        """Ends the net: the mean of each channel."""
        axes = self._table(np.arange(1, len(self.shape) - 1, dtype=np.int32))
        self._add("MEAN", [axes], shape=(1, self.channels))

    @property
    def _axes(self) -> tuple[str, str]:
        return ("W", "H") if self.form == ROW else ("H", "W")

    def _window(
        self, kernel: int, stride: int = 1, dilation: int = 1, padding: str = "SAME"
    ) -> dict[str, Any]:
        along, across = self._axes
        reach = (kernel - 1) * dilation if padding == "VALID" else 0
        self.length = -(-(self.length - reach) // stride)
        return {
            "padding": padding,
            f"stride{along}": stride,
            f"stride{across}": 1,
            f"dilation{along}Factor": dilation,
            f"dilation{across}Factor": 1,
        }

    def _add(
        self,
        op: str,
        more: Sequence[str],
        options: dict[str, Any] | None = None,
        same: bool = False,
        shape: tuple[int, ...] = (),
    ) -> None:
        """A node on the signal; what it makes is quantised the `same`, or not."""
        source = self.name
        self._signal(f"h{len(self.tensors)}_", shape or self.shape, source if same else None)
        self.nodes.append(N(op, [source, *more], [self.name], options))

    def _signal(self, name: str, shape: tuple[int, ...], like: str | None = None) -> None:
        number = len(self.tensors)
        made = self._tensor(name, shape, 0.05 + number % 7 / 50, number * 5 % 17 - 8)
        if like is not None:
            made = evolve(next(t for t in self.tensors if t.name == like), name=name, shape=shape)
        self.tensors.append(made)
        self.name = name

    def _tensor(self, name: str, shape: tuple[int, ...], scale: float, zero_point: int) -> T:
        if self.dtype == "float32":
            return T(name, "float32", shape)
        return T(name, "int8", shape, scale=scale, zero_point=zero_point)

    def _constant(self, shape: tuple[int, ...], zero_point: int = 3) -> str:
        number = len(self.tensors)
        made = self._tensor(f"w{number}_", shape, 0.02, zero_point)
        self.tensors.append(evolve(made, data=self._values(shape, number)))
        return made.name

    def _table(self, values: Array) -> str:
        made = T(f"t{len(self.tensors)}_", "int32", values.shape, data=values)
        self.tensors.append(made)
        return made.name

    def _values(self, shape: Sequence[int], seed: int) -> Array:
        random = np.random.default_rng(seed)
        if self.dtype == "float32":
            return random.normal(0, 1, shape).astype(np.float32)
        return random.integers(-128, 128, shape).astype(np.int8)


@st.composite
def nets(draw: st.DrawFn) -> Net:
    """One to six layers; convolutions and most pools work along a row."""
    dtype = draw(st.sampled_from(["int8", "float32"]))
    forms = st.sampled_from([ROW, FLAT])
    net = Net(dtype, draw(st.integers(2, 14)), draw(st.integers(1, 3)), draw(forms))
    for _ in range(draw(st.integers(1, 6))):
        _layer(draw, net)
        net.see(draw(forms | st.just(net.form)))
    if draw(st.booleans()):
        net.mean()
    return net


def _layer(draw: st.DrawFn, net: Net) -> None:
    kind = draw(st.sampled_from(["conv", "conv", "depthwise", "pool", "residual", "each", "join"]))
    if kind == "each":
        _each(draw, net)
    elif kind == "join":
        net.join(draw(st.booleans()))
    elif kind == "residual":
        net.see(ROW)
        net.residual(draw(st.integers(1, 4)))
    elif kind == "pool":
        net.see(draw(st.sampled_from([ROW, COLUMN])))
        op = draw(st.sampled_from(["MAX_POOL_2D", "AVERAGE_POOL_2D"]))
        net.pool(op, **draw(_windows(net.length, dilated=False)))
    else:
        net.see(ROW)
        filters = draw(st.integers(1, 6)) if kind == "conv" else 0
        net.convolve(filters=filters, **draw(_windows(net.length, dilated=True)))


def _each(draw: st.DrawFn, net: Net) -> None:
    kind = draw(st.sampled_from(["relu", "twice", "bias", "table", "pad"]))
    if kind == "relu":
        net.relu()
    elif kind == "twice":
        net.add()
    elif kind == "pad":
        net.pad(draw(st.integers(0, 3)), draw(st.integers(0, 3)))
    else:
        net.add(*(net.shape if kind == "table" else (net.channels,)))


@st.composite
def _windows(draw: st.DrawFn, length: int, dilated: bool) -> dict[str, Any]:
    padding = draw(st.sampled_from(["SAME", "VALID"]))
    most = min(length, 4) if padding == "VALID" else 4
    kernel = draw(st.integers(1, most))
    fits = padding == "SAME" or (kernel - 1) * 2 < length
    return {
        "kernel": kernel,
        "rows": draw(st.sampled_from([1, 1, 3])) if padding == "SAME" else 1,
        "stride": draw(st.integers(1, 2)),
        "padding": padding,
        **({"dilation": draw(st.integers(1, 2 if fits else 1))} if dilated else {}),
    }
