"""Applying a fix, and the lines that show it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from microflow.diag import Edit, Span
from microflow.dsl.text import source_of
from microflow.render.patch import Hunk, apply_edits, hunks

PATH = "m.mflow"


@given(st.text("ab\n", max_size=40), st.data())
def test_edits_replace_what_stands_at_their_span(text: str, data: st.DataObject) -> None:
    source = source_of(text, PATH)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    news = [data.draw(st.text("xy\n", max_size=5)) for _ in pairs]
    edits = [Edit(source.span(a, b), new) for (a, b), new in zip(pairs, news, strict=True)]
    expected, at = "", 0
    for (a, b), new in zip(pairs, news, strict=True):
        expected, at = expected + text[at:a] + new, b
    assert apply_edits(source, data.draw(st.permutations(edits))) == expected + text[at:]


def test_insertions_at_one_place_keep_their_order() -> None:
    source = source_of("ab", PATH)
    here = source.span(1, 1)
    assert apply_edits(source, [Edit(here, "1"), Edit(here, "2")]) == "a12b"


def test_distant_edits_are_shown_apart() -> None:
    source = source_of("a\nb\nc\nd\ne\n", PATH)
    first, last = Span(PATH, 1, 1, 1, 2), Span(PATH, 5, 1, 5, 2)
    assert hunks(source, [Edit(last, "E"), Edit(first, "A")]) == [
        Hunk(1, ("a",), ("A",)),
        Hunk(5, ("e",), ("E",)),
    ]


def test_neighbouring_edits_are_shown_together() -> None:
    source = source_of("a\nb\nc\n", PATH)
    edits = [Edit(Span(PATH, 1, 1, 1, 2), "A"), Edit(Span(PATH, 2, 1, 2, 2), "B")]
    assert hunks(source, edits) == [Hunk(1, ("a", "b"), ("A", "B"))]


def test_only_lines_that_change_are_shown() -> None:
    source = source_of("a\nb\nc\n", PATH)
    assert hunks(source, [Edit(Span(PATH, 2, 1, 2, 1), "x\n")]) == [Hunk(2, (), ("x",))]
    assert hunks(source, [Edit(Span(PATH, 2, 1, 3, 1), "")]) == [Hunk(2, ("b",), ())]
