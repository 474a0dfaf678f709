"""blend_s8: all pairs of values against the usual kernels, its variant against plain C."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.call import KernelCall
from microflow.graph.ir import Site
from microflow.targets import load_target
from tests.kernels.harness import HOSTS, Job, check, job, outputs, over, whole
from tests.ops.broadcasting import Case, every_pair, part
from tests.ops.windows import site

M4 = load_target("cortex-m4").core
SKEWS = st.lists(st.integers(0, 3), min_size=3, max_size=3)
EVERY = tuple(np.broadcast_to(each, (256, 256)).tobytes() for each in every_pair())


def designed(found: Site) -> KernelCall | None:
    """Returns the call for cores with the instructions; None where there is none."""
    for (made,) in found.node.op.designs(found, M4):
        if made.kernel == "blend_s8":
            return made
    return None


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draws scales as models have them, and zero points."""
    y = draw(st.floats(0.001, 2.0))
    ratios = [draw(st.floats(0.01, 3.4)), draw(st.floats(0.01, 3.4))]
    zeros = [draw(st.sampled_from([-128, 127]) | st.integers(-128, 127)) for _ in range(3)]
    a, b = (float(np.float32(y * ratio)) for ratio in ratios)
    return Case(a=(256, 256), b=(256, 256), scales=(a, b, y), zeros=(zeros[0], zeros[1], zeros[2]))


@settings(deadline=None, max_examples=25)
@given(case=cases(), op=st.sampled_from(["ADD", "SUB"]))
def test_every_pair_of_values(case: Case, op: str) -> None:
    found = site(part(op, case))
    made = designed(found)
    if made is None:
        return
    (usual,) = found.node.op.lower(found, M4)
    plain = outputs("gcc", "portable", [whole(job(found, made, *EVERY))])
    assert plain == outputs("gcc", "portable", [whole(job(found, usual, *EVERY))])
    assert plain == outputs("gcc", "dsp", [whole(job(found, made, *EVERY))])


@pytest.mark.parametrize("op", ["ADD", "SUB"])
def test_nearly_all_scales_are_served(op: str) -> None:
    random = np.random.default_rng(11)
    scales = random.uniform(0.02, 0.06, (30, 3)).astype(np.float32).tolist()
    zeros = random.integers(-128, 128, (30, 3)).tolist()
    drawn = [
        Case(a=(8,), b=(8,), scales=(s[0], s[1], s[2]), zeros=(z[0], z[1], z[2]))
        for s, z in zip(scales, zeros, strict=True)
    ]
    served = [case for case in drawn if designed(site(part(op, case))) is not None]
    assert len(served) >= 25


def test_what_is_not_served() -> None:
    """Ties, which are rounded away from zero; other clamps; operands that are broadcast."""
    usual = Case(a=(2, 8), b=(2, 8), scales=(0.031, 0.042, 0.053))
    assert designed(site(part("ADD", usual))) is not None
    for case in (
        Case(a=(8,), b=(8,), scales=(0.5, 0.5, 1.0)),
        Case(a=(8,), b=(8,), scales=(0.031, 0.042, 0.053), activation="RELU6"),
        Case(a=(2, 8), b=(1, 8), scales=(0.031, 0.042, 0.053)),
        Case(a=(8,), b=(8,), scales=(0.031, 0.042, 0.0053)),
    ):
        assert designed(site(part("ADD", case))) is None


def drawn_jobs(count: int) -> list[Job]:
    """Returns sums of few elements, of all lengths and scales."""
    random = np.random.default_rng(5)
    found = []
    for size in range(1, count + 1):
        y, a, b = random.uniform(0.02, 0.06, 3).astype(np.float32).tolist()
        zeros = random.integers(-128, 128, 3).tolist()
        case = Case(a=(size,), b=(size,), scales=(a, b, y), zeros=(zeros[0], zeros[1], zeros[2]))
        where = site(part(("ADD", "SUB")[size % 2], case))
        made = designed(where)
        data = random.integers(-128, 128, (2, size), np.int8)
        if made is not None:
            found.append(job(where, made, data[0].tobytes(), data[1].tobytes()))
    return found


@settings(deadline=None, max_examples=5)
@given(skews=SKEWS)
@pytest.mark.parametrize("place", HOSTS)
def test_on_this_computer(place: str, skews: list[int]) -> None:
    drawn = drawn_jobs(11)
    ways = [[whole(each, skews), over(each, 0), over(each, 0, operand=1)] for each in drawn]
    check(place, "dsp", [way for of_one in ways for way in of_one])


@pytest.mark.parametrize("board", ["cortex-m4", "cortex-m55"])
def test_on_boards(board: str) -> None:
    drawn = drawn_jobs(40)
    assert len(drawn) > 30
    ways = [way for each in drawn for way in (whole(each, [1, 2, 3]), over(each, 0, operand=1))]
    check(board, "dsp", ways)
