"""Pools and means with Arm's DSP extension: against plain C, here and on the emulated board."""

from __future__ import annotations

from itertools import groupby

import pytest

from tests.kernels.harness import HOSTS, Way, check, pieces, raised, whole
from tests.kernels.test_pools_mve import jobs, mean_jobs, ways_of
from tests.ops.kernels import split

PLACES = [*HOSTS, "cortex-m4"]


def check_all(place: str, ways: list[Way]) -> None:
    """Programs are made for kernels that can do the same."""

    def abilities(way: Way) -> tuple[bool, bool]:
        return way.call.sums > 0, way.call.raises

    for _, alike in groupby(sorted(ways, key=abilities), abilities):
        check(place, "dsp", list(alike))


@pytest.mark.parametrize("op", ["AVERAGE_POOL_2D", "MAX_POOL_2D"])
@pytest.mark.parametrize("place", PLACES)
def test_pools(place: str, op: str) -> None:
    made = list(jobs(op))
    ways = [way for each in made for way in ways_of(each)]
    for each in made:
        if each.call.sums:
            row = len(each.inputs[0]) // each.in_h
            ways.append(pieces(each, [row] * each.in_h, [1, 2]))
        if each.call.raises:
            ways.append(raised(each, [3, 1]))
    check_all(place, ways)


@pytest.mark.parametrize("place", PLACES)
def test_means(place: str) -> None:
    made = list(mean_jobs())
    ways = [whole(each, [1, 2]) for each in made]
    for each in made:
        if each.call.sums:
            row = each.call.sums
            ways.append(pieces(each, split(len(each.inputs[0]), [row, 4 * row]), [3]))
    check_all(place, ways)
