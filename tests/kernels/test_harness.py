"""The harness runs kernels in all ways, everywhere, and sees what a variant does wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings

from microflow.graph.call import KernelCall
from microflow.targets import load_target
from tests.kernels.harness import (
    HOSTS,
    Job,
    Way,
    bands,
    check,
    counts,
    job,
    outputs,
    over,
    pieces,
    whole,
)
from tests.ops import test_conv_2d
from tests.ops.kernels import split
from tests.ops.windows import Axis, Windowed, int8_pictures, site

BOARDS = ("cortex-m4", "cortex-m55", "cortex-m3", "rv32imc", "avr5")
PAIR, SQUARE = Axis(2, 3, 1, 1), Axis(5, 3, 2, 1)


def convolution(case: test_conv_2d.Case) -> Job:
    """Returns the call of a convolution, as it is lowered for any core, on random values."""
    found = site(case.part())
    (call,) = found.node.op.lower(found, load_target("host").core)
    return job(found, call, int8_pictures(found.input(0).shape, case.seed)[0].tobytes())


def one(axis: Axis, images: int = 1) -> Job:
    return convolution(test_conv_2d.one(Windowed("SAME", axis, axis, images, "NONE")))


def addition(seed: int = 0, count: int = 9) -> Job:
    """Returns the sum of two vectors of random values."""
    random = np.random.default_rng(seed)
    a, b = (random.integers(-128, 128, count, np.int8).tobytes() for _ in range(2))
    zero_points = {"a_zero_point": -3, "b_zero_point": 100, "out_zero_point": 5}
    multipliers = dict.fromkeys(("a_multiplier", "b_multiplier", "out_multiplier"), 1 << 30)
    shifts = {"a_shift": 0, "b_shift": -1, "out_shift": -18}
    walk = {"runs": 1, "count": count, "a_step": 1, "b_step": 1, "outer": 0}
    strides = dict.fromkeys(("extents", "a_strides", "b_strides"))
    clamp = {"out_min": -128, "out_max": 127}
    params = {**zero_points, **multipliers, **shifts, **walk, **strides, **clamp}
    return Job(KernelCall("add_s8", (0, 1), (2,), params), (a, b), (count,))


def ways_of(drawn: Job) -> list[Way]:
    """Returns several ways, all of which give the same."""
    (size,) = drawn.outputs
    rows = drawn.images * drawn.out_h
    sizes = split(rows, [1, drawn.out_h])
    found = [whole(drawn), whole(drawn, [1, 3]), over(drawn, -size), over(drawn, -size - 5)]
    return [*found, bands(drawn, [1] * rows), bands(drawn, sizes, [0, 1, 3, 2])]


@settings(deadline=None, max_examples=10)
@given(case=test_conv_2d.cases(quantised=True))
@pytest.mark.parametrize("place", HOSTS)
def test_ways_give_the_same(place: str, case: test_conv_2d.Case) -> None:
    """What was said of one call at a time."""
    drawn = convolution(case)
    assume(drawn.call.row_pointers > 0)  # one window may be a fully connected layer
    found = outputs(place, "portable", ways_of(drawn))
    assert found == [found[0]] * len(found)


@pytest.mark.parametrize("board", BOARDS)
def test_boards_give_what_this_computer_gives(board: str) -> None:
    """Many calls in one start of an image; AVR's memory holds few."""
    jobs = [one(PAIR)] if board == "avr5" else [one(SQUARE, images=2), one(PAIR)]
    for drawn in jobs:
        ways = ways_of(drawn)
        assert outputs(board, "portable", ways) == outputs("gcc", "portable", ways)


@pytest.mark.parametrize("place", ["gcc", "cortex-m4"])
def test_pieces(place: str) -> None:
    covering = Axis(4, 4, 1, 1)
    drawn = convolution(test_conv_2d.one(Windowed("VALID", covering, covering, 1, "NONE")))
    (picture,), row = drawn.inputs, len(drawn.inputs[0]) // drawn.in_h
    ways = [pieces(drawn, [len(picture)]), pieces(drawn, [row, 2 * row, row], [1, 2, 3])]
    plain = [whole(drawn)] * len(ways)
    assert outputs(place, "portable", ways) == outputs(place, "portable", plain)


@pytest.mark.parametrize("place", ["gcc", "cortex-m4", "avr5"])
def test_two_inputs(place: str) -> None:
    ways = [whole(addition(seed), [seed % 4, 1]) for seed in range(4)]
    assert outputs(place, "portable", ways) == outputs("clang", "portable", ways)
    check(place, "portable", [*ways, over(addition(), 0), over(addition(), 0, operand=1)])


@pytest.mark.parametrize(
    ("variant", "place", "said"),
    [
        ("wrong", "gcc", "way 0 of 2"),
        ("wrong", "cortex-m3", "way 0 of 2"),
        ("forgetful", "gcc", "way 0 of 2"),
        ("careless", "gcc", "careless changed bytes .* of block 0"),
        ("beyond", "clang", "heap-buffer-overflow"),
        ("beyond", "rv32imc", "beyond changed bytes .* of block 2"),
        ("greedy", "gcc", "heap-buffer-overflow"),
    ],
)
def test_faulty_variants_are_found(variant: str, place: str, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        check(place, variant, [whole(addition(), [1]), whole(addition(1))])


def test_what_calls_take() -> None:
    """Each call of a way by itself: a row of three takes about as much as another."""
    ((row, others),) = counts("cortex-m3", "portable", [bands(one(SQUARE), [1, 2])])
    assert row < others < 3 * row
    ((cycles,),) = counts("avr5", "portable", [whole(addition())])
    assert cycles > 9 * 100
