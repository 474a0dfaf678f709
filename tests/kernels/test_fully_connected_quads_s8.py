"""fully_connected_quads_s8: its packed parameters against plain C, its variant on the board."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.call import KernelCall
from microflow.graph.ir import Site
from microflow.ops import _fully_connected_quads
from microflow.targets import load_target
from tests.kernels.harness import HOSTS, Job, Way, check, check_packed, job, outputs, pieces, whole
from tests.ops.test_fully_connected import PLAIN, Case, one
from tests.ops.windows import changed, int8_pictures, scales, site

M55 = load_target("cortex-m55").core
GAINS = (0.2, 0.01, 0.0007, 1e-6)
ACTIVATIONS = ("NONE", "RELU", "RELU6")


def designed(found: Site, filters: int) -> KernelCall | None:
    """Returns the call for cores with the instructions; None where there is none."""
    for (made,) in _fully_connected_quads.designs(found, M55, filters):
        return made
    return None


def jobs(case: Case) -> list[tuple[Job, Job]]:
    """Returns the call in plain C and the packed one, on several vectors; some biases are huge."""
    random = np.random.default_rng(case.seed)
    biases = random.integers(-(2**31), 2**31, case.filters) >> random.integers(0, 30, case.filters)
    found = site(changed(case.part(), "b", data=biases.astype(np.int32)))
    (usual,) = found.node.op.lower(found, M55)
    made = designed(found, case.filters)
    if made is None:
        return []
    data = [picture.tobytes() for picture in int8_pictures(case.shape, case.seed)]
    return [(job(found, usual, each), job(found, made, each)) for each in data]


def ways_of(drawn: Job, skews: list[int]) -> list[Way]:
    """At once and, of one vector, in pieces."""
    (data,) = drawn.inputs
    found = [whole(drawn, skews)]
    if drawn.call.sums:
        first = len(data) // 2 // 16 * 16
        found.append(pieces(drawn, [first, len(data) - first] if first else [len(data)], skews))
    return found


@st.composite
def cases(draw: st.DrawFn) -> Case:
    return one(
        batch=draw(st.sampled_from([(1,), (1,), (3,)])),
        depth=draw(st.integers(1, 40)),
        filters=draw(st.integers(1, 11)),
        activation=draw(st.sampled_from(ACTIVATIONS)),
        seed=draw(st.integers(0, 999)),
        weights_zero=0,
        scales=evolve(draw(scales()), gain=draw(st.sampled_from(GAINS))),
    )


@settings(deadline=None, max_examples=30)
@given(case=cases())
@pytest.mark.parametrize("place", HOSTS)
def test_packed_parameters(place: str, case: Case) -> None:
    check_packed(place, "portable", jobs(case), lambda packed: ways_of(packed, [0]))


def drawn_cases(count: int) -> list[Case]:
    """Returns cases of many depths, numbers of filters and scales."""
    random = np.random.default_rng(7)
    found = []
    for i in range(count):
        zeros = random.integers(-128, 128, 2)
        made = evolve(PLAIN, gain=GAINS[i % 4], x_zero=int(zeros[0]), y_zero=int(zeros[1]))
        numbers: dict[str, Any] = {
            "depth": int(random.choice([1, 3, 7, 16, 31, 32, 64, 200, 517])),
            "filters": 1 + i % 9,
            "batch": ((1,), (2,))[i % 5 == 0],
            "activation": ACTIVATIONS[i % 3],
            "scales": evolve(made, per_channel=i % 3 == 0, seed=i),
        }
        found.append(one(seed=i, weights_zero=0, **numbers))
    return found


def test_on_the_board() -> None:
    drawn = drawn_cases(80)
    made = [(packed, case) for case in drawn for _, packed in jobs(case)]
    ways = [way for packed, case in made for way in ways_of(packed, [case.seed % 4, 1])]
    for in_pieces in (False, True):
        chosen = [way for way in ways if bool(way.call.sums) is in_pieces]
        assert len(chosen) > len(drawn) / 5
        check("cortex-m55", "mve", chosen)


def test_the_usual_kernel_on_the_board() -> None:
    """fully_connected_s8, whose sums are vectors there; weights may have a zero point."""
    drawn = [evolve(case, weights_zero=i % 3) for i, case in enumerate(drawn_cases(40))]
    ways = []
    for case in drawn:
        found = site(case.part())
        (usual,) = found.node.op.lower(found, M55)
        data = int8_pictures(case.shape, case.seed)[0].tobytes()
        ways += ways_of(job(found, usual, data), [case.seed % 4, 1])
    for in_pieces in (False, True):
        some = [way for way in ways if bool(way.call.sums) is in_pieces]
        assert outputs("cortex-m55", "portable", some) == outputs("gcc", "portable", some)


def test_what_is_left_to_other_kernels() -> None:
    usual = drawn_cases(1)[0]
    large = evolve(usual, scales=evolve(PLAIN, gain=9.0))
    assert designed(site(usual.part()), usual.filters) is not None
    assert designed(site(large.part()), usual.filters) is None
    m4 = load_target("cortex-m4").core
    assert not list(_fully_connected_quads.designs(site(usual.part()), m4, usual.filters))
