"""Diagnostics in the terminal: what is drawn where, and that nothing in them is obeyed."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microflow.diag import Diagnostic, Edit, Fix, Label, Rule, Severity, Span
from microflow.render.paint import ansi
from microflow.render.terminal import render_diagnostics

ERROR = Rule("MF2001", "unknown-key", "A key\n\npage")
WARNING = Rule("MF2023", "no-model", "A model\n\npage", Severity.WARNING)
NOTE = Rule("MF5010", "latency", "A latency\n\npage", Severity.NOTE)
PATH = "wake.mflow"


def span(line: int, column: int, end_line: int, end_column: int, path: str = PATH) -> Span:
    return Span(path, line, column, end_line, end_column)


def drawn(text: str, *found: Diagnostic, width: int = 100) -> str:
    return render_diagnostics(found, {PATH: text}, width=width)


def expect(shown: str, wanted: str) -> None:
    assert shown == dedent(wanted).lstrip("\n")


def test_nothing_found_prints_nothing() -> None:
    assert render_diagnostics((), {}) == ""


def test_a_finding_with_everything() -> None:
    text = "mflow 1\nmodel wake {\n  sourc = 1\n}\n"
    found = Diagnostic(
        ERROR,
        "`sourc` is no key of `model`",
        "did you mean `source`?",
        span(3, 3, 3, 8),
        labels=(Label(span(2, 7, 2, 11), "in this model"), Label(span(3, 11, 3, 12), "a number")),
        notes=("first line\nsecond line",),
        fixes=(Fix("write `source`", (Edit(span(3, 3, 3, 8), "source"),)),),
    )
    expect(
        drawn(text, found),
        """
        error[MF2001]: `sourc` is no key of `model`
         --> wake.mflow:3:3
          |
        2 | model wake {
          |       ---- in this model
        3 |   sourc = 1
          |   ^^^^^
          |           - a number
          |
          = note: first line
                  second line
          = help: did you mean `source`?
          = fix: write `source`
          |
        3 -   sourc = 1
        3 +   source = 1

        1 error
        """,
    )


def test_the_last_line_counts() -> None:
    found = [Diagnostic(rule, "m", "h") for rule in (ERROR, WARNING, ERROR, NOTE)]
    assert drawn("", *found).splitlines()[-1] == "2 errors, 1 warning, 1 note"


def test_a_finding_without_a_place() -> None:
    expect(
        drawn("", Diagnostic(ERROR, "no compiler", "install one")),
        """
        error[MF2001]: no compiler
          = help: install one

        1 error
        """,
    )


def test_lines_that_are_not_neighbours_are_separated() -> None:
    text = "".join(f"line {n}\n" for n in range(1, 13))
    found = Diagnostic(
        ERROR, "m", "h", span(11, 1, 11, 5), labels=(Label(span(2, 1, 2, 5), "see"),)
    )
    expect(
        drawn(text, found),
        """
        error[MF2001]: m
          --> wake.mflow:11:1
           |
         2 | line 2
           | ---- see
        ...
        11 | line 11
           | ^^^^
           |
           = help: h

        1 error
        """,
    )


def test_a_label_in_another_file() -> None:
    found = Diagnostic(
        ERROR, "m", "h", span(1, 1, 1, 2), labels=(Label(span(1, 3, 1, 4, "b.mflow"), "there"),)
    )
    shown = render_diagnostics((found,), {PATH: "abc", "b.mflow": "xyz"})
    expect(
        shown,
        """
        error[MF2001]: m
         --> wake.mflow:1:1
          |
        1 | abc
          | ^
         ::: b.mflow:1:3
          |
        1 | xyz
          |   - there
          |
          = help: h

        1 error
        """,
    )


def test_a_block_from_the_start_of_its_line() -> None:
    text = "mflow 1\nmodel m {\n  a = 1\n}\n"
    expect(
        drawn(text, Diagnostic(ERROR, "m", "h", span(2, 1, 4, 2))),
        """
        error[MF2001]: m
         --> wake.mflow:2:1
          |
        2 | / model m {
        3 | |   a = 1
        4 | | }
          | |_^
          |
          = help: h

        1 error
        """,
    )


def test_a_block_from_the_middle_of_a_line_with_a_label_inside() -> None:
    text = "model m {\n  a = 1\n  b\n}\n"
    labels = (Label(span(2, 3, 2, 4), "here"),)
    expect(
        drawn(text, Diagnostic(ERROR, "m", "h", span(1, 7, 3, 4), labels=labels)),
        """
        error[MF2001]: m
         --> wake.mflow:1:7
          |
        1 |   model m {
          |  _______^
        2 | |   a = 1
          | |   - here
        3 | |   b
          | |___^
          |
          = help: h

        1 error
        """,
    )


def test_a_long_block_shows_its_ends() -> None:
    text = "".join(f"line {n}\n" for n in range(1, 40))
    shown = drawn(text, Diagnostic(ERROR, "m", "h", span(1, 1, 39, 5)))
    assert [n for n in range(1, 40) if f"line {n}\n" in shown] == [1, 2, 3, 4, 38, 39]
    assert "\n...\n" in shown


def test_tabs_and_wide_characters() -> None:
    text = '\ta = "日本語" x\n'
    found = Diagnostic(ERROR, "m", "h", span(1, 6, 1, 11), labels=(Label(span(1, 12, 1, 13), "x"),))
    rows = drawn(text, found).splitlines()
    assert rows[3] == '1 |     a = "日本語" x'
    assert rows[4] == "  |         ^^^^^^^^"
    assert rows[5] == "  |                  - x"


@pytest.mark.parametrize(
    ("place", "row"),
    [
        (span(1, 6, 1, 6), "  |      ^"),
        (span(2, 1, 2, 1), "  | ^"),
        (span(1, 99, 1, 120), "  |      ^"),
    ],
)
def test_the_end_of_a_line_and_of_the_text(place: Span, row: str) -> None:
    assert row in drawn("hello\n", Diagnostic(ERROR, "m", "h", place)).splitlines()


def test_a_place_behind_the_text_is_named_without_a_line() -> None:
    shown = drawn("one\n", Diagnostic(ERROR, "m", "h", span(40, 2, 40, 3)))
    assert " --> wake.mflow:40:2\n" in shown
    assert "one" not in shown


@pytest.mark.parametrize("column", [1, 500, 1200, 2000])
def test_a_long_line_is_cropped_round_the_place(column: int) -> None:
    text = "".join(f"{n:04d}|" for n in range(400))
    found = Diagnostic(ERROR, "m", "h", span(1, column, 1, column + 4))
    rows = drawn(text, found, width=80).splitlines()
    source, marks = rows[3], rows[4]
    assert len(source) <= 84
    start = marks.index("^")
    assert source[start : start + marks.count("^")] == text[column - 1 : column + 3]
    assert source.startswith("1 | ...") == (column > 1)
    assert source.endswith("...") == (column < 1990)


def test_line_ends_of_every_system() -> None:
    found = Diagnostic(ERROR, "m", "h", span(3, 1, 3, 6))
    for end in ("\n", "\r\n", "\r"):
        rows = drawn(f"one{end}two{end}three", found).splitlines()
        assert rows[3:5] == ["3 | three", "  | ^^^^^"]


def test_other_line_separators_do_not_end_a_line() -> None:
    found = Diagnostic(ERROR, "m", "h", span(1, 1, 1, 2))
    rows = drawn("a\x0bb\x85c\u2028d\n", found).splitlines()
    assert rows[3] == "1 | a\\x0bb\\x85c\\u2028d"


def test_insertions_and_deletions_of_lines() -> None:
    text = "a\nb\nc\n"
    insert = Fix("insert", (Edit(span(2, 1, 2, 1), "x\ny\n"),))
    delete = Fix("delete", (Edit(span(2, 1, 3, 1), ""),))
    shown = drawn(text, Diagnostic(ERROR, "m", "h", span(2, 1, 2, 2), fixes=(insert, delete)))
    assert "  = fix: insert\n  |\n2 + x\n3 + y\n  = fix: delete\n  |\n2 - b\n" in shown


HOSTILE = "\x1b[31mred\x1b[0m \r\n\x07 \x9b2J \u202eevil \u200b"


def test_text_from_a_model_is_not_obeyed() -> None:
    found = Diagnostic(
        ERROR,
        HOSTILE,
        HOSTILE,
        span(1, 1, 1, 3, HOSTILE),
        labels=(Label(span(1, 1, 1, 2, HOSTILE), HOSTILE),),
        notes=(HOSTILE,),
        fixes=(Fix(HOSTILE, (Edit(span(1, 1, 1, 1, HOSTILE), HOSTILE),)),),
    )
    shown = render_diagnostics((found,), {HOSTILE: HOSTILE})
    assert not re.search(r"[^\n\x20-\x7e]", shown)
    assert shown.startswith(r"error[MF2001]: \x1b[31mred\x1b[0m \r\n\x07 \x9b2J \u202eevil \u200b")


def test_colours_are_only_paint() -> None:
    text = "model m {\n  a = 1\n}\n"
    found = Diagnostic(ERROR, "m", "h", span(1, 1, 3, 2), notes=("n",))
    coloured = render_diagnostics((found,), {PATH: text}, ansi)
    assert "\x1b[1;31merror[MF2001]\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == render_diagnostics((found,), {PATH: text})


@st.composite
def _places(draw: st.DrawFn) -> Span:
    line, column = draw(st.integers(1, 6)), draw(st.integers(1, 30))
    end_line = draw(st.integers(line, 8))
    end_column = draw(st.integers(column if end_line == line else 1, 40))
    return span(line, column, end_line, end_column)


@settings(max_examples=60, deadline=None)
@given(
    st.text("ab \t\n\r日\x1b", max_size=60),
    _places(),
    st.lists(_places(), max_size=3),
    st.sampled_from([20, 60, 100]),
)
def test_any_place_in_any_text(text: str, place: Span, labels: list[Span], width: int) -> None:
    marks = tuple(Label(label, "label") for label in labels)
    fix = Fix("fix", (Edit(place, "new\ntext"),))
    shown = drawn(text, Diagnostic(ERROR, "m", "h", place, marks, fixes=(fix,)), width=width)
    assert shown.startswith("error[MF2001]: m\n") and shown.endswith("\n1 error\n")
    assert "\x1b" not in shown and "\t" not in shown
    if place.line <= len(re.split(r"\r\n?|\n", text)):
        assert "^" in shown
