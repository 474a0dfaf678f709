"""conv2d_pairs_s8: its packed parameters against plain C, its variant against both."""

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
from tests.kernels.harness import HOSTS, Job, Way, bands, check, check_packed, job, over, whole
from tests.ops import test_conv_2d as convolution
from tests.ops import test_depthwise_conv_2d as depthwise
from tests.ops.kernels import split
from tests.ops.paired import cases, tamed
from tests.ops.same import Array, Part
from tests.ops.windows import Axis, Windowed, int8_pictures, site

M4 = load_target("cortex-m4").core
NAME = "conv2d_pairs_s8"


def designed(found: Site) -> KernelCall | None:
    """Returns the packed call on a core with the instructions; None where there is none."""
    made = [call for (call,) in found.node.op.designs(found, M4) if call.kernel == NAME]
    return made[0] if made else None


def jobs(part: Part, pictures: list[Array], order: int = 1) -> list[tuple[Job, Job]]:
    """Returns the call in plain C and the packed one, on several pictures."""
    found = site(part)
    (usual,) = found.node.op.lower(found, M4)
    made = designed(found)
    if made is None:
        return []
    made = evolve(made, params={**made.params, "order": order})
    return [(job(found, usual, x.tobytes()), job(found, made, x.tobytes())) for x in pictures]


def ways_of(drawn: Job, skews: list[int]) -> list[Way]:
    """All rows, rows in bands, and pixels over those that no later pixel reads."""
    rows = drawn.images * drawn.out_h
    found = [whole(drawn, skews), bands(drawn, [1] * rows), bands(drawn, split(rows, [2]), skews)]
    return [*found, *_over(drawn)]


def _over(drawn: Job) -> list[Way]:
    """Where each pixel is made of the one in its place, all but its last channel go beside it."""
    p: Any = drawn.call.params
    point = p["kernel_h"] * p["kernel_w"] * p["stride_h"] * p["stride_w"] == 1
    if not point or (p["in_h"], p["in_w"]) != (p["out_h"], p["out_w"]):
        return []
    pixels = drawn.outputs[0] // p["out_c"]
    less = [i * (p["in_c"] - p["out_c"]) for i in (0, pixels - 1)]
    return [over(drawn, min(less) - p["out_c"] + 1 if p["order"] > 0 else max(less) + p["in_c"])]


SKEWS = st.lists(st.integers(0, 3), min_size=2, max_size=4)


@settings(deadline=None, max_examples=25)
@given(case=cases(), skews=SKEWS, order=st.sampled_from([1, -1]))
@pytest.mark.parametrize("place", HOSTS)
def test_on_this_computer(place: str, case: convolution.Case, skews: list[int], order: int) -> None:
    part = tamed(case.part(), case.seed)
    pairs = jobs(part, int8_pictures(case.shape, case.seed), order)
    check_packed(place, "dsp", pairs, lambda packed: ways_of(packed, skews))


@settings(deadline=None, max_examples=20)
@given(case=cases(), skews=SKEWS, order=st.sampled_from([1, -1]))
def test_depthwise_of_one_channel(case: convolution.Case, skews: list[int], order: int) -> None:
    scales = evolve(case.scales or depthwise.PLAIN, gain=0.01)
    alike = depthwise.Case(case.window, 1, case.group_filters, True, case.seed, scales)
    part = tamed(alike.part(), case.seed)
    pairs = jobs(part, int8_pictures(alike.shape, case.seed), order)
    check_packed("gcc", "dsp", pairs, lambda packed: ways_of(packed, skews))


def drawn_cases(count: int) -> list[convolution.Case]:
    """Returns cases with all widths of rows, windows and numbers of filters."""
    random = np.random.default_rng(7)
    found = []
    for i in range(count):
        padding, stride = ("SAME", "VALID")[i % 2], 1 + i // 2 % 2
        kernel = (1, 3, int(random.integers(1, 6)))[i % 3]
        width, height = kernel + i % 8, kernel + int(random.integers(0, 3))
        window = Windowed(
            padding, Axis(height, kernel, stride, 1), Axis(width, kernel, stride, 1), 1, "NONE"
        )
        zeros = random.integers(-128, 128, 2)
        made = evolve(
            convolution.PLAIN,
            gain=float(random.choice([0.2, 0.02, 0.003, 1e-5])),
            x_zero=int(zeros[0]),
            y_zero=int(zeros[1]) if i % 3 else -128,
            seed=i,
        )
        channels = int(random.choice([1, 3, 4, 8, 12, 16, 20]))
        found.append(convolution.Case(window, 1, channels, 2 + i % 5, True, i, made))
    return found


@pytest.mark.parametrize("board", ["cortex-m4", "cortex-m33", "cortex-m7"])
def test_on_boards(board: str) -> None:
    drawn = drawn_cases(60 if board == "cortex-m4" else 12)
    ways = [
        way
        for case in drawn
        for _, packed in jobs(
            tamed(case.part(), case.seed),
            int8_pictures(case.shape, case.seed),
            1 - case.seed // 7 % 2 * 2,
        )
        for way in ways_of(packed, [case.seed % 4, 1, case.seed // 4 % 4])
    ]
    assert len(ways) > 5 * len(drawn)
    check(board, "dsp", ways)
