"""What the tests of both pools share."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import evolve, frozen
from hypothesis import strategies as st

from tests.assemble import N, T
from tests.ops.same import Array, Part, assert_same, joined
from tests.ops.windows import Axis, Windowed, floats, int8_pictures, int16_pictures, windows

PLAIN = Windowed("SAME", Axis(5, 3, 2, 1), Axis(4, 4, 1, 1), 2, "RELU6")


@frozen
class Case:
    """A pool; of integers where it has a scale, else float32."""

    window: Windowed
    channels: int
    scale: float | None
    zero_point: int
    seed: int
    integers: str = "int8"

    @property
    def shape(self) -> tuple[int, ...]:
        return self.window.input(self.channels)

    def part(self, op: str) -> Part:
        w = self.window
        dtype = "float32" if self.scale is None else self.integers
        kernel = {"filterHeight": w.rows.kernel, "filterWidth": w.columns.kernel}
        shapes = {"x": self.shape, "y": w.output(self.channels)}
        tensors = [T(name, dtype, shape, self.scale, self.zero_point)
                   for name, shape in shapes.items()]  # fmt: skip
        return Part(tensors, [N(op, ["x"], ["y"], w.options(**kernel))])

    def pictures(self) -> list[Array]:
        if self.scale is not None:
            pictures = int16_pictures if self.integers == "int16" else int8_pictures
            return pictures(self.shape, self.seed)
        large = np.full(self.shape, 3e38, np.float32)
        return [floats(self.shape, self.seed), large, -large]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    return Case(
        window=draw(windows(dilated=False)),
        channels=draw(st.integers(1, 5)),
        scale=draw(st.none() | st.sampled_from([0.02, 0.05, 3.0])),
        zero_point=draw(st.sampled_from([-128, -4, 0, 127])),
        seed=draw(st.integers(0, 999)),
        integers=draw(st.sampled_from(["int8", "int16"])),
    )


def one(scale: float | None = 0.05, window: Windowed = PLAIN, integers: str = "int8") -> Case:
    """Returns a pool whose windows leave the picture, with a clamp."""
    return Case(window, 3, scale, -4, 1, integers)


def wide(case: Case) -> Case:
    """Returns the case with int8 and with more channels."""
    return evolve(case, channels=4 * case.channels + 1, scale=case.scale or 1.0, integers="int8")


def check(op: str, drawn: list[Case], **options: Any) -> None:
    """Fails unless all the cases give the reference's bytes."""
    pictures = list(zip(*(case.pictures() for case in drawn), strict=True))
    assert_same(joined(*(case.part(op) for case in drawn)), pictures, **options)


SUMS = [  # windows, and the sums of a pool of three channels
    (Windowed("VALID", Axis(3, 3, 1, 1), Axis(5, 5, 2, 1), 1, "NONE"), 3),
    (Windowed("SAME", Axis(3, 6, 4, 1), Axis(5, 5, 5, 1), 1, "RELU6"), 3),  # partly outside
    (Windowed("VALID", Axis(3, 3, 1, 1), Axis(5, 5, 2, 1), 2, "NONE"), 0),
    (Windowed("VALID", Axis(3, 3, 1, 1), Axis(5, 4, 2, 1), 1, "NONE"), 0),  # not the last column
    (Windowed("SAME", Axis(3, 2, 3, 1), Axis(5, 5, 5, 1), 1, "NONE"), 0),
    (Windowed("VALID", Axis(3, 3, 1, 1), Axis(6, 5, 1, 1), 1, "NONE"), 0),
]

UNSUPPORTED_TENSORS: list[tuple[str, dict[str, Any], str]] = [
    ("x", {"dtype": "int32"}, "type int32"),
    ("y", {"dtype": "float32"}, "output of type float32"),
    ("y", {"scale": 0.06}, "another scale"),
    ("y", {"zero_point": 3}, "another scale"),
    ("x", {"shape": (5, 4, 3)}, "rank 3"),
    ("y", {"shape": (2, 3, 4, 2)}, "should have shape [2, 3, 4, 3]"),
]

UNSUPPORTED_OPTIONS: list[tuple[dict[str, Any], str]] = [
    ({"strideH": 0}, "stride 0"),
    ({"filterWidth": 0}, "window of 0 taps"),
    ({"filterHeight": 40000}, "covers 40000 pixels"),
    ({"padding": "VALID", "filterHeight": 6}, "a window larger than the picture"),
]
