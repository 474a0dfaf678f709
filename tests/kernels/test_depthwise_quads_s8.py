"""depthwise_quads_s8: its packed parameters against plain C, its variant on the emulated board."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.call import KernelCall
from microflow.graph.ir import Site
from microflow.ops import _depthwise_quads
from microflow.targets import load_target
from tests.kernels.harness import HOSTS, Job, Way, bands, check, check_packed, job, over, whole
from tests.ops.kernels import split
from tests.ops.test_depthwise_conv_2d import PLAIN, Case
from tests.ops.windows import Axis, Windowed, int8_pictures, scales, site

M55 = load_target("cortex-m55").core


def designed(found: Site) -> KernelCall | None:
    """Returns the call for cores with the instructions; None where there is none."""
    for (made,) in _depthwise_quads.designs(found, M55):
        return made
    return None


def jobs(case: Case) -> list[tuple[Job, Job]]:
    """Returns the call in plain C and the packed one, on several pictures."""
    found = site(case.part())
    (usual,) = found.node.op.lower(found, M55)
    made = designed(found)
    if made is None:
        return []
    pictures = [picture.tobytes() for picture in int8_pictures(case.shape, case.seed)]
    return [(job(found, usual, data), job(found, made, data)) for data in pictures]


def ways_of(drawn: Job, skew: int) -> list[Way]:
    """All rows, rows in bands, and rows over those that no later row reads."""
    rows = drawn.images * drawn.out_h
    found = [whole(drawn, [skew, 0]), bands(drawn, [1] * rows)]
    found.append(bands(drawn, split(rows, [2]), [0, skew]) if rows == drawn.out_h else found[1])
    (data,), (size,) = drawn.inputs, drawn.outputs
    behind = drawn.window.kernel[0] * len(data) // (drawn.images * drawn.in_h)
    if size <= len(data) and behind % 4 == 0:
        found.append(over(drawn, -behind))
    return found


@st.composite
def axes(draw: st.DrawFn, padding: str, largest: int) -> Axis:
    kernel = draw(st.sampled_from([3, 3, 3, 1, 2]))
    least = kernel if padding == "VALID" else 1
    return Axis(draw(st.integers(least, largest)), kernel, draw(st.sampled_from([1, 2])), 1)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    padding = draw(st.sampled_from(["SAME", "VALID"]))
    rows, columns = draw(axes(padding, 5)), draw(axes(padding, 14))
    activation = draw(st.sampled_from(["NONE", "RELU", "RELU6"]))
    window = Windowed(padding, rows, columns, draw(st.integers(1, 2)), activation)
    gain = draw(st.sampled_from([0.2, 0.01, 0.0007, 1e-6]))
    drawn = evolve(draw(scales()), gain=gain)
    channels = draw(st.sampled_from([1, 4, 8, 5, 16, 20]))
    return Case(window, channels, 1, draw(st.booleans()), draw(st.integers(0, 999)), drawn)


@settings(deadline=None, max_examples=30)
@given(case=cases())
@pytest.mark.parametrize("place", HOSTS)
def test_packed_parameters(place: str, case: Case) -> None:
    check_packed(place, "portable", jobs(case), lambda packed: ways_of(packed, 1))


def drawn_cases(count: int) -> list[Case]:
    """Returns cases of all widths, strides and paddings, with and without a ReLU."""
    random = np.random.default_rng(7)
    found = []
    for i in range(count):
        padding, stride = ("SAME", "VALID")[i % 2], 1 + i // 2 % 2
        rows = Axis(3 + i % 4, int(random.choice([3, 3, 2, 1])), stride, 1)
        columns = Axis(3 + i % 13, int(random.choice([3, 3, 3, 2, 1])), stride, 1)
        activation = ("NONE", "RELU", "RELU6")[i % 3]
        numbers: dict[str, Any] = {
            "gain": float(random.choice([0.2, 0.02, 0.003, 1e-5])),
            "x_zero": int(random.integers(-128, 128)),
            "y_zero": -128 if i % 5 else int(random.integers(-128, 128)),
            "y": 0.1 if i % 4 else 0.01,  # a clamp within int8's range, or beyond
        }
        channels = int(random.choice([4, 8, 16, 32, 40, 7, 19, 1]))
        window = Windowed(padding, rows, columns, 1, activation)
        found.append(Case(window, channels, 1, True, i, evolve(PLAIN, seed=i, **numbers)))
    return found


def test_on_the_board() -> None:
    drawn = drawn_cases(120)
    made = [way for case in drawn for _, packed in jobs(case) for way in ways_of(packed, 3)]
    assert len(made) > 3 * len(drawn)
    assert {way.call.params["relu"] for way in made} == {0, 1}
    check("cortex-m55", "mve", made)


def test_what_is_left_to_other_kernels() -> None:
    usual = drawn_cases(1)[0]
    wide = evolve(usual.window, columns=Axis(9, 5, 1, 1))
    large = evolve(PLAIN, gain=9.0)
    others = (evolve(usual, multiplier=2), evolve(usual, window=wide), evolve(usual, scales=large))
    assert designed(site(usual.part())) is not None
    assert all(designed(site(case.part())) is None for case in others)
    assert not list(_depthwise_quads.designs(site(usual.part()), load_target("cortex-m4").core))
