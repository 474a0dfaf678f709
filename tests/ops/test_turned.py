"""Windows along a row give the same bytes, in the same order, as windows along a column."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.ops._turned import lies, stands, turned
from tests.ops import test_conv_2d
from tests.ops.kernels import Layer, build, outputs, whole
from tests.ops.test_rows import layer, pictures, safe_distances
from tests.ops.windows import Axis, Windowed, axes, site


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("gcc", tmp_path_factory.mktemp("turned"))


@st.composite
def lines(draw: st.DrawFn) -> Windowed:
    """Draws a window along a row; its taps above and below lie outside the picture."""
    padding = draw(st.sampled_from(["SAME", "VALID"]))
    kernel = draw(st.sampled_from([1, 1, 2, 3])) if padding == "SAME" else 1
    along = draw(axes(padding, dilated=True).filter(lambda axis: axis.size > 1))
    across = Axis(1, kernel, draw(st.integers(1, 2)), 1)
    return Windowed(padding, across, along, draw(st.integers(1, 2)), "NONE")


def consistent(drawn: Layer) -> bool:
    """Pools have no dilation, whatever was drawn."""
    return drawn.site.node.op.infer(drawn.site) == (drawn.site.output.shape,)


lying = pictures(lines()).filter(consistent)


@settings(deadline=None, max_examples=40)
@given(lying)
def test_the_same_bytes(program: Path, drawn: Layer) -> None:
    upright = evolve(drawn, site=turned(drawn.site))
    assert lies(drawn.site) and stands(upright.site)
    assert turned(upright.site) == drawn.site
    runs = [whole(drawn), whole(upright)]
    if drawn.call.row_pointers:
        runs += [run.ordered(-1) for run in runs]
    first, *others = outputs(program, runs)
    assert others == [first] * len(others)


@settings(deadline=None, max_examples=25)
@given(lying, st.sampled_from([1, -1]))
def test_the_same_may_be_overwritten(drawn: Layer, order: int) -> None:
    """So a plan made for one is safe for the other."""
    upright = evolve(drawn, site=turned(drawn.site))
    assert safe_distances(drawn, order) == safe_distances(upright, order)


def test_what_is_exchanged() -> None:
    window = Windowed("SAME", Axis(1, 3, 1, 1), Axis(7, 2, 2, 4), 1, "RELU6")
    drawn = layer(test_conv_2d.one(window).part(), 1).site
    drawn = evolve(drawn, node=evolve(drawn.node, attrs=evolve(drawn.attrs, pads=(0, 1, 2, 3))))
    found = turned(drawn)
    assert [t.shape for t in found.inputs if t] == [(1, 7, 1, 3), (6, 2, 3, 3), (6,)]
    assert (found.attrs.stride_h, found.attrs.stride_w) == (2, 1)
    assert (found.attrs.dilation_h, found.attrs.dilation_w) == (4, 1)
    assert found.attrs.pads == (2, 3, 0, 1)
    assert (found.attrs.padding, found.attrs.activation) == (
        drawn.attrs.padding,
        drawn.attrs.activation,
    )


@pytest.mark.parametrize("sides", [(2, 3), (1, 1)])
def test_pictures_neither_lie_nor_stand(sides: tuple[int, int]) -> None:
    height, width = (Axis(size, 3, 1, 1) for size in sides)
    found = site(test_conv_2d.one(Windowed("SAME", height, width, 1, "NONE")).part())
    assert not lies(found) and not stands(found)
