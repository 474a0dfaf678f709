"""fully_connected_short_s8: its packed parameters against plain C, its variant against both."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.call import KernelCall
from microflow.graph.ir import Site
from microflow.targets import load_target
from tests.kernels.harness import HOSTS, Job, check, check_packed, job, whole
from tests.kernels.test_fully_connected_pairs_s8 import GAINS, tamed
from tests.ops.test_fully_connected import PLAIN, Case, one
from tests.ops.windows import int8_pictures, scales, site

M4 = load_target("cortex-m4").core
DEPTHS = (1, 2, 3, 4, 8, 12, 16, 20, 36, 64, 128)


def designed(found: Site) -> KernelCall | None:
    """Returns the call for cores with the instructions; None where there is none."""
    for (made,) in found.node.op.designs(found, M4):
        if made.kernel == "fully_connected_short_s8":
            return made
    return None


@st.composite
def cases(draw: st.DrawFn) -> Case:
    drawn = evolve(draw(scales()), gain=draw(st.sampled_from(GAINS)))
    filters = draw(st.integers(1, 13))
    depths = [d for d in DEPTHS if d <= 32 or filters % 4 in (0, 3)]
    return one(
        batch=draw(st.sampled_from([(), (1,), (1, 1)])),
        depth=draw(st.sampled_from(depths)),
        filters=filters,
        activation="NONE",
        seed=draw(st.integers(0, 999)),
        scales=drawn,
    )


def site_of(case: Case) -> Site:
    """The layer with sums as large as the kernel takes."""
    return site(tamed(case, 2**23))


def jobs(case: Case) -> list[tuple[Job, Job]]:
    """Returns the call in plain C and the packed one, on several vectors."""
    found = site_of(case)
    (usual,) = found.node.op.lower(found, M4)
    made = designed(found)
    if made is None:
        return []
    data = [picture.tobytes() for picture in int8_pictures(case.shape, case.seed)]
    return [(job(found, usual, each), job(found, made, each)) for each in data]


@settings(deadline=None, max_examples=30)
@given(case=cases(), skews=st.lists(st.integers(0, 3), min_size=2, max_size=2))
@pytest.mark.parametrize("place", HOSTS)
def test_on_this_computer(place: str, case: Case, skews: list[int]) -> None:
    check_packed(place, "dsp", jobs(case), lambda packed: [whole(packed, skews)])


def drawn_cases(count: int) -> list[Case]:
    """Returns cases of all depths, many numbers of filters and scales."""
    random = np.random.default_rng(7)
    found = []
    for i in range(count):
        zeros = random.integers(-128, 128, 2)
        made = evolve(PLAIN, gain=GAINS[i % 4], x_zero=int(zeros[0]), y_zero=int(zeros[1]))
        several = evolve(made, per_channel=i % 3 == 0, seed=i)
        depth = DEPTHS[i % len(DEPTHS)]
        filters = 1 + i % 9 if depth <= 32 else 4 * (1 + i % 4)
        found.append(
            one(depth=depth, filters=filters, batch=(1,), activation="NONE", seed=i, scales=several)
        )
    return found


@pytest.mark.parametrize("board", ["cortex-m4", "cortex-m33", "cortex-m7", "cortex-m55"])
def test_on_boards(board: str) -> None:
    drawn = drawn_cases(66 if board == "cortex-m4" else 22)
    made = [(packed, case) for case in drawn for _, packed in jobs(case)]
    assert len(made) > 2 * len(drawn)
    check(board, "dsp", [whole(packed, [case.seed % 4, 1]) for packed, case in made])


def test_what_is_not_served() -> None:
    """Other depths, many weights that only fill up, large sums, several vectors."""
    usual = one(depth=16, filters=6, batch=(1,), activation="NONE")
    assert designed(site_of(usual)) is not None
    for case in (
        evolve(usual, depth=6),
        evolve(usual, depth=64),
        evolve(usual, depth=260, filters=4),
        evolve(usual, batch=(2,)),
    ):
        assert designed(site_of(case)) is None
    assert designed(site(tamed(evolve(usual, seed=2)))) is None
