"""The inner loops that kernels share, which some cores have in assembly, against those of C."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from attrs import evolve

from microflow.targets import load_target
from tests.kernels.harness import Job, job, outputs, whole
from tests.ops.test_fully_connected import PLAIN, WIDE, Case, one
from tests.ops.windows import Scales, int8_pictures, int16_pictures, site

DEPTHS = (*range(1, 14), 31, 64, 510, 511, 512, 1025)
BOARDS = ["cortex-m3", "cortex-m4", "cortex-m33", "cortex-m55", "rv32imc"]


def layer(depth: int, filters: int, scales: Scales) -> Job:
    """Returns a fully connected layer, as it is lowered for any core, on values of the limits."""
    case: Case = one(depth=depth, filters=filters, scales=scales, seed=depth, activation="NONE")
    found = site(case.part())
    (call,) = found.node.op.lower(found, load_target("host").core)
    make = int8_pictures if scales is PLAIN else int16_pictures
    return job(found, call, np.where(depth % 2, *make(case.shape, depth)[:2]).tobytes())


@pytest.mark.parametrize("board", BOARDS)
def test_weighted_sums(board: str) -> None:
    """One filter, four and more; inputs at any address that their type may have."""
    wide = evolve(WIDE, gain=1e-5)
    jobs = [
        (layer(depth, filters, scales), skew)
        for scales, skew in ((PLAIN, 1), (wide, 2))
        for depth in DEPTHS
        for filters in (1, 4, 6)
    ]
    for kernel, some in groupby(jobs, key=lambda pair: pair[0].call.kernel):
        ways = [whole(made, [skew if board.startswith("cortex") else 0]) for made, skew in some]
        assert outputs(board, "portable", ways) == outputs("gcc", "portable", ways), kernel
