"""Pools and means with MVE: against plain C on the emulated board."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from attrs import evolve

from microflow.graph.call import KernelCall, Value
from microflow.targets import load_target
from tests.kernels.harness import Job, Way, bands, check, job, over, pieces, raised, whole
from tests.ops.kernels import split
from tests.ops.pools import Case
from tests.ops.windows import Axis, Windowed, int8_pictures, site

RANDOM = np.random.default_rng(5)
M55 = load_target("cortex-m55").core


def drawn_cases() -> Iterator[Case]:
    """Yields pools: of parts of a picture and of whole ones, some of more than 256 pixels."""
    for i in range(60):
        stride = 1 + i % 3
        rows, columns = (Axis(3 + i % 5, 2 + (i >> k) % 2, stride, 1) for k in (0, 1))
        window = Windowed(("SAME", "VALID")[i % 2], rows, columns, 1, ("NONE", "RELU6")[i % 3 == 0])
        yield Case(window, int(RANDOM.choice([1, 3, 8, 16, 21, 40])), 0.05, -4 + i % 9, i)
    for height, width in ((25, 5), (6, 6), (19, 21), (3, 300)):
        window = Windowed("VALID", Axis(height, height, 1, 1), Axis(width, width, 1, 1), 1, "NONE")
        yield Case(window, 1 + height, 0.05, 0, height)


def jobs(op: str) -> Iterator[Job]:
    for case in drawn_cases():
        found = site(case.part(op))
        (made,) = found.node.op.lower(found, M55)
        if op == "AVERAGE_POOL_2D" and case.seed % 7 == 0:
            made = evolve(made, params={**made.params, "offset": 128})
        yield job(found, made, int8_pictures(case.shape, case.seed)[0].tobytes())


def ways_of(drawn: Job) -> Iterator[Way]:
    """In every way in which a pool is called."""
    (data,), (size,) = drawn.inputs, drawn.outputs
    skews = [int(skew) for skew in RANDOM.integers(0, 4, 3)]
    yield whole(drawn, skews)
    yield bands(drawn, split(drawn.out_h, [1]), skews)
    backwards = evolve(drawn.call, params={**drawn.call.params, "order": -1})
    yield whole(evolve(drawn, call=backwards), skews)
    if size <= len(data):
        yield over(drawn, -drawn.window.kernel[0] * len(data) // drawn.in_h)


def check_all(ways: list[Way]) -> None:
    """Programs are made for kernels that can do the same."""
    for key in {(way.call.sums > 0, way.call.raises) for way in ways}:
        check("cortex-m55", "mve", [w for w in ways if (w.call.sums > 0, w.call.raises) == key])


@pytest.mark.parametrize("op", ["AVERAGE_POOL_2D", "MAX_POOL_2D"])
def test_pools(op: str) -> None:
    made = list(jobs(op))
    ways = [way for each in made for way in ways_of(each)]
    in_pieces = [each for each in made if each.call.sums]
    for each in in_pieces:
        row = len(each.inputs[0]) // each.in_h
        ways.append(pieces(each, [row] * each.in_h, [1, 2]))
    risen = [each for each in made if each.call.raises]
    ways += [raised(each, [3, 1]) for each in risen]
    assert in_pieces
    assert bool(risen) == (op == "MAX_POOL_2D")
    check_all(ways)


MEANS = ((1, 25, 17, 1, 1), (2, 7, 8, 1, 1), (2, 3, 4, 5, 6), (1, 300, 3, 1, 1), (3, 1, 9, 2, 1))


def mean_jobs() -> Iterator[Job]:
    for sizes in MEANS * 4:
        names = ("kept0", "over0", "kept1", "over1", "kept2")
        params: dict[str, Value] = {
            **dict(zip(names, sizes, strict=True)),
            "bias": int(RANDOM.integers(-5000, 5000)),
            "multiplier": int(RANDOM.integers(1 << 30, 1 << 31)),
            "shift": int(RANDOM.integers(-9, 2)),
            "out_zero_point": int(RANDOM.integers(-128, 128)),
        }
        data = RANDOM.integers(-128, 128, int(np.prod(sizes))).astype(np.int8).tobytes()
        sums = sizes[2] if (sizes[0], *sizes[3:]) == (1, 1, 1) else 0
        call = KernelCall("mean_s8", (0,), (1,), params, sums=sums)
        yield Job(call, (data,), (sizes[0] * sizes[2] * sizes[4],))


def test_means() -> None:
    made = list(mean_jobs())
    ways = [whole(each, [1, 2]) for each in made]
    for each in made:
        if each.call.sums:
            row = each.call.sums
            ways.append(pieces(each, split(len(each.inputs[0]), [row, 4 * row]), [3]))
    check_all(ways)
