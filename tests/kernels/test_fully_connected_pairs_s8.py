"""fully_connected_pairs_s8: its packed parameters against plain C, its variant against both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.call import KernelCall
from microflow.graph.ir import Site
from microflow.ops import _fully_connected_pairs
from microflow.targets import load_target
from tests.kernels.harness import HOSTS, Job, Way, check, check_packed, job, outputs, pieces, whole
from tests.ops import test_conv_2d
from tests.ops.same import Part
from tests.ops.test_fully_connected import PLAIN, Case, one
from tests.ops.windows import Axis, Windowed, changed, int8_pictures, scales, site

M4 = load_target("cortex-m4").core
GAINS = (0.2, 0.01, 0.0007, 1e-6)


def designed(found: Site) -> KernelCall | None:
    """Returns the call for cores with the instructions; None where there is none."""
    for (made,) in found.node.op.designs(found, M4):
        if made.kernel == "fully_connected_pairs_s8":
            return made
    return None


@st.composite
def cases(draw: st.DrawFn) -> Case:
    drawn = evolve(draw(scales()), gain=draw(st.sampled_from(GAINS)))
    batch = draw(st.sampled_from([(), (1,), (1, 1), (3,)]))
    depth = draw(st.integers(1, 40) | st.sampled_from([508, 512, 513, 516, 1031]))
    return one(
        batch=batch,
        depth=depth,
        filters=draw(st.integers(1, 11)),
        activation="NONE",
        seed=draw(st.integers(0, 999)),
        scales=drawn,
    )


def tamed(case: Case, largest: int = 2**30) -> Part:
    """The case with weights and biases that the kernel takes: sums may be as large as `largest`."""
    random = np.random.default_rng(case.seed)
    filters = (case.filters, case.depth)
    noise = random.integers(-127, 128, filters)
    limits = np.where(noise > 0, 127, -127)
    weights = np.where(random.random((case.filters, 1)) < 0.3, limits, noise)
    weights[0::2][random.random(weights[0::2].shape) < 0.1] = -128
    part = changed(case.part(), "w", data=weights.astype(np.int8))
    reach = max(largest - 2**14 * case.depth * 2 - 1, 1)
    biases = random.integers(-reach, reach, case.filters) >> random.integers(0, 30, case.filters)
    return changed(part, "b", data=biases.astype(np.int32))


def jobs(case: Case) -> list[tuple[Job, Job]]:
    """Returns the call in plain C and the packed one, on several vectors."""
    found = site(tamed(case))
    (usual,) = found.node.op.lower(found, M4)
    made = designed(found)
    if made is None:
        return []
    data = [picture.tobytes() for picture in int8_pictures(case.shape, case.seed)]
    return [(job(found, usual, each), job(found, made, each)) for each in data]


def ways_of(drawn: Job, skews: list[int]) -> list[Way]:
    """At once and, of one vector, in pieces of fours."""
    (data,) = drawn.inputs
    found = [whole(drawn, skews)]
    if drawn.call.sums:
        first = min(len(data) // 2 // 4 * 4, 520)
        found += [pieces(drawn, [len(data)], skews)]
        found += [pieces(drawn, [first, len(data) - first], skews)] if first else []
    return found


SKEWS = st.lists(st.integers(0, 3), min_size=2, max_size=4)


@settings(deadline=None, max_examples=30)
@given(case=cases(), skews=SKEWS)
@pytest.mark.parametrize("place", HOSTS)
def test_on_this_computer(place: str, case: Case, skews: list[int]) -> None:
    check_packed(place, "dsp", jobs(case), lambda packed: ways_of(packed, skews))


def drawn_cases(count: int) -> list[Case]:
    """Returns cases of many depths, numbers of filters and scales."""
    random = np.random.default_rng(7)
    found = []
    for i in range(count):
        zeros = random.integers(-128, 128, 2)
        made = evolve(PLAIN, gain=GAINS[i % 4], x_zero=int(zeros[0]), y_zero=int(zeros[1]))
        several = evolve(made, per_channel=i % 3 == 0, seed=i)
        depth = int(random.choice([1, 3, 4, 7, 8, 12, 16, 31, 64, 512, 517, 1032]))
        shape = {"depth": depth, "filters": 1 + i % 9, "batch": ((1,), (2,))[i % 5 == 0]}
        found.append(one(activation="NONE", seed=i, scales=several, **shape))
    return found


@pytest.mark.parametrize("board", ["cortex-m4", "cortex-m33", "cortex-m7", "cortex-m55"])
def test_on_boards(board: str) -> None:
    drawn = drawn_cases(60 if board == "cortex-m4" else 12)
    made = [(packed, case) for case in drawn for _, packed in jobs(case)]
    ways = [way for packed, case in made for way in ways_of(packed, [case.seed % 4, 1])]
    for in_pieces in (False, True):
        chosen = [way for way in ways if bool(way.call.sums) is in_pieces]
        assert len(chosen) > len(drawn) / 4
        check(board, "dsp", chosen)


def test_what_is_not_packed() -> None:
    """Other clamps, other shifts, weights' zero points, sums too large, two weights too small."""
    plain = one(activation="NONE", weights_zero=0)

    def packs(part: Part) -> bool:
        return designed(site(part)) is not None

    def with_scales(**more: Any) -> Part:
        return evolve(plain, scales=evolve(PLAIN, **more)).part()

    small = np.ones((6, 13), np.int8)
    assert packs(changed(plain.part(), "w", data=small))
    assert not packs(evolve(plain, activation="RELU6").part())
    assert not packs(evolve(plain, weights_zero=3).part())
    assert not packs(changed(with_scales(gain=0.7), "w", data=small))
    assert not packs(changed(with_scales(gain=1e-8), "w", data=small))
    huge = changed(plain.part(), "w", data=small)
    assert not packs(changed(huge, "b", data=np.full(6, 2**30, np.int32)))
    least = small.copy()
    least[:2, 4] = -128
    assert not packs(changed(plain.part(), "w", data=least))
    assert _fully_connected_pairs.packed(np.full((2, 512), [[1], [-128]], np.int8)) is None


def test_a_convolution_with_one_window_is_such_a_layer() -> None:
    window = Windowed("VALID", Axis(3, 3, 1, 1), Axis(4, 4, 2, 1), 1, "NONE")
    case = test_conv_2d.one(window)
    found = site(changed(case.part(), "w", data=np.ones((6, 3, 4, 3), np.int8)))
    made = designed(found)
    assert made is not None
    (usual,) = found.node.op.lower(found, M4)
    data = int8_pictures(case.shape, 5)[0].tobytes()
    expected = outputs("gcc", "portable", [whole(job(found, usual, data))])
    assert outputs("gcc", "dsp", [whole(Job(made, (data,), (6,)))]) == expected


def test_a_relu_is_the_types_own_limit() -> None:
    made = evolve(PLAIN, y_zero=-128)
    found = site(tamed(one(activation="RELU", scales=made)))
    assert designed(found) is not None
