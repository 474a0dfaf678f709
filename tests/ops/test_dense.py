"""Convolutions of whole pictures: lowered as fully connected layers are, or summed by rows."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.graph.access import Window
from tests.ops.test_conv_2d import Case, cases, one
from tests.ops.windows import Axis, Windowed, call, check_float, check_int8, covered, site


@st.composite
def dense(draw: st.DrawFn, quantised: bool) -> Case:
    """Draws a convolution whose only window is the picture, of more than one pixel."""
    large = covered(exactly=True).filter(lambda w: max(w.rows.size, w.columns.size) > 1)
    window = evolve(draw(large), batches=draw(st.integers(1, 2)))
    return evolve(draw(cases(quantised)), window=window, groups=1)


@settings(deadline=None, max_examples=10)
@given(st.lists(dense(quantised=True), min_size=4, max_size=8))
def test_int8_windows_as_large_as_the_picture(drawn: list[Case]) -> None:
    assert {call(case.part()).kernel for case in drawn} == {"fully_connected_s8"}
    check_int8(drawn)


@settings(deadline=None, max_examples=5)
@given(st.lists(dense(quantised=False), min_size=4, max_size=8))
def test_float_windows_as_large_as_the_picture(drawn: list[Case]) -> None:
    assert {call(case.part()).kernel for case in drawn} == {"fully_connected_f32"}
    check_float(drawn)


def test_a_window_as_large_as_the_picture_is_no_row() -> None:
    """It reads the whole image, in ascending order alone."""
    made = one(Windowed("VALID", Axis(3, 3, 1, 1), Axis(4, 4, 2, 1), 1, "NONE"))
    assert (call(made.part()).row_pointers, call(made.part()).sums) == (0, 6)
    access = site(made.part()).node.op.access(site(made.part()))
    assert access.reads[0] == Window(kernel=(3, 4), stride=(1, 2))
    assert not access.reversible
    assert call(evolve(made, groups=3, group_channels=1, group_filters=2).part()).row_pointers == 3


@pytest.mark.parametrize(
    ("padding", "rows", "batches", "sums"),
    [
        ("VALID", Axis(3, 3, 1, 1), 1, 5 * 6),
        ("SAME", Axis(3, 6, 3, 1), 1, 5 * 6),  # taps above and below the picture
        ("SAME", Axis(1, 1, 1, 2), 1, 5 * 6),
        ("VALID", Axis(3, 3, 1, 1), 2, 0),
        ("VALID", Axis(4, 3, 1, 1), 1, 0),  # two rows
        ("VALID", Axis(4, 3, 2, 1), 1, 0),  # a row that no window reads
        ("VALID", Axis(3, 2, 1, 2), 1, 0),  # the same
    ],
)
def test_sums_where_a_row_reads_every_row(
    padding: str, rows: Axis, batches: int, sums: int
) -> None:
    columns = Axis(9 if padding == "SAME" else 11, 3, 2, 1)
    assert call(one(Windowed(padding, rows, columns, batches, "NONE")).part()).sums == sums
