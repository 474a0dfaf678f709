"""Convolutions whose filters can be packed by pairs."""

from __future__ import annotations

import numpy as np
from attrs import evolve
from hypothesis import strategies as st

from tests.ops import test_conv_2d as convolution
from tests.ops.same import Part
from tests.ops.windows import Axis, Scales, Windowed, axes, changed


@st.composite
def quantisations(draw: st.DrawFn) -> Scales:
    """Draws scales whose factors are below a half, and zero points of every kind."""
    return Scales(
        x=0.05,
        y=draw(st.sampled_from([0.1, 0.03])),
        x_zero=draw(st.sampled_from([-128, 127, 0]) | st.integers(-128, 127)),
        y_zero=draw(st.sampled_from([-128, -128, 127]) | st.integers(-128, 127)),
        gain=draw(st.sampled_from([0.2, 0.02, 0.003, 0.0007, 1e-6, 1e-12])),
        per_channel=draw(st.booleans()),
        seed=draw(st.integers(0, 999)),
    )


@st.composite
def cases(draw: st.DrawFn) -> convolution.Case:
    """Draws a convolution without groups."""
    padding = draw(st.sampled_from(["SAME", "VALID"]))
    rows, columns = draw(axes(padding, dilated=True)), draw(axes(padding, dilated=True))
    columns = evolve(columns, size=columns.size + draw(st.sampled_from([0, 0, 3, 5])))
    if draw(st.integers(0, 3)) == 0:  # all pixels in one line
        rows = columns = Axis(draw(st.integers(1, 4)), 1, 1, 1)
    return convolution.Case(
        window=Windowed(padding, rows, columns, draw(st.integers(1, 2)), "NONE"),
        groups=1,
        group_channels=draw(st.sampled_from([1, 2, 3, 4, 5, 8, 20])),
        group_filters=draw(st.integers(2, 7)),
        biased=True,
        seed=draw(st.integers(0, 999)),
        scales=draw(quantisations()),
    )


def tamed(part: Part, seed: int) -> Part:
    """Returns `part` with weights and biases as layers have them, but for one channel or two.

    Those have no weights, and a bias as large as any.
    """
    weights, bias = (next(t for t in part.tensors if t.name == name) for name in ("w", "b"))
    random = np.random.default_rng(seed)
    axis = 3 if part.nodes[0].op == "DEPTHWISE_CONV_2D" else 0
    kept = np.moveaxis(np.maximum(np.asarray(weights.data), -127), axis, 0).copy()
    added = random.integers(-40000, 40000, bias.shape, np.int32)
    for channel in random.integers(0, len(kept), seed % 3):
        kept[channel], added[channel] = 0, random.choice([-(2**30), 2**29, 5])
    part = changed(part, "w", data=np.moveaxis(kept, 0, axis).copy())
    return changed(part, "b", data=added)
