"""Fully connected layers and sums in designs for Arm's DSP extension, against the reference."""

from __future__ import annotations

from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels import test_fully_connected_short_s8 as short
from tests.kernels.test_fully_connected_pairs_s8 import cases, tamed
from tests.ops.broadcasting import Case as Sum
from tests.ops.broadcasting import every_pair, part
from tests.ops.same import Part, assert_same, joined
from tests.ops.test_fully_connected import PLAIN, Case, one
from tests.ops.windows import check_int8
from tests.run_model import compiled

DSP = ("dsp", "thumb2")


@frozen
class Tamed:
    """A layer with weights and biases as layers have them."""

    case: Case
    largest: int = 2**30

    @property
    def shape(self) -> tuple[int, ...]:
        return self.case.shape

    @property
    def seed(self) -> int:
        return self.case.seed

    def part(self) -> Part:
        return tamed(self.case, self.largest)


@settings(deadline=None, max_examples=10)
@given(st.lists(cases(), min_size=4, max_size=8), st.lists(short.cases(), min_size=2, max_size=6))
def test_layers(drawn: list[Case], few: list[Case]) -> None:
    check_int8([*map(Tamed, drawn), *(Tamed(case, 2**23) for case in few)], isa=DSP)


def test_both_kernels_are_tried() -> None:
    large = Tamed(one(depth=1031, filters=7, batch=(1,), activation="NONE"))
    small = Tamed(one(depth=16, filters=8, batch=(1,), activation="RELU", scales=RELU), 2**23)
    used = compiled(joined(large.part(), small.part()), isa=DSP).kernels
    assert {"fully_connected_pairs_s8", "fully_connected_short_s8"} <= set(used)
    check_int8([large, small], isa=DSP, sanitize=True)


RELU = evolve(PLAIN, y_zero=-128)


def test_sums_and_differences() -> None:
    """Every pair of values."""
    cases = [
        Sum(a=(256, 256), b=(256, 256), scales=scales, zeros=zeros)
        for scales, zeros in (
            ((0.031, 0.042, 0.053), (-128, 127, 3)),
            ((0.0271, 0.013, 0.0092), (5, -7, -128)),
            ((0.011, 0.09, 0.031), (0, 0, 0)),
        )
    ]
    pairs = [a.repeat(256, 1) if a.shape[1] == 1 else a.repeat(256, 0) for a in every_pair()]
    model = joined(*(part(op, case) for op in ("ADD", "SUB") for case in cases))
    assert compiled(model, isa=DSP).kernels.count("blend_s8") == 1
    assert_same(model, [pairs * 6], isa=DSP)
