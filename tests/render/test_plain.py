"""Text made safe, and its width."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microflow.render.plain import cells, printable, shortened


@given(st.text())
def test_printable_text_holds_nothing_that_a_terminal_obeys(text: str) -> None:
    safe = printable(text)
    assert not [c for c in safe if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert printable(safe) == safe


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain 'text' ü 日", "plain 'text' ü 日"),
        ("a\tb", "a    b"),
        ("\x1b[1m\x00\x7f\r\n", r"\x1b[1m\x00\x7f\r\n"),
        ("\u202e\ufeff\udcff\U000e0001", r"\u202e\ufeff\udcff\U000e0001"),
    ],
)
def test_what_stands_for_what(text: str, safe: str) -> None:
    assert printable(text) == safe


def test_kept_characters_stay() -> None:
    assert printable("a\nb\x1b", keep="\n") == "a\nb\\x1b"


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("Ａ", 2), ("", 0), ("é", 1)]
)
def test_cells(text: str, width: int) -> None:
    assert cells(text) == width


@given(st.text(max_size=50), st.integers(1, 40))
def test_shortened_text_keeps_both_ends(text: str, most: int) -> None:
    short = shortened(text, most)
    assert len(short) <= max(most, 1)
    if len(text) <= most:
        assert short == text
    elif most >= 3:
        assert short[0] == text[0] and short[-1] == text[-1] and "…" in short
