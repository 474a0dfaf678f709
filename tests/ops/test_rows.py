"""Kernels give the same bytes whole, backwards, over their own input, by rows and in pieces."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import asdict, evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from microflow.graph.access import Window
from tests.ops import (
    pools,
    reductions,
    test_conv_2d,
    test_depthwise_conv_2d,
    test_fully_connected,
)
from tests.ops.kernels import Layer, Run, bands, build, outputs, over, pieces, split, whole
from tests.ops.same import Part
from tests.ops.windows import Axis, Windowed, covered, floats, int8_pictures, int16_pictures, site

Times = NDArray[np.int64]


@pytest.fixture(scope="module", params=["gcc", "clang"])
def program(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(request.param, tmp_path_factory.mktemp("rows"))


def layer(part: Part, seed: int) -> Layer:
    """Returns the operator of `part` on values that suit its type."""
    found = site(part)
    x = found.input(0)
    if x.dtype.label == "int8":
        return Layer(found, int8_pictures(x.shape, seed)[0].tobytes())
    if x.dtype.label == "int16":
        return Layer(found, int16_pictures(x.shape, seed)[0].tobytes())
    return Layer(found, floats(x.shape, seed).tobytes())


@st.composite
def pictures(draw: st.DrawFn, window: st.SearchStrategy[Windowed] | None = None) -> Layer:
    """Draws a convolution or a pool, through any window or one of `window`."""
    pool = ["AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D"]
    kind = draw(st.sampled_from(["CONV_2D", "DEPTHWISE_CONV_2D", *pool]))
    dtype = draw(st.sampled_from(["int8", "int16", "float32"]))
    if kind == "CONV_2D":
        case: Any = draw(test_conv_2d.cases(dtype != "float32", dtype))
    elif kind == "DEPTHWISE_CONV_2D":
        case = draw(test_depthwise_conv_2d.cases(dtype != "float32", dtype))
    else:
        case = draw(pools.cases())
        case = evolve(case, scale=None) if kind == "L2_POOL_2D" else case
    if window is not None:
        case = evolve(case, window=draw(window))
    return layer(case.part(kind) if isinstance(case, pools.Case) else case.part(), case.seed)


def by_rows(drawn: Layer) -> bool:
    return drawn.call.row_pointers > 0


def assert_equal(program: Path, *runs: Run) -> None:
    """Fails unless all runs leave the same bytes."""
    first, *others = outputs(program, runs)
    for other in others:
        assert other == first


@settings(deadline=None, max_examples=30)
@given(pictures().filter(by_rows))
def test_backwards(program: Path, drawn: Layer) -> None:
    assert_equal(program, whole(drawn), whole(drawn).ordered(-1))


@settings(deadline=None, max_examples=30)
@given(pictures().filter(by_rows), st.lists(st.integers(1, 20)))
def test_rows(program: Path, drawn: Layer, cuts: list[int]) -> None:
    """Any number of rows at once, in either order, from pointers to rows that lie anywhere."""
    images, height = drawn.site.output.shape[:2]
    between = [image * height for image in range(images)]
    by_bands = bands(drawn, split(images * height, [*cuts, *between]))
    assert_equal(program, whole(drawn), by_bands, by_bands.ordered(-1))


@settings(deadline=None, max_examples=30)
@given(pictures().filter(by_rows), st.sampled_from([1, -1]), st.integers(0, 10**6))
def test_over_the_input(program: Path, drawn: Layer, order: int, chance: int) -> None:
    """Whatever the access allows to be overwritten may be."""
    size = drawn.site.output.dtype.size
    safe = safe_distances(drawn, order)
    for distance in {safe[0], safe[-1], safe[chance % len(safe)]}:
        assert_equal(program, whole(drawn), over(drawn, distance * size).ordered(order))


SQUARE = Axis(5, 3, 1, 1)


@pytest.mark.parametrize("order", [1, -1])
def test_too_near_the_input(program: Path, order: int) -> None:
    """The nearest safe distance is right, and some elements nearer is wrong."""
    drawn = layer(test_conv_2d.one(Windowed("SAME", SQUARE, SQUARE, 1, "NONE")).part(), 1)
    safe = safe_distances(drawn, order)
    apart = safe[0] if order > 0 else safe[-1]
    nearest = next(d for d in count(apart, order) if d + order not in safe)
    assert nearest != apart
    ways = [over(drawn, nearest), over(drawn, nearest + 5 * order)]
    right, wrong = outputs(program, [way.ordered(order) for way in ways])
    assert [right] == outputs(program, [whole(drawn)])
    assert wrong != right


def safe_distances(drawn: Layer, order: int) -> list[int]:
    """The distances, in elements, at which an output may overlap the input, some of them far.

    An element may be written when it is read for the last time, or later.
    """
    read, written = _last_reads(drawn, order), _writes(drawn, order)
    found = []
    for distance in range(-len(written), len(read) + 1):
        start, stop = max(distance, 0), min(distance + len(written), len(read))
        if (written[start - distance : stop - distance] >= read[start:stop]).all():
            found.append(distance)
    return found


def _moments(drawn: Layer, order: int) -> Times:
    """When each pixel of the output begins, in channels."""
    images, height, width, channels = drawn.site.output.shape
    every = np.arange(images * height * width) * channels
    return (every if order > 0 else every[::-1]).reshape(images, height, width)


def _writes(drawn: Layer, order: int) -> Times:
    channels = np.arange(drawn.site.output.shape[3])
    return (_moments(drawn, order)[..., None] + channels).ravel()


def _last_reads(drawn: Layer, order: int) -> Times:
    """When each element of the input is read for the last time; -1 where never."""
    access, window = drawn.site.node.op.access(drawn.site), drawn.window
    shape, last = drawn.site.input(0).shape, drawn.site.output.shape[3] - 1
    found = np.full(shape, -1)
    for (image, y, x), moment in np.ndenumerate(_moments(drawn, order)):
        rows, columns = window.rows(y, shape[1]), _columns(window, x, shape[2])
        read = moment + (np.arange(shape[3]) if access.channelwise else last)
        field = found[image, rows.start : rows.stop, columns.start : columns.stop]
        np.maximum(field, read, out=field)
    return found.ravel()


def _columns(window: Window, x: int, width: int) -> range:
    turned = {name: tuple(reversed(pair)) for name, pair in asdict(window).items()}
    return Window(**turned).rows(x, width)


# ---- Pieces ----


@st.composite
def vectors(draw: st.DrawFn) -> Layer:
    case = draw(test_fully_connected.cases(quantised=draw(st.booleans())))
    return layer(evolve(case, batch=(1,)).part(), case.seed)


@st.composite
def means(draw: st.DrawFn) -> Layer:
    """Draws a mean, a sum or a maximum over the leading dimensions."""
    shape = draw(st.lists(st.integers(1, 5), min_size=1, max_size=4))
    first = next((i for i, size in enumerate(shape) if size > 1), 0)
    axes = list(range(first, draw(st.integers(first, len(shape) - 1)) + 1))
    op = draw(st.sampled_from(["MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN"]))
    dtypes = ["int8", "float32"] if op.startswith("REDUCE") else ["int8", "int16", "float32"]
    made = reductions.part(op, draw(st.sampled_from(dtypes)), tuple(shape), axes, y=(0.5, 3))
    return layer(made, draw(st.integers(0, 99)))


def takes_pieces(drawn: Layer) -> bool:
    return drawn.call.sums > 0


# One row of outputs, one output, and one without padding: convolutions, pools, depthwise ones.
COVERED = st.one_of(covered(columns=False), covered(), covered(exactly=True))


@settings(deadline=None, max_examples=30)
@given(pictures(COVERED).filter(takes_pieces), st.lists(st.integers(1, 5)))
def test_pictures_in_pieces(program: Path, drawn: Layer, cuts: list[int]) -> None:
    """Whole rows at a time, as a band makes them."""
    _, height, width, channels = drawn.site.input(0).shape
    counts = [rows * width * channels for rows in split(height, cuts)]
    assert_equal(program, whole(drawn), pieces(drawn, counts))


@settings(deadline=None, max_examples=30)
@given(vectors() | means(), st.lists(st.integers(1, 40)))
def test_vectors_in_pieces(program: Path, drawn: Layer, cuts: list[int]) -> None:
    """As many elements at a time as one likes; of a mean, multiples of a piece."""
    call, elements = drawn.call, drawn.site.input(0).elements
    assert call.sums == drawn.site.output.elements
    counts = [n * call.piece for n in split(elements // call.piece, cuts)]
    assert_equal(program, whole(drawn), pieces(drawn, counts))
