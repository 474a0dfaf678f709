"""conv2d_quads_s8: its packed parameters against plain C, its variant on the emulated board."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.call import KernelCall
from microflow.graph.ir import Site
from microflow.targets import load_target
from tests.kernels.harness import (
    HOSTS,
    Job,
    Way,
    bands,
    check,
    check_packed,
    counts,
    job,
    over,
    whole,
)
from tests.ops import test_conv_2d as convolution
from tests.ops import test_depthwise_conv_2d as depthwise
from tests.ops.kernels import split
from tests.ops.same import Part
from tests.ops.windows import Axis, Scales, Windowed, axes, int8_pictures, site

M55 = load_target("cortex-m55").core
NAME = "conv2d_quads_s8"
CHANNELS = (1, 2, 3, 5, 8, 16, 17, 32, 48)


def designed(found: Site) -> KernelCall | None:
    """Returns the call for cores with the instructions; None where there is none."""
    made = [call for (call,) in found.node.op.designs(found, M55) if call.kernel == NAME]
    return made[0] if made else None


def jobs(part: Part, seed: int) -> list[tuple[Job, Job]]:
    """Returns the call in plain C and the packed one, on several pictures."""
    found = site(part)
    (usual,) = found.node.op.lower(found, M55)
    made = designed(found)
    if made is None:
        return []
    pictures = [x.tobytes() for x in int8_pictures(found.input(0).shape, seed)]
    return [(job(found, usual, data), job(found, made, data)) for data in pictures]


def ways_of(drawn: Job, skew: int) -> list[Way]:
    """All rows, rows in bands, and pixels or rows over those that no later one reads."""
    p: Any = drawn.call.params
    rows, beside = drawn.images * drawn.out_h, skew if p["out_c"] % 4 else 0
    found = [whole(drawn, [skew, beside]), bands(drawn, [1] * rows, [beside, 3, skew, 1])]
    if drawn.images == 1:
        found.append(bands(drawn, split(rows, [2]), [beside, skew]))
    return [*found, *(over(drawn, distance) for distance in _distances(drawn))]


def _distances(drawn: Job) -> list[int]:
    """How far behind its input the output may begin. Out of place, it begins at a word."""
    p: Any = drawn.call.params
    in_row, out_row = p["in_w"] * p["in_c"], p["out_w"] * p["out_c"]
    if p["plain"]:
        pixels = drawn.outputs[0] // p["out_c"]
        least = min(0, (pixels - 1) * (p["in_c"] - p["out_c"]))
        return [least - p["out_c"] + 1 if p["out_c"] % 4 else least // 4 * 4 - p["out_c"]]
    if drawn.images == 1 and out_row <= p["stride_h"] * in_row:
        return [-p["kernel_h"] * in_row]
    return []


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
    padding = draw(st.sampled_from(["SAME", "VALID"]))
    rows, columns = draw(axes(padding, dilated=True)), draw(axes(padding, dilated=True))
    if draw(st.integers(0, 3)) == 0:  # each pixel from the one in its place
        rows = Axis(draw(st.integers(1, 3)), 1, 1, 1)
        columns = Axis(draw(st.integers(1, 7)), 1, 1, 1)
    return convolution.Case(
        window=Windowed(padding, rows, columns, draw(st.integers(1, 2)), "NONE"),
        groups=1,
        group_channels=draw(st.sampled_from(CHANNELS)),
        group_filters=draw(st.integers(1, 9)),
        biased=draw(st.booleans()),
        seed=draw(st.integers(0, 999)),
        scales=draw(quantisations()),
    )


@settings(deadline=None, max_examples=30)
@given(case=cases())
@pytest.mark.parametrize("place", HOSTS)
def test_packed_parameters(place: str, case: convolution.Case) -> None:
    pairs = jobs(case.part(), case.seed)
    check_packed(place, "portable", pairs, lambda packed: ways_of(packed, 1))


@settings(deadline=None, max_examples=15)
@given(case=cases())
def test_depthwise_of_one_channel(case: convolution.Case) -> None:
    pairs = jobs(one_channel(case).part(), case.seed)
    check_packed("gcc", "portable", pairs, lambda packed: [whole(packed)])


def one_channel(case: convolution.Case) -> depthwise.Case:
    """Returns the depthwise convolution of one channel with the same window."""
    return depthwise.Case(case.window, 1, case.group_filters, True, case.seed, case.scales)


def drawn_cases(count: int) -> list[convolution.Case]:
    """Returns cases of all widths, windows, strides, dilations and numbers of channels."""
    random = np.random.default_rng(11)
    found = []
    for i in range(count):
        kernels = (1, 3, int(random.integers(1, 6)), 1)
        strides = (1, int(random.choice([1, 2, 3])), 2, 1)
        dilation = int(random.choice([1, 1, 2]))
        rows, columns = (
            Axis((kernels[i % 4] - 1) * dilation + size, kernels[i % 4], strides[i % 4], dilation)
            for size in (1 + i % 3, 1 + i % 13)
        )
        window = Windowed(("SAME", "VALID")[i // 4 % 2], rows, columns, 1 + i // 8 % 2, "NONE")
        numbers: dict[str, Any] = {
            "gain": float(random.choice([0.2, 0.02, 0.003, 1e-5])),
            "x_zero": int(random.integers(-128, 128)),
            "y_zero": -128 if i % 3 else int(random.integers(-128, 128)),
        }
        channels = int(random.choice([*CHANNELS, 144, 272]))
        filters = int(random.choice([1, 3, 4, 6, 8, 12]))
        quantised = evolve(convolution.PLAIN, seed=i, **numbers)
        found.append(convolution.Case(window, 1, channels, filters, True, i, quantised))
    return found


def test_on_the_board() -> None:
    drawn = drawn_cases(120)
    parts = [(case.part(), case.seed) for case in drawn]
    parts += [(one_channel(case).part(), case.seed) for case in drawn[::4]]
    made = [way for part in parts for _, packed in jobs(*part) for way in ways_of(packed, 3)]
    assert len(made) > 3 * len(drawn)
    kinds = {(way.call.params["plain"], way.call.params["interleave"]) for way in made}
    assert kinds == {(0, 0), (0, 1), (1, 0)}
    check("cortex-m55", "mve", made)


def test_instructions_of_layers() -> None:
    """About a seventh of an instruction a multiply-accumulate, where channels are many."""
    scales = evolve(convolution.PLAIN, y_zero=-128, gain=0.003)
    for channels, kernel, stride, most in ((64, 1, 1, 0.17), (32, 3, 1, 0.15), (3, 3, 2, 0.5)):
        axis = Axis(24, kernel, stride, 1)
        window = Windowed("SAME", axis, axis, 1, "NONE")
        filters = 8 if channels == 3 else channels
        part = convolution.Case(window, 1, channels, filters, True, 1, scales).part()
        _, packed = jobs(part, 1)[0]
        found = site(part)
        ((taken,),) = counts("cortex-m55", "mve", [whole(packed)])
        assert taken < most * found.node.op.cost(found).macs


def test_what_is_left_to_other_kernels() -> None:
    usual = drawn_cases(1)[0]
    large = evolve(convolution.PLAIN, gain=9.0)
    clamped = evolve(usual.window, activation="RELU_N1_TO_1")
    others = (
        evolve(usual, groups=2),
        evolve(usual, scales=large),
        evolve(usual, window=clamped, scales=evolve(convolution.PLAIN, y_zero=3, y=0.1)),
    )
    assert designed(site(usual.part())) is not None
    assert all(designed(site(case.part())) is None for case in others)
    found = site(usual.part())
    m4 = load_target("cortex-m4").core
    assert NAME not in [call.kernel for (call,) in found.node.op.designs(found, m4)]
